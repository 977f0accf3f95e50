package io.semanticsearch.benchmarks;

import java.util.List;

/** A peer that computes something else would be no peer. */
final class SameVectors {
    /** Of graphs in float32. */
    static final double FP32 = 0.9999;

    private SameVectors() {}

    /**
     * Compares the vectors of each text, which have length 1.
     *
     * @param least cosine
     * @param name of the encoder, for messages
     */
    static void check(List<int[]> texts, float[][] expected, double least, String name, Encoder encoder) throws Exception {
        float[][] vectors = encoder.embed(texts);
        for (int row = 0; row < vectors.length; row++) {
            double cosine = 0;
            for (int i = 0; i < vectors[row].length; i++) cosine += (double) vectors[row][i] * expected[row][i];
            if (!(cosine >= least))
                throw new BenchmarkException("[" + name + "] gives other vectors: the cosine is [" + cosine + "]");
        }
    }
}
