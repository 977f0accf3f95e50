package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A call of a model whose inputs and outputs may lie in the memory of a device, so that what one run gives the next can take without a
 * way through this process. For the CPU an {@link OnnxCall} is simpler. Bind all inputs and the wanted outputs, run, and bind anew only
 * what changes. For one thread at a time; whoever made it closes it.
 */
public final class OnnxBinding implements AutoCloseable {

    private static final int DEVICE_ALLOCATOR = 0;
    private static final int DEFAULT_MEMORY = 0;

    private final OnnxSession session;
    private final OrtApi api;
    private final ReentrantLock lock = new ReentrantLock();
    private final Arena arena;
    private final NativeRunOptions options;
    private final MemorySegment address;
    private final Map<String, TensorSlot> inputs = new HashMap<>();
    private final Set<String> written = new HashSet<>();
    private final Map<String, Wanted> outputs = new LinkedHashMap<>();
    private boolean closed;

    OnnxBinding(OnnxSession session) {
        this.session = session;
        this.api = session.runtime().api();
        this.arena = Arena.ofShared();
        MemorySegment opened;
        try {
            opened = session.handle().acquire();
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
        try {
            this.options = new NativeRunOptions(session.runtime(), "a call of " + session.what(), arena);
            Out.Pointer out = new Out.Pointer(arena);
            api.createIoBinding.call(opened, out.place());
            this.address = api.made(out);
        } finally {
            session.handle().release();
        }
    }

    /**
     * Sets the shape of an input.
     *
     * @return its memory, row-major in the byte order of this machine, of exactly this shape; with the content of the last run as far as it
     *         reaches. Write all of it: the next run takes a copy to where the model wants it
     */
    public MemorySegment input(String name, long... shape) {
        lock.lock();
        try {
            checkOpen();
            MemorySegment memory = slot(session.inputNamed(name)).resize(shape);
            written.add(name);
            return memory;
        } finally {
            lock.unlock();
        }
    }

    /** Binds a copy of a tensor to an input; it goes to the device where the model wants it there. */
    public void input(String name, Tensor tensor) {
        lock.lock();
        try {
            checkOpen();
            TensorInfo info = session.inputNamed(name);
            if (tensor.type() != info.type()) {
                throw new IllegalArgumentException(session.what() + " was given [" + tensor + "] for [" + info + "]");
            }
            TensorSlot slot = slot(info);
            slot.resize(tensor.shape()).copyFrom(tensor.data());
            bindInput(name, slot.value());
        } finally {
            lock.unlock();
        }
    }

    /** Binds a result of an earlier run to an input, where it lies. It may be closed afterwards. */
    public void input(String name, DeviceTensor tensor) {
        lock.lock();
        try {
            checkOpen();
            session.inputNamed(name);
            bindInput(name, tensor.value());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Asks for an output.
     *
     * @param memory where it is wanted, as ONNX Runtime names it: {@code Cpu}, {@code Cuda}
     * @param device number of the device, from 0
     */
    public void output(String name, String memory, int device) {
        lock.lock();
        try {
            checkOpen();
            Wanted wanted = new Wanted(session.outputNamed(name), memory, device);
            bind(wanted);
            outputs.put(name, wanted);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs the model with what is bound.
     *
     * @return a tensor for each output, in the order in which they were first asked for; the caller closes them
     */
    public List<DeviceTensor> run(Cancellation cancellation) {
        lock.lock();
        try {
            checkOpen();
            // Not before: to bind is to copy.
            for (String name : List.copyOf(written)) bindInput(name, inputs.get(name).value());
            // Else it would write into what the last run gave.
            outputs.values().forEach(this::bind);
            MemorySegment opened = session.handle().acquire();
            try {
                cancellation.begin(options);
                run(opened, cancellation);
            } finally {
                session.handle().release();
            }
            return results();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a run, and frees what is bound; results live on. Closing again does nothing. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) return;
            closed = true;
            api.release(api.releaseIoBinding, address);
            inputs.values().forEach(TensorSlot::close);
            options.close();
            arena.close();
        } finally {
            lock.unlock();
        }
    }

    private void run(MemorySegment opened, Cancellation cancellation) {
        OnnxException failure = null;
        try {
            api.synchronizeBoundInputs.call(address);
            api.runWithBinding.call(opened, options.address(), address);
            api.synchronizeBoundOutputs.call(address);
        } catch (OnnxException e) {
            failure = e;
        } finally {
            cancellation.end(options);
        }
        if (failure == null) return;
        cancellation.check(options.what());
        throw failure.about(session.what());
    }

    private void bind(Wanted wanted) {
        try (Arena scratch = Arena.ofConfined()) {
            Out.Pointer out = new Out.Pointer(scratch);
            api.createMemoryInfo.call(scratch.allocateFrom(wanted.memory()), DEVICE_ALLOCATOR, wanted.device(), DEFAULT_MEMORY,
                    out.place());
            MemorySegment place = api.made(out);
            try {
                api.bindOutputToDevice.call(address, scratch.allocateFrom(wanted.info().name()), place);
            } finally {
                api.release(api.releaseMemoryInfo, place);
            }
        }
    }

    private void bindInput(String name, MemorySegment value) {
        try (Arena scratch = Arena.ofConfined()) {
            api.bindInput.call(address, scratch.allocateFrom(name), value);
        }
        written.remove(name);
    }

    private TensorSlot slot(TensorInfo info) {
        return inputs.computeIfAbsent(info.name(),
                name -> new TensorSlot(session.runtime(), info, arena.allocate(ValueLayout.ADDRESS), arena));
    }

    @SuppressWarnings("restricted")
    private List<DeviceTensor> results() {
        MemorySegment allocator = session.runtime().allocator();
        try (Arena scratch = Arena.ofConfined()) {
            Out.Pointer out = new Out.Pointer(scratch);
            Out.Size count = new Out.Size(scratch);
            api.getBoundOutputValues.call(address, allocator, out.place(), count.place());
            if (count.value() == 0) return List.of();
            MemorySegment values = out.value().reinterpret(count.value() * ValueLayout.ADDRESS.byteSize());
            List<DeviceTensor> results = new ArrayList<>();
            try {
                int i = 0;
                for (Wanted wanted : outputs.values()) {
                    api.countMade();
                    results.add(new DeviceTensor(api, wanted.info(), values.getAtIndex(ValueLayout.ADDRESS, i++), scratch));
                }
                return results;
            } finally {
                api.allocatorFree.call(allocator, values);
            }
        }
    }

    private void checkOpen() {
        if (closed) throw new OnnxClosedException(options.what());
    }

    /** An output and the memory that it is wanted in. */
    private record Wanted(TensorInfo info, String memory, int device) {}
}
