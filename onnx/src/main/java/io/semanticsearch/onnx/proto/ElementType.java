package io.semanticsearch.onnx.proto;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Types of numbers that tensors hold: https://github.com/onnx/onnx, {@code onnx/onnx.proto}, {@code TensorProto.DataType}. */
public enum ElementType {
    FLOAT(1, 4), UINT8(2, 1), INT8(3, 1), INT32(6, 4), INT64(7, 8), BOOL(9, 1), FLOAT16(10, 2), DOUBLE(11, 8), BFLOAT16(16, 2);

    private static final ValueLayout.OfFloat FLOATS = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORTS = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLES = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int code;
    private final int bytes;

    ElementType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** The number that stands for it in a file. */
    public int code() {
        return code;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }

    public boolean isReal() {
        return switch (this) {
            case FLOAT, FLOAT16, DOUBLE, BFLOAT16 -> true;
            case UINT8, INT8, INT32, INT64, BOOL -> false;
        };
    }

    /**
     * Reads real numbers, whatever their precision.
     *
     * @param data little-endian, aligned or not
     * @param from index of the first number
     */
    public void read(MemorySegment data, long from, float[] into, int at, int count) {
        switch (this) {
            case FLOAT -> MemorySegment.copy(data, FLOATS, from * bytes, into, at, count);
            case FLOAT16 -> {
                for (int i = 0; i < count; i++) into[at + i] = Float.float16ToFloat(data.getAtIndex(SHORTS, from + i));
            }
            // A bfloat16 is the upper half of a float32.
            case BFLOAT16 -> {
                for (int i = 0; i < count; i++)
                    into[at + i] = Float.intBitsToFloat(data.getAtIndex(SHORTS, from + i) << Short.SIZE);
            }
            case DOUBLE -> {
                for (int i = 0; i < count; i++) into[at + i] = (float) data.getAtIndex(DOUBLES, from + i);
            }
            case UINT8, INT8, INT32, INT64, BOOL -> throw new IllegalStateException(this + " is no real number");
        }
    }

    /** Writes the first numbers of an array; fp16 rounds to the nearest, and to infinity what is beyond its range. */
    public void write(float[] values, int count, OutputStream out) throws IOException {
        int most = 1 << 14;
        ByteBuffer part = ByteBuffer.allocate(Math.min(most, count) * bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < count; at += most) {
            int end = Math.min(at + most, count);
            part.clear();
            switch (this) {
                case FLOAT -> part.asFloatBuffer().put(values, at, end - at);
                case FLOAT16 -> {
                    for (int i = at; i < end; i++) part.putShort(Float.floatToFloat16(values[i]));
                }
                case UINT8, INT8, INT32, INT64, BOOL, DOUBLE, BFLOAT16 ->
                    throw new IllegalStateException("no weights are written as " + this);
            }
            out.write(part.array(), 0, (end - at) * bytes);
        }
    }

    /** The type of this number in a file, if it is one that this package reads. */
    static Optional<ElementType> of(int code) {
        for (ElementType type : values()) {
            if (type.code == code) return Optional.of(type);
        }
        return Optional.empty();
    }
}
