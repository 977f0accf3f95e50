package io.semanticsearch.onnx;

import java.util.Arrays;

/** The arithmetic of shapes. */
final class Shape {

    /** More than any model has. */
    static final int MAX_RANK = 16;

    private Shape() {}

    /**
     * Bytes of a tensor of this shape; exactly, because native code relies on them being there.
     *
     * @param sizes of each dimension
     */
    static long bytes(ElementType type, long[] sizes) {
        if (sizes.length > MAX_RANK) {
            throw new IllegalArgumentException(
                    "the shape has [" + sizes.length + "] dimensions, expected at most [" + MAX_RANK + "]");
        }
        long bytes = type.bytes();
        for (long size : sizes) {
            if (size < 0) throw new IllegalArgumentException("the shape " + Arrays.toString(sizes) + " has a negative size");
            if (size > 0 && bytes > Long.MAX_VALUE / size) {
                throw new IllegalArgumentException("the shape " + Arrays.toString(sizes) + " is too large");
            }
            bytes *= size;
        }
        return bytes;
    }
}
