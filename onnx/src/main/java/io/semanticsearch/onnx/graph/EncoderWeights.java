package io.semanticsearch.onnx.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    /** @throws KeepsOwnGraphException when something is missing or has another shape */
    static EncoderWeights load(EncoderConfig config, WeightSource source) throws KeepsOwnGraphException {
        return new Loader(config, source, prefix(config, source)).load();
    }

    /** What a model class puts before the names of its encoder. */
    private static String prefix(EncoderConfig config, WeightSource source) throws KeepsOwnGraphException {
        String words = config.architecture().names().words();
        List<String> prefixes = source.names().stream().filter(name -> name.equals(words) || name.endsWith("." + words))
                .map(name -> name.substring(0, name.length() - words.length())).sorted().toList();
        if (prefixes.size() == 1) return prefixes.getFirst();
        throw new KeepsOwnGraphException("file [" + source.files().getFirst() + "] has [" + prefixes.size()
                + "] weights whose names end in [" + words + "], expected one");
    }

    private record Loader(EncoderConfig config, WeightSource source, String prefix) {

        EncoderWeights load() throws KeepsOwnGraphException {
            WeightNames names = config.architecture().names();
            Matrix words = table(names.words());
            Matrix positions = table(names.positions());
            if (positions.rows() <= config.firstPosition()) {
                throw new KeepsOwnGraphException(
                        "[" + positions.name() + "] has [" + positions.rows() + "] rows, the first token needs row ["
                                + config.firstPosition() + "]");
            }
            Optional<Matrix> tokenTypes = names.tokenTypes() == null ? Optional.empty() : Optional.of(table(names.tokenTypes()));
            List<LayerWeights> layers = new ArrayList<>();
            for (int i = 0; i < config.layers(); i++) layers.add(layer(names, names.layers() + i));
            return new EncoderWeights(words, positions.from(config.firstPosition()), tokenTypes, norm(names.embeddingNorm()),
                    layers,
                    relativeBias(names.relativeBias()));
        }

        private LayerWeights layer(WeightNames names, String layer) throws KeepsOwnGraphException {
            int hidden = config.hidden();
            return new LayerWeights(linear(layer + names.query(), hidden, hidden), linear(layer + names.key(), hidden, hidden),
                    linear(layer + names.value(), hidden, hidden), linear(layer + names.attentionOutput(), hidden, hidden),
                    norm(layer + names.attentionNorm()), linear(layer + names.up(), hidden, config.intermediate()),
                    linear(layer + names.down(), config.intermediate(), hidden), norm(layer + names.outputNorm()));
        }

        private Optional<Matrix> relativeBias(String name) throws KeepsOwnGraphException {
            if (name == null) return Optional.empty();
            Matrix table = source.matrix(prefix + name).orElseThrow(() -> missing(name));
            return Optional.of(checked(table, config.relativeBuckets(), config.heads()));
        }

        private Matrix table(String name) throws KeepsOwnGraphException {
            Matrix table = source.matrix(prefix + name).orElseThrow(() -> missing(name));
            return checked(table, table.rows(), config.hidden());
        }

        private Linear linear(String name, int inputs, int outputs) throws KeepsOwnGraphException {
            Linear linear = source.linear(prefix + name).orElseThrow(() -> missing(name));
            checked(linear.weight(), linear.storedByOutput() ? outputs : inputs, linear.storedByOutput() ? inputs : outputs);
            checked(linear.bias(), 1, outputs);
            return linear;
        }

        private Norm norm(String name) throws KeepsOwnGraphException {
            Norm norm = source.norm(prefix + name).orElseThrow(() -> missing(name));
            checked(norm.scale(), 1, config.hidden());
            checked(norm.shift(), 1, config.hidden());
            return norm;
        }

        private Matrix checked(Matrix matrix, int rows, int columns) throws KeepsOwnGraphException {
            if (matrix.rows() == rows && matrix.columns() == columns && rows > 0) return matrix;
            throw new KeepsOwnGraphException("[" + matrix.name() + "] of file [" + source.files().getFirst() + "] has the shape ["
                    + matrix.rows() + ", " + matrix.columns() + "], expected [" + rows + ", " + columns + "]");
        }

        private KeepsOwnGraphException missing(String name) {
            return new KeepsOwnGraphException("file [" + source.files().getFirst() + "] has no weights [" + prefix + name + "]");
        }
    }
}
