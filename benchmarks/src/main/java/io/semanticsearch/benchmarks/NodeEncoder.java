package io.semanticsearch.benchmarks;

import io.semanticsearch.embedding.BatchedFunction;
import io.semanticsearch.onnx.Cancellation;
import java.util.ArrayList;
import java.util.List;

/**
 * The project's own as a node runs it: in passes of as many tokens as suit the model. For texts of one length.
 *
 * @param alone whether as a search text while nothing else is embedded
 */
record NodeEncoder(BatchedFunction function, boolean alone) implements Encoder {
    @Override
    public float[][] embed(List<int[]> texts) {
        int atOnce = Math.max(1, function.passTokens() / texts.getFirst().length);
        List<float[]> vectors = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += atOnce) {
            List<int[]> pass = texts.subList(from, Math.min(texts.size(), from + atOnce));
            vectors.addAll(function.forward(pass, new Cancellation(), alone));
        }
        return vectors.toArray(float[][]::new);
    }

    @Override
    public void close() {
        function.close();
    }
}
