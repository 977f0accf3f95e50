package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * One input or output of an {@link OnnxCall}: its shape, its memory, and the {@code OrtValue} over both, which is kept from call to call
 * while the shape stays. The memory grows and is reused. For one thread at a time.
 */
final class TensorSlot implements AutoCloseable {

    /** What the widest vector instructions read at a time. */
    private static final long ALIGNMENT = 64;

    private final OnnxRuntime runtime;
    private final OrtApi api;
    private final TensorInfo info;
    private final MemorySegment cell;
    private final MemorySegment sizes;
    private final TensorReader reader;
    private Memory memory = Memory.NONE;
    private MemorySegment data = MemorySegment.NULL;
    private long[] shape = {};
    private State state = State.UNSET;

    private enum State {
        /** Nothing is known: an input cannot be run, an output is allocated by ONNX Runtime and copied. */
        UNSET,
        /** There is an {@code OrtValue} over {@link #memory}. */
        OWN,
        /** There is an {@code OrtValue} over memory of the caller. */
        LENT,
        /** An output that was copied out of what ONNX Runtime allocated. */
        COPIED
    }

    /**
     * Makes it without memory.
     *
     * @param cell where the call wants the {@code OrtValue*}
     * @param scratch for places that live as long as the call
     */
    TensorSlot(OnnxRuntime runtime, TensorInfo info, MemorySegment cell, Arena scratch) {
        this.runtime = runtime;
        this.api = runtime.api();
        this.info = info;
        this.cell = cell;
        this.sizes = scratch.allocate(ValueLayout.JAVA_LONG, Shape.MAX_RANK);
        this.reader = new TensorReader(api, scratch);
    }

    TensorInfo info() {
        return info;
    }

    /** {@code OrtValue*}, NULL if it is not set. */
    MemorySegment value() {
        return cell.get(ValueLayout.ADDRESS, 0);
    }

    /** Whether there is a value for the call to use. */
    boolean isSet() {
        return state == State.OWN || state == State.LENT;
    }

    /** The memory for a tensor of this shape, to be read and written; its content is what was there before. */
    MemorySegment resize(long[] newShape) {
        if (state == State.OWN && Arrays.equals(shape, newShape)) return data;
        long bytes = bytes(newShape);
        unset();
        reserve(bytes);
        makeValue(memory.segment().asSlice(0, bytes), newShape);
        state = State.OWN;
        return data;
    }

    /** Uses memory of the caller in place of its own. */
    void lend(MemorySegment lent, boolean written, long[] newShape) {
        long bytes = bytes(newShape);
        if (!lent.isNative()) throw new IllegalArgumentException("[" + info.name() + "] needs memory outside of Java's heap");
        if (written && lent.isReadOnly())
            throw new IllegalArgumentException("[" + info.name() + "] needs memory that can be written");
        if (lent.byteSize() < bytes) {
            throw new IllegalArgumentException("[" + info.name() + "] of shape " + Arrays.toString(newShape) + " needs [" + bytes
                    + "] bytes, the memory has [" + lent.byteSize() + "]");
        }
        unset();
        makeValue(lent.asSlice(0, bytes), newShape);
        state = State.LENT;
    }

    /** Forgets shape and value. */
    void unset() {
        if (isSet()) releaseValue();
        state = State.UNSET;
        data = MemorySegment.NULL;
    }

    /** Refuses memory that the caller has freed meanwhile. */
    void checkBeforeRun() {
        if (state == State.LENT && !data.scope().isAlive()) {
            throw new IllegalStateException("the memory lent for [" + info.name() + "] was freed");
        }
        if (state == State.COPIED) unset();
    }

    /** Copies what ONNX Runtime allocated for this output, if it did, and frees that. */
    void collect() {
        if (isSet()) return;
        MemorySegment value = cell.get(ValueLayout.ADDRESS, 0);
        if (value.address() == 0) throw new OnnxException(OnnxException.NO_CODE, "the model gave nothing for [" + info + "]");
        try {
            shape = reader.shape(value, info);
            long bytes = bytes(shape);
            reserve(bytes);
            data = memory.segment().asSlice(0, bytes).copyFrom(reader.data(value, bytes));
            state = State.COPIED;
        } finally {
            cell.set(ValueLayout.ADDRESS, 0, MemorySegment.NULL);
            api.releaseValue.call(value);
        }
    }

    /** The numbers of the last call, or those of the next one. */
    MemorySegment data() {
        if (state == State.UNSET) throw new IllegalStateException("[" + info.name() + "] has no value yet; run the call first");
        return data;
    }

    long[] shape() {
        data();
        return shape.clone();
    }

    /** A copy in Java's heap. */
    Tensor copy() {
        byte[] bytes = data().toArray(ValueLayout.JAVA_BYTE);
        return Tensor.of(info.type(), MemorySegment.ofArray(bytes), shape);
    }

    @Override
    public void close() {
        unset();
        memory.close();
        memory = Memory.NONE;
    }

    private void makeValue(MemorySegment newData, long[] newShape) {
        MemorySegment.copy(newShape, 0, sizes, ValueLayout.JAVA_LONG, 0, newShape.length);
        api.createTensor.call(runtime.cpuMemory(), newData, newData.byteSize(), sizes, newShape.length, info.type().code(), cell);
        api.countMade();
        data = newData;
        shape = Arrays.equals(shape, newShape) ? shape : newShape.clone();
    }

    private void releaseValue() {
        MemorySegment value = cell.get(ValueLayout.ADDRESS, 0);
        cell.set(ValueLayout.ADDRESS, 0, MemorySegment.NULL);
        api.release(api.releaseValue, value);
    }

    /** Grows by half at least, so that slowly growing shapes do not allocate each time. What was handed out before is dead then. */
    private void reserve(long bytes) {
        long has = memory.segment().byteSize();
        if (has >= Math.max(bytes, 1)) return;
        try {
            Memory larger = Memory.allocate(Math.max(bytes, has + has / 2));
            memory.close();
            memory = larger;
        } catch (OutOfMemoryError e) {
            throw new OnnxException(OnnxException.NO_CODE, "there is no memory for [" + info.name() + "], [" + bytes + "] bytes",
                    e);
        }
    }

    private long bytes(long[] newShape) {
        try {
            return Shape.bytes(info.type(), newShape);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("[" + info.name() + "]: " + e.getMessage(), e);
        }
    }

    /** Native memory of its own arena: of a closed one no segment can be used any more, so that nobody reads what was freed. */
    private record Memory(Arena arena, MemorySegment segment) {

        static final Memory NONE = new Memory(Arena.global(), MemorySegment.NULL);

        static Memory allocate(long bytes) {
            Arena arena = Arena.ofShared();
            try {
                return new Memory(arena, arena.allocate(Math.max(bytes, ALIGNMENT), ALIGNMENT));
            } catch (Throwable e) {
                arena.close();
                throw e;
            }
        }

        void close() {
            if (this != NONE) arena.close();
        }
    }
}
