package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A call of a model that is made ready once and run many times: the native memory of its inputs and outputs, which is reused, and what
 * else a call needs. A thread that runs a model has one of its own; it is not for two threads at a time.
 *
 * <p>Fill the inputs, run, read the outputs:
 *
 * <pre>{@code
 * MemorySegment ids = call.input(0, batch, sequence);   // int64 [batch, sequence]: write them
 * MemorySegment vectors = call.output(0, batch, 384);   // float32 [batch, 384]: the model writes here
 * call.run(cancellation);
 * }</pre>
 *
 * <p>An output whose shape is not known is left out before, and read by {@link #result} and {@link #resultShape} after the run.
 *
 * <p>Inputs and outputs are numbered as {@link #inputs} and {@link #outputs} list them. Shapes stay until they are set again. Segments that
 * were handed out are valid until the same input or output gets a larger shape, or {@link #close}; used later they throw. Whoever made the
 * call closes it; the order of closing a call and its session does not matter.
 */
public final class OnnxCall implements AutoCloseable {

    private final OnnxSession session;
    private final OrtApi api;
    private final ReentrantLock lock = new ReentrantLock();
    private final Arena arena;
    private final List<TensorInfo> outputInfos;
    private final TensorSlot[] inputs;
    private final TensorSlot[] outputs;
    private final MemorySegment inputNames;
    private final MemorySegment inputValues;
    private final MemorySegment outputNames;
    private final MemorySegment outputValues;
    private final NativeRunOptions options;
    private boolean closed;

    OnnxCall(OnnxSession session, List<TensorInfo> outputs) {
        this.session = session;
        this.api = session.runtime().api();
        this.outputInfos = List.copyOf(outputs);
        this.arena = Arena.ofShared();
        try {
            if (session.isClosed()) throw new OnnxClosedException(session.what());
            this.inputNames = names(session.inputs());
            this.inputValues = arena.allocate(ValueLayout.ADDRESS, session.inputs().size());
            this.outputNames = names(outputs);
            this.outputValues = arena.allocate(ValueLayout.ADDRESS, outputs.size());
            this.inputs = slots(session.inputs(), inputValues);
            this.outputs = slots(outputs, outputValues);
            this.options = new NativeRunOptions(session.runtime(), "a call of " + session.what(), arena);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** What must be given, in the model's order. */
    public List<TensorInfo> inputs() {
        return session.inputs();
    }

    /** What it gives, in the order in which it was asked for. */
    public List<TensorInfo> outputs() {
        return outputInfos;
    }

    /**
     * Sets the shape of an input.
     *
     * @param shape copied
     * @return its memory, row-major in the byte order of this machine, of exactly this shape; with the content of the last call as far as
     *         it reaches, so write all of it
     */
    public MemorySegment input(int index, long... shape) {
        lock.lock();
        try {
            return open(inputs[index]).resize(shape);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has an input read from memory of the caller, without a copy.
     *
     * @param data outside of Java's heap; must not be freed while the call runs
     */
    public void inputFrom(int index, MemorySegment data, long... shape) {
        lock.lock();
        try {
            open(inputs[index]).lend(data, false, shape);
        } finally {
            lock.unlock();
        }
    }

    /** Copies a tensor into an input. */
    public void input(int index, Tensor tensor) {
        TensorInfo info = inputs[index].info();
        if (tensor.type() != info.type()) {
            throw new IllegalArgumentException(session.what() + " was given [" + tensor + "] for [" + info + "]");
        }
        input(index, tensor.shape()).copyFrom(tensor.data());
    }

    /**
     * Has an output written into memory that is reused, without a copy, because its shape is known before the call.
     *
     * @return its memory, of exactly this shape; holds the result after {@link #run}
     */
    public MemorySegment output(int index, long... shape) {
        lock.lock();
        try {
            return open(outputs[index]).resize(shape);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has an output written into memory of the caller.
     *
     * @param data outside of Java's heap; must not be freed while the call runs
     */
    public void outputTo(int index, MemorySegment data, long... shape) {
        lock.lock();
        try {
            open(outputs[index]).lend(data, true, shape);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the shape of an output: the model decides it at the next run, and the result is copied into memory that is reused. */
    public void outputOfAnyShape(int index) {
        lock.lock();
        try {
            open(outputs[index]).unset();
        } finally {
            lock.unlock();
        }
    }

    /** Runs the model on this thread until it is done. */
    public void run() {
        run(Cancellation.NEVER);
    }

    /**
     * Runs the model on this thread.
     *
     * @throws OnnxCancelledException when the cancellation ended it, or had been used before
     * @throws OnnxClosedException when the session or this call is closed
     * @throws OnnxException what ONNX Runtime says, for shapes that do not fit the model say
     */
    public void run(Cancellation cancellation) {
        lock.lock();
        try {
            prepare();
            MemorySegment address = session.handle().acquire();
            try {
                cancellation.begin(options);
                run(address, cancellation);
            } finally {
                session.handle().release();
            }
            collect();
        } finally {
            lock.unlock();
        }
    }

    /** The numbers of an output after a run, row-major in the byte order of this machine. */
    public MemorySegment result(int index) {
        return outputs[index].data();
    }

    /** The shape of an output after a run. */
    public long[] resultShape(int index) {
        return outputs[index].shape();
    }

    /** A copy of an output after a run. */
    public Tensor resultTensor(int index) {
        return outputs[index].copy();
    }

    /** Waits for a run, and frees the memory. Closing again does nothing. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) return;
            closed = true;
            for (TensorSlot slot : inputs) {
                slot.close();
            }
            for (TensorSlot slot : outputs) {
                slot.close();
            }
            options.close();
            arena.close();
        } finally {
            lock.unlock();
        }
    }

    private void run(MemorySegment address, Cancellation cancellation) {
        OnnxException failure = null;
        try {
            api.run.call(address, options.address(), inputNames, inputValues, inputs.length, outputNames, outputs.length,
                    outputValues);
        } catch (OnnxException e) {
            failure = e;
        } finally {
            cancellation.end(options);
        }
        if (failure == null) return;
        cancellation.check(options.what());
        throw failure.about(session.what());
    }

    private void collect() {
        RuntimeException failure = null;
        for (TensorSlot output : outputs) {
            try {
                output.collect();
            } catch (RuntimeException e) {
                // The others too: what is left in its place would be taken for a tensor of the caller by the next run.
                failure = e;
            }
        }
        if (failure != null) throw failure;
    }

    private void prepare() {
        if (closed) throw new OnnxClosedException(options.what());
        for (TensorSlot input : inputs) {
            if (!input.isSet()) {
                throw new IllegalStateException(session.what() + " needs the input [" + input.info() + "], which was not given");
            }
            input.checkBeforeRun();
        }
        for (TensorSlot output : outputs) {
            output.checkBeforeRun();
        }
    }

    private TensorSlot open(TensorSlot slot) {
        if (closed) throw new OnnxClosedException(options.what());
        return slot;
    }

    private MemorySegment names(List<TensorInfo> infos) {
        MemorySegment names = arena.allocate(ValueLayout.ADDRESS, infos.size());
        for (int i = 0; i < infos.size(); i++) {
            names.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(infos.get(i).name()));
        }
        return names;
    }

    private TensorSlot[] slots(List<TensorInfo> infos, MemorySegment values) {
        TensorSlot[] slots = new TensorSlot[infos.size()];
        for (int i = 0; i < slots.length; i++) {
            MemorySegment cell = values.asSlice(i * ValueLayout.ADDRESS.byteSize(), ValueLayout.ADDRESS);
            slots[i] = new TensorSlot(session.runtime(), infos.get(i), cell, arena);
        }
        return slots;
    }
}
