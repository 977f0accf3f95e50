package io.semanticsearch.benchmarks;

import io.semanticsearch.onnx.graph.Pooling;

/** Makes one vector of a text of the vectors of its tokens, where a library leaves that to its caller. */
enum TokenPooling {
    /** All tokens count, as in the all-MiniLM, e5 and gte models. */
    MEAN(Pooling.MEAN, "\"pooling_mode_cls_token\": false, \"pooling_mode_mean_tokens\": true"),
    /** The first token alone, as in the bge, arctic-embed and mxbai models. */
    FIRST(Pooling.CLS, "\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false");

    private final Pooling compiled;
    private final String config;

    TokenPooling(Pooling compiled, String config) {
        this.compiled = compiled;
        this.config = config;
    }

    /** The same in a compiled graph. */
    Pooling compiled() {
        return compiled;
    }

    /** The same in the configuration of a model, as members of a JSON object. */
    String config() {
        return config;
    }

    /** The vector of a token. */
    interface Tokens {
        void addTo(int token, float[] sum);
    }

    /** @return of length 1 */
    float[] of(int tokens, int hidden, Tokens vectors) {
        float[] sum = new float[hidden];
        int counted = this == FIRST ? 1 : tokens;
        for (int token = 0; token < counted; token++) vectors.addTo(token, sum);
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
    float[][] of(PaddedBatch batch, float[] values) {
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
