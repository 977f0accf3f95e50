package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.TensorData;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Weights in a file that is open.
 *
 * @param name for messages
 * @param rows as stored
 * @param columns as stored
 * @param data row-major; usable until the file is closed
 */
record Matrix(String name, ElementType type, int rows, int columns, MemorySegment data) {

    private static final int BLOCK = 32;
    private static final int READ_AT_ONCE = 1 << 14;

    /** All numbers, row by row. */
    float[] values() {
        float[] values = new float[Math.multiplyExact(rows, columns)];
        type.read(data, 0, values, 0, values.length);
        return values;
    }

    /** All numbers, column by column. */
    float[] transposed() {
        float[] values = values();
        float[] transposed = new float[values.length];
        // Block by block, so that both sides stay in the cache.
        for (int row = 0; row < rows; row += BLOCK) {
            for (int column = 0; column < columns; column += BLOCK) {
                transposeBlock(values, transposed, row, column);
            }
        }
        return transposed;
    }

    private void transposeBlock(float[] from, float[] to, int firstRow, int firstColumn) {
        for (int row = firstRow; row < Math.min(firstRow + BLOCK, rows); row++) {
            for (int column = firstColumn; column < Math.min(firstColumn + BLOCK, columns); column++) {
                to[column * rows + row] = from[row * columns + column];
            }
        }
    }

    /** The rows from this one on. */
    Matrix from(int row) {
        return rows(row, rows - row);
    }

    /** Some rows. */
    Matrix rows(int first, int count) {
        long bytes = (long) columns * type.bytes();
        return new Matrix(name, type, count, columns, data.asSlice(first * bytes, count * bytes));
    }

    /** As float32 or float16, row by row, to be written; a table may be larger than the heap. */
    TensorData as(ElementType written) {
        return new TensorData.Computed((long) rows * columns * written.bytes(),
                out -> inBlocks((values, count) -> written.write(values, count, out)));
    }

    /** The largest of the numbers without their signs; NaN where one is. */
    float largest() {
        float[] largest = new float[1];
        inBlocks((values, count) -> {
            for (int i = 0; i < count; i++) largest[0] = Math.max(largest[0], Math.abs(values[i]));
        });
        return largest[0];
    }

    private <E extends Exception> void inBlocks(Block<E> block) throws E {
        int most = Math.max(1, READ_AT_ONCE / columns);
        float[] values = new float[most * columns];
        for (int row = 0; row < rows; row += most) {
            int count = Math.min(most, rows - row) * columns;
            type.read(data, (long) row * columns, values, 0, count);
            block.take(values, count);
        }
    }

    /** Takes some rows at a time. */
    private interface Block<E extends Exception> {

        /** @param count how many of the values are theirs */
        void take(float[] values, int count) throws E;
    }
}
