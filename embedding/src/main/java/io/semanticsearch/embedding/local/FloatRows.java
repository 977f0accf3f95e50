package io.semanticsearch.embedding.local;

import io.semanticsearch.onnx.safetensors.TensorView;
import java.lang.foreign.MemorySegment;

/** Rows of float32. */
record FloatRows(MemorySegment data, int rows, int dimension) implements TokenTable {

    @Override
    public void add(int[] rows, float[] weights, int count, float[] into) {
        float[] row = new float[into.length];
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(data, TensorView.FLOAT, (long) rows[i] * dimension * Float.BYTES, row, 0, row.length);
            add(row, weights[i], into);
        }
    }

    private static void add(float[] row, float weight, float[] into) {
        for (int d = 0; d < into.length; d++) {
            into[d] += weight * row[d];
        }
    }
}
