package io.semanticsearch.onnx.graph;

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

    /** float32 [3 hidden] */
    static float[] bias(LayerWeights layer) {
        int hidden = layer.query().inputs();
        float[] packed = new float[3 * hidden];
        System.arraycopy(layer.query().bias().values(), 0, packed, 0, hidden);
        System.arraycopy(layer.key().bias().values(), 0, packed, hidden, hidden);
        System.arraycopy(layer.value().bias().values(), 0, packed, 2 * hidden, hidden);
        return packed;
    }
}
