package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Looks into an {@code OrtValue} that ONNX Runtime made. For one thread at a time; its places belong to the arena that it was given. */
final class TensorReader {

    private final OrtApi api;
    private final Out.Pointer pointer;
    private final Out.Size rank;
    private final Out.Int type;
    private final MemorySegment sizes;

    TensorReader(OrtApi api, Arena arena) {
        this.api = api;
        this.pointer = new Out.Pointer(arena);
        this.rank = new Out.Size(arena);
        this.type = new Out.Int(arena);
        this.sizes = arena.allocate(ValueLayout.JAVA_LONG, Shape.MAX_RANK);
    }

    /** Its shape; the type must be the one that the model promises, because the size of its memory follows from both. */
    long[] shape(MemorySegment value, TensorInfo promised) {
        api.getTensorTypeAndShape.call(value, pointer.place());
        MemorySegment info = api.made(pointer);
        try {
            api.getTensorElementType.call(info, type.place());
            api.getDimensionsCount.call(info, rank.place());
            if (type.value() != promised.type().code() || rank.value() > Shape.MAX_RANK) {
                throw new OnnxException(OnnxException.NO_CODE, "the model gave a tensor of type [" + type.value() + "] with ["
                        + rank.value() + "] dimensions, expected [" + promised + "]");
            }
            api.getDimensions.call(info, sizes, rank.value());
            long[] shape = new long[(int) rank.value()];
            MemorySegment.copy(sizes, ValueLayout.JAVA_LONG, 0, shape, 0, shape.length);
            return shape;
        } finally {
            api.release(api.releaseTensorTypeAndShapeInfo, info);
        }
    }

    /** Its memory, which lives as long as the value. */
    @SuppressWarnings("restricted")
    MemorySegment data(MemorySegment value, long bytes) {
        api.getTensorMutableData.call(value, pointer.place());
        return pointer.value().reinterpret(bytes);
    }
}
