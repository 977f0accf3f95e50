package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A result of an {@link OnnxBinding} where it lies: in the memory of the device, from where the next run can take it. Owned by whoever ran
 * the binding, who closes it. For one thread at a time.
 */
public final class DeviceTensor implements AutoCloseable {

    /** The memories that this process can read; {@code allocator.h} of ONNX Runtime. */
    private static final String CPU = "Cpu";
    private static final String CUDA_PINNED = "CudaPinned";

    private final OrtApi api;
    private final TensorInfo info;
    private final MemorySegment value;
    private final long[] shape;
    private final String memory;
    private boolean closed;

    /** Takes over the value. */
    DeviceTensor(OrtApi api, TensorInfo info, MemorySegment value, Arena scratch) {
        this.api = api;
        this.info = info;
        this.value = value;
        this.shape = new TensorReader(api, scratch).shape(value, info);
        Out.Pointer out = new Out.Pointer(scratch);
        api.getTensorMemoryInfo.call(value, out.place());
        // The description belongs to the value, and the name to the description.
        MemorySegment description = out.value();
        api.memoryInfoGetName.call(description, out.place());
        this.memory = OrtApi.string(out.value());
    }

    public ElementType type() {
        return info.type();
    }

    /** A copy. */
    public long[] shape() {
        return shape.clone();
    }

    /** The memory that it lies in, as ONNX Runtime names it: {@code Cpu}, {@code Cuda}. */
    public String memory() {
        return memory;
    }

    /** A copy in Java's heap; only from memory that this process can read. */
    public Tensor copy() {
        if (!memory.equals(CPU) && !memory.equals(CUDA_PINNED)) {
            throw new IllegalStateException("[" + info + "] lies in the memory [" + memory
                    + "], which cannot be read from here; bind the output to [" + CPU + "] to read it");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = new TensorReader(api, arena).data(value(), Shape.bytes(info.type(), shape));
            return Tensor.of(info.type(), MemorySegment.ofArray(data.toArray(ValueLayout.JAVA_BYTE)), shape);
        }
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        api.release(api.releaseValue, value);
    }

    /** {@code OrtValue*} */
    MemorySegment value() {
        if (closed) throw new OnnxClosedException("the tensor [" + info + "]");
        return value;
    }
}
