package io.semanticsearch.onnx.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The weights of an encoder with rotary positions, each found and of the shape that the configuration asks for.
 *
 * @param words [vocabulary, hidden]
 * @param tokenTypes [types, hidden]; empty where there are none
 * @param finalNorm after the last layer; empty where norms come after their layers
 */
record RotaryWeights(Matrix words,
        Optional<Matrix> tokenTypes,
        RotaryNorm embeddingNorm,
        List<RotaryLayer> layers,
        Optional<RotaryNorm> finalNorm) {

    RotaryWeights {
        layers = List.copyOf(layers);
    }

    /** @throws KeepsOwnGraphException when something is missing or has another shape */
    static RotaryWeights load(RotaryConfig config, WeightSource source) throws KeepsOwnGraphException {
        RotaryNames names = config.architecture().rotaryNames();
        return new Loader(config, names, FoundWeights.of(source, names.words())).load();
    }

    private record Loader(RotaryConfig config, RotaryNames names, FoundWeights found) {

        RotaryWeights load() throws KeepsOwnGraphException {
            Matrix words = found.table(names.words(), config.hidden());
            Optional<Matrix> types = config.tokenTypes()
                    ? Optional.of(found.table(names.tokenTypes(), config.hidden()))
                    : Optional.empty();
            RotaryNorm embeddingNorm = norm(names.embeddingNorm());
            List<RotaryLayer> layers = new ArrayList<>();
            for (int i = 0; i < config.layers(); i++) layers.add(layer(i));
            return new RotaryWeights(words, types, embeddingNorm, layers,
                    names.preNorm() ? Optional.of(norm(names.finalNorm())) : Optional.empty());
        }

        private RotaryLayer layer(int number) throws KeepsOwnGraphException {
            String layer = names.layers() + number;
            int hidden = config.hidden();
            int wide = config.intermediate();
            Projection three = found.projection(layer + names.queryKeyValue(), hidden, 3 * hidden);
            boolean together = names.activated().equals(names.gate());
            Projection activated = found.projection(layer + names.activated(), hidden, together ? 2 * wide : wide);
            Projection gate = together ? activated.part(1, 2) : found.projection(layer + names.gate(), hidden, wide);
            // What the first layer reads has its norm already.
            boolean normed = names.preNorm() && number == 0;
            return new RotaryLayer(three.part(0, 3), three.part(1, 3), three.part(2, 3),
                    found.projection(layer + names.attentionOutput(), hidden, hidden),
                    normed ? Optional.empty() : Optional.of(norm(layer + names.attentionNorm())),
                    together ? activated.part(0, 2) : activated, gate, found.projection(layer + names.down(), wide, hidden),
                    norm(layer + names.feedForwardNorm()));
        }

        private RotaryNorm norm(String name) throws KeepsOwnGraphException {
            if (names.preNorm()) return new RotaryNorm(found.scale(name, config.hidden()), Optional.empty());
            Norm norm = found.norm(name, config.hidden());
            return new RotaryNorm(norm.scale(), Optional.of(norm.shift()));
        }
    }
}
