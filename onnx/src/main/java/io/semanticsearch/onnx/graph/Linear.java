package io.semanticsearch.onnx.graph;

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
}
