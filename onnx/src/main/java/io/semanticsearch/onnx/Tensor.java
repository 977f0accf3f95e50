package io.semanticsearch.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Numbers of one type in a shape, row by row, in memory of Java's heap or outside. Immutable if nobody changes the memory. */
public final class Tensor {

    private final ElementType type;
    private final long[] shape;
    private final MemorySegment data;

    private Tensor(ElementType type, MemorySegment data, long[] shape) {
        long bytes = Shape.bytes(type, shape);
        if (data.byteSize() != bytes) {
            throw new IllegalArgumentException(
                    "a tensor " + type + " " + Arrays.toString(shape) + " has [" + bytes + "] bytes, not ["
                            + data.byteSize() + "]");
        }
        this.type = type;
        this.shape = shape;
        this.data = data;
    }

    /** Numbers of any type, as their bytes in the order of this machine; not copied. */
    public static Tensor of(ElementType type, MemorySegment data, long... shape) {
        return new Tensor(type, data, shape.clone());
    }

    /** int64; not copied. */
    public static Tensor of(long[] values, long... shape) {
        return of(ElementType.INT64, MemorySegment.ofArray(values), shape);
    }

    /** int32; not copied. */
    public static Tensor of(int[] values, long... shape) {
        return of(ElementType.INT32, MemorySegment.ofArray(values), shape);
    }

    /** float32; not copied. */
    public static Tensor of(float[] values, long... shape) {
        return of(ElementType.FLOAT32, MemorySegment.ofArray(values), shape);
    }

    public ElementType type() {
        return type;
    }

    /** A copy. */
    public long[] shape() {
        return shape.clone();
    }

    /** The numbers as bytes in the order of this machine. */
    public MemorySegment data() {
        return data;
    }

    /** A copy of the numbers of a tensor of float32, or of float16, widened. */
    public float[] floats() {
        return switch (type) {
            case FLOAT32 -> data.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
            case FLOAT16 -> {
                short[] halves = data.toArray(ValueLayout.JAVA_SHORT_UNALIGNED);
                float[] floats = new float[halves.length];
                for (int i = 0; i < halves.length; i++) {
                    floats[i] = Float.float16ToFloat(halves[i]);
                }
                yield floats;
            }
            default -> throw new IllegalStateException("the tensor is of type [" + type + "], expected floats");
        };
    }

    /** A copy of the numbers of a tensor of int64. */
    public long[] longs() {
        if (type != ElementType.INT64) throw new IllegalStateException("the tensor is of type [" + type + "], expected [INT64]");
        return data.toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    }

    /** A copy of the numbers of a tensor of int32. */
    public int[] ints() {
        if (type != ElementType.INT32) throw new IllegalStateException("the tensor is of type [" + type + "], expected [INT32]");
        return data.toArray(ValueLayout.JAVA_INT_UNALIGNED);
    }

    @Override
    public String toString() {
        return type + " " + Arrays.toString(shape);
    }
}
