package io.semanticsearch.onnx.graph;

import java.util.Arrays;

/**
 * A linear layer: {@code y = x W + b}.
 *
 * @param weight as stored
 * @param storedByOutput whether a row of it belongs to an output, as PyTorch has it, and not to an input, as MatMul wants it
 * @param bias one row
 */
record Linear(Matrix weight, boolean storedByOutput, Matrix bias) {

    int inputs() {
        return storedByOutput ? weight.columns() : weight.rows();
    }

    int outputs() {
        return storedByOutput ? weight.rows() : weight.columns();
    }

    /** W, float32 [inputs, outputs]. */
    float[] values() {
        return storedByOutput ? weight.transposed() : weight.values();
    }

    /** The columns of W that belong to some outputs, float32 [inputs, count]. */
    float[] ofOutputs(int first, int count) {
        return new Projection(weight, storedByOutput, first, count).values();
    }

    /** The rows of W that belong to some inputs, float32 [count, outputs]. */
    float[] ofInputs(int first, int count) {
        if (!storedByOutput) return weight.rows(first, count).values();
        return Arrays.copyOfRange(weight.transposed(), first * outputs(), (first + count) * outputs());
    }
}
