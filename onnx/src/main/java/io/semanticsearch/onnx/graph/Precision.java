package io.semanticsearch.onnx.graph;

/** How exactly a compiled encoder computes. */
public enum Precision {
    /** Equal to the original but for the order of additions. */
    FP32,
    /**
     * Matrices of the layers in eight bits, a scale for each output; inputs are brought to eight bits while it runs, with one scale for
     * the whole batch, so a vector depends a little on its neighbours in the batch. Embedding tables stay in fp32.
     *
     * <p>The session must be opened with {@link Int8Arithmetic#options}, or vectors are wrong on some processors.
     */
    INT8
}
