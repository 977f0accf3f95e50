package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.BrokenModelException;
import java.io.IOException;
import java.io.OutputStream;

/** Brings a matrix to eight bits, a scale for each column: {@code w ≈ scale[column] * q}, q from -127 to 127. */
final class Int8Matrix {

    private static final int MOST = Byte.MAX_VALUE;

    private Int8Matrix() {}

    /**
     * The scale of each column.
     *
     * @param values row by row
     * @param name for messages
     */
    static float[] scales(float[] values, int columns, String name) {
        float[] scales = new float[columns];
        for (int row = 0; row < values.length; row += columns) {
            for (int column = 0; column < columns; column++) {
                scales[column] = Math.max(scales[column], Math.abs(values[row + column]));
            }
        }
        for (int column = 0; column < columns; column++) {
            if (!Float.isFinite(scales[column])) {
                throw new BrokenModelException(
                        "weights [" + name + "] contain a number that is not finite; fetch the model again", null);
            }
            // A column of zeros may have any scale but zero, and so may one of numbers that are next to nothing.
            scales[column] = scales[column] / MOST < Float.MIN_NORMAL ? 1 : scales[column] / MOST;
        }
        return scales;
    }

    /** Writes the numbers in eight bits. */
    static void write(float[] values, float[] scales, OutputStream out) throws IOException {
        int columns = scales.length;
        byte[] row = new byte[columns];
        for (int at = 0; at < values.length; at += columns) {
            for (int column = 0; column < columns; column++) {
                row[column] = (byte) Math.clamp(Math.round(values[at + column] / scales[column]), -MOST, MOST);
            }
            out.write(row);
        }
    }
}
