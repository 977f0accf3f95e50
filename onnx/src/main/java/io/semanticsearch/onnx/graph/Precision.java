package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.ElementType;

/** How exactly a compiled encoder computes. */
public enum Precision {
    /** Equal to the original but for the order of additions. */
    FP32,
    /**
     * Weights and products in half precision, sums of norms and the pooling in fp32: for graphics processors. Processors have to widen
     * every number, which takes several times as long as fp32.
     *
     * <p>Numbers beyond 65,504 are infinite in it: weights are looked at when they are compiled, what comes of them is not known before
     * it is compared with the original.
     */
    FP16,
    /**
     * Matrices of the layers in eight bits, a scale for each output; inputs are brought to eight bits while it runs, with one scale for
     * the whole batch, so a vector depends a little on its neighbours in the batch. Embedding tables stay in fp32.
     *
     * <p>The session must be opened with {@link Int8Arithmetic#options}, or vectors are wrong on some processors.
     */
    INT8;

    /** What weights that no matrix of a layer holds, and the values between operators, are written in. */
    ElementType reals() {
        return switch (this) {
            case FP32, INT8 -> ElementType.FLOAT;
            case FP16 -> ElementType.FLOAT16;
        };
    }
}
