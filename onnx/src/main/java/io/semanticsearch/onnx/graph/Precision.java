package io.semanticsearch.onnx.graph;

/** How exactly a compiled encoder computes. */
public enum Precision {
    /** Equal to the original but for the order of additions. */
    FP32,
    /**
     * Matrices of the layers in eight bits, a scale for each output; inputs are brought to eight bits while it runs, with one scale for
     * the whole batch, so a vector depends a little on its neighbours in the batch. Embedding tables stay in fp32.
     *
     * <p>The session must set {@code session.x64quantprecision} to {@code 1}: on x86 processors without VNNI the usual product of unsigned
     * inputs and signed weights overflows, and vectors are wrong without any error. On others the entry changes nothing.
     */
    INT8
}
