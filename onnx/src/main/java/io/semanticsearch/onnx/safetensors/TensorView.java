package io.semanticsearch.onnx.safetensors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Numbers in a file that is open.
 *
 * @param name its key in the file
 * @param shape numbers along each axis; row-major, the product is the count
 * @param data little-endian, exactly {@link #count} numbers; usable until its file is closed
 */
public record TensorView(String name, Dtype type, List<Long> shape, MemorySegment data) {

    /** In files the alignment of a tensor depends on the length of the header before it. */
    public static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** How many numbers there are. */
    public long count() {
        return data.byteSize() / type.bytes();
    }

    public boolean isReal() {
        return switch (type) {
            case F16, BF16, F32, F64 -> true;
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, I64, U64 -> false;
        };
    }

    public boolean isWhole() {
        return type == Dtype.I32 || type == Dtype.I64;
    }

    /** The number at a position of a tensor for which {@link #isReal} holds. */
    public float real(long position) {
        return switch (type) {
            case F16 -> Float.float16ToFloat(data.getAtIndex(SHORT, position));
            case BF16 -> bfloat16ToFloat(data.getAtIndex(SHORT, position));
            case F32 -> data.getAtIndex(FLOAT, position);
            case F64 -> (float) data.getAtIndex(DOUBLE, position);
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, I64, U64 ->
                throw new IllegalStateException(name + " is " + type);
        };
    }

    /** The number at a position of a tensor for which {@link #isWhole} holds. */
    public long whole(long position) {
        return type == Dtype.I32 ? data.getAtIndex(INT, position) : data.getAtIndex(LONG, position);
    }

    /** A bfloat16 is the upper half of a float32. */
    public static float bfloat16ToFloat(short bits) {
        return Float.intBitsToFloat(bits << Short.SIZE);
    }
}
