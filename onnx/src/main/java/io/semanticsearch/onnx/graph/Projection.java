package io.semanticsearch.onnx.graph;

/**
 * A linear layer without a bias, {@code y = x W}, or some of its outputs.
 *
 * @param weight of the whole layer, as stored
 * @param storedByOutput whether a row of it belongs to an output, as PyTorch has it, and not to an input, as MatMul wants it
 * @param first the first of the outputs
 * @param outputs how many of them there are
 */
record Projection(Matrix weight, boolean storedByOutput, int first, int outputs) {

    Projection(Matrix weight, boolean storedByOutput) {
        this(weight, storedByOutput, 0, storedByOutput ? weight.rows() : weight.columns());
    }

    /** One of so many equal parts of the outputs. */
    Projection part(int index, int parts) {
        int width = outputs / parts;
        return new Projection(weight, storedByOutput, first + index * width, width);
    }

    int inputs() {
        return storedByOutput ? weight.columns() : weight.rows();
    }

    /** W, float32 [inputs, outputs]. */
    float[] values() {
        if (storedByOutput) return weight.rows(first, outputs).transposed();
        float[] all = weight.values();
        if (outputs == weight.columns()) return all;
        float[] values = new float[Math.multiplyExact(inputs(), outputs)];
        for (int row = 0; row < inputs(); row++)
            System.arraycopy(all, row * weight.columns() + first, values, row * outputs, outputs);
        return values;
    }
}
