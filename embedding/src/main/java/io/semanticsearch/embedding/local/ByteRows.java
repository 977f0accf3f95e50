package io.semanticsearch.embedding.local;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Rows of int8 with one scale each.
 *
 * @param scales [rows]: a number of row {@code r} is its byte times {@code scales[r]}
 */
record ByteRows(MemorySegment data, int rows, int dimension, float[] scales) implements TokenTable {

    @Override
    public void add(int[] rows, float[] weights, int count, float[] into) {
        byte[] row = new byte[into.length];
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, (long) rows[i] * dimension, row, 0, row.length);
            add(row, weights[i] * scales[rows[i]], into);
        }
    }

    private static void add(byte[] row, float weight, float[] into) {
        for (int d = 0; d < into.length; d++) {
            into[d] += weight * row[d];
        }
    }
}
