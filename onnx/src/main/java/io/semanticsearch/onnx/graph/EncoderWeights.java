package io.semanticsearch.onnx.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The weights of an encoder, each found and of the shape that the configuration asks for.
 *
 * @param words [vocabulary, hidden]
 * @param positions [tokens, hidden]; row 0 belongs to the first token
 * @param tokenTypes [types, hidden]; empty where there are none
 * @param relativeBias [buckets, heads]; empty where there is none
 */
record EncoderWeights(Matrix words,
        Matrix positions,
        Optional<Matrix> tokenTypes,
        Norm embeddingNorm,
        List<LayerWeights> layers,
        Optional<Matrix> relativeBias) {

    /** The most tokens that a text may have. */
    int maxTokens() {
        return positions.rows();
    }

    /** The table of types of tokens, where there are several to choose from. */
    Optional<Matrix> typesToChoose() {
        return tokenTypes.filter(table -> table.rows() > 1);
    }

    /** The positions, float32 [tokens, hidden]; where there is but one type of token, each has its vector in it. */
    float[] positionsOfOneType() {
        float[] values = positions.values();
        if (tokenTypes.filter(table -> table.rows() == 1).isPresent()) {
            float[] type = tokenTypes.get().values();
            for (int i = 0; i < values.length; i++) values[i] += type[i % type.length];
        }
        return values;
    }

    /** All weights. */
    Stream<Matrix> matrices() {
        Stream<Matrix> tables = Stream.of(Stream.of(words, positions, embeddingNorm.scale(), embeddingNorm.shift()),
                tokenTypes.stream(), relativeBias.stream()).flatMap(part -> part);
        return Stream.concat(tables, layers.stream().flatMap(LayerWeights::matrices));
    }

    /** @throws KeepsOwnGraphException when something is missing or has another shape */
    static EncoderWeights load(EncoderConfig config, WeightSource source) throws KeepsOwnGraphException {
        return new Loader(config, FoundWeights.of(source, config.architecture().names().words())).load();
    }

    private record Loader(EncoderConfig config, FoundWeights found) {

        EncoderWeights load() throws KeepsOwnGraphException {
            WeightNames names = config.architecture().names();
            Matrix words = found.table(names.words(), config.hidden());
            Matrix positions = found.table(names.positions(), config.hidden());
            if (positions.rows() <= config.firstPosition()) {
                throw new KeepsOwnGraphException(
                        "[" + positions.name() + "] has [" + positions.rows() + "] rows, the first token needs row ["
                                + config.firstPosition() + "]");
            }
            Optional<Matrix> tokenTypes = names.tokenTypes() == null
                    ? Optional.empty()
                    : Optional.of(found.table(names.tokenTypes(), config.hidden()));
            List<LayerWeights> layers = new ArrayList<>();
            for (int i = 0; i < config.layers(); i++) layers.add(layer(names, names.layers() + i));
            return new EncoderWeights(words, positions.from(config.firstPosition()), tokenTypes,
                    found.norm(names.embeddingNorm(), config.hidden()),
                    layers,
                    relativeBias(names.relativeBias()));
        }

        private LayerWeights layer(WeightNames names, String layer) throws KeepsOwnGraphException {
            int hidden = config.hidden();
            return new LayerWeights(found.linear(layer + names.query(), hidden, hidden),
                    found.linear(layer + names.key(), hidden, hidden),
                    found.linear(layer + names.value(), hidden, hidden),
                    found.linear(layer + names.attentionOutput(), hidden, hidden),
                    found.norm(layer + names.attentionNorm(), hidden),
                    found.linear(layer + names.up(), hidden, config.intermediate()),
                    found.linear(layer + names.down(), config.intermediate(), hidden),
                    found.norm(layer + names.outputNorm(), hidden));
        }

        private Optional<Matrix> relativeBias(String name) throws KeepsOwnGraphException {
            if (name == null) return Optional.empty();
            return Optional.of(found.table(name, config.relativeBuckets(), config.heads()));
        }
    }
}
