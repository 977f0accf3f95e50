package io.semanticsearch.embedding.local;

/** Poolings by their definitions, in double precision. */
final class PoolingOracle {

    private PoolingOracle() {}

    /** @param tokens [length, hidden] */
    static float[] pool(String config, float[] tokens, int length) {
        int hidden = tokens.length / length;
        if (config.contains("cls") && config.contains("mean")) {
            float[] both = new float[2 * hidden];
            System.arraycopy(pool("cls", tokens, length), 0, both, 0, hidden);
            System.arraycopy(pool("mean_tokens", tokens, length), 0, both, hidden, hidden);
            return both;
        }
        float[] pooled = new float[hidden];
        for (int d = 0; d < hidden; d++) {
            double sum = 0;
            double weighted = 0;
            double max = Double.NEGATIVE_INFINITY;
            for (int t = 0; t < length; t++) {
                sum += tokens[t * hidden + d];
                weighted += (t + 1.0) * tokens[t * hidden + d];
                max = Math.max(max, tokens[t * hidden + d]);
            }
            double value;
            if (config.contains("cls")) value = tokens[d];
            else if (config.contains("last")) value = tokens[(length - 1) * hidden + d];
            else if (config.contains("max")) value = max;
            else if (config.contains("weighted")) value = weighted / (length * (length + 1.0) / 2);
            else if (config.contains("sqrt")) value = sum / Math.sqrt(length);
            else
                value = sum / length;
            pooled[d] = (float) value;
        }
        return pooled;
    }
}
