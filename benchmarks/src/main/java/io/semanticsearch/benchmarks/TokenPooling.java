package io.semanticsearch.benchmarks;

/** Makes one vector of a text of the vectors of its tokens, where a model leaves that to its caller. */
final class MeanPooling {
    private MeanPooling() {}

    /** The vector of a token. */
    interface Tokens {
        void addTo(int token, float[] sum);
    }

    /** @return the mean, of length 1 */
    static float[] of(int tokens, int hidden, Tokens vectors) {
        float[] sum = new float[hidden];
        for (int token = 0; token < tokens; token++) vectors.addTo(token, sum);
        double squares = 0;
        for (float value : sum) squares += (double) value * value;
        float scale = (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < hidden; i++) sum[i] *= scale;
        return sum;
    }

    /**
     * Of all texts of a batch.
     *
     * @param values float32 [texts, tokens, hidden], row-major
     */
    static float[][] of(PaddedBatch batch, float[] values) {
        int hidden = values.length / batch.texts() / batch.tokens();
        float[][] vectors = new float[batch.texts()][];
        for (int text = 0; text < vectors.length; text++) {
            int first = text * batch.tokens();
            vectors[text] = of(batch.length(text), hidden, (token, sum) -> {
                int at = (first + token) * hidden;
                for (int i = 0; i < hidden; i++) sum[i] += values[at + i];
            });
        }
        return vectors;
    }
}
