package io.semanticsearch.benchmarks;

import java.util.List;

/** A loaded encoder, called as its users call it. For one thread at a time. */
interface Encoder extends AutoCloseable {

    /**
     * Embeds the texts.
     *
     * @param texts token ids of each, with the special ones
     * @return float32 [texts][hidden], of length 1
     */
    float[][] embed(List<int[]> texts) throws Exception;

    @Override
    void close();
}
