package io.semanticsearch.embedding.local;

import io.semanticsearch.onnx.safetensors.TensorView;
import java.lang.foreign.MemorySegment;

/** Rows of bfloat16. */
record BrainFloatRows(MemorySegment data, int rows, int dimension) implements TokenTable {

    @Override
    public void add(int[] rows, float[] weights, int count, float[] into) {
        short[] row = new short[into.length];
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(data, TensorView.SHORT, (long) rows[i] * dimension * Short.BYTES, row, 0, row.length);
            add(row, weights[i], into);
        }
    }

    private static void add(short[] row, float weight, float[] into) {
        for (int d = 0; d < into.length; d++) {
            into[d] += weight * TensorView.bfloat16ToFloat(row[d]);
        }
    }
}
