package io.semanticsearch.onnx.graph;

import java.util.Arrays;

/** The three linear layers that attention begins with, as one: they read the same numbers. */
final class QueryKeyValue {

    private QueryKeyValue() {}

    /** float32 [hidden, 3 hidden] */
    static float[] weights(LayerWeights layer) {
        int hidden = layer.query().inputs();
        float[] packed = new float[Math.multiplyExact(3 * hidden, hidden)];
        Linear[] parts = {layer.query(), layer.key(), layer.value()};
        for (int part = 0; part < parts.length; part++) {
            float[] values = parts[part].values();
            for (int row = 0; row < hidden; row++)
                System.arraycopy(values, row * hidden, packed, (3 * row + part) * hidden, hidden);
        }
        return packed;
    }

    /**
     * float32 [3 hidden]: that of the query alone. That of the keys adds the same number to all scores of a token, which a softmax does not see;
     * that of the values is part of {@link LayerWeights#attentionOutputBias}.
     */
    static float[] bias(LayerWeights layer) {
        return Arrays.copyOf(layer.query().bias().values(), 3 * layer.query().inputs());
    }
}
