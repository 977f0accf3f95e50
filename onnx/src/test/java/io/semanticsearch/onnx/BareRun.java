package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * ONNX Runtime's function {@code Run} with nothing around it, its arguments made once: what a call cannot be faster than. For one thread;
 * the session must stay open.
 */
public final class BareRun implements AutoCloseable {

    private final Arena arena = Arena.ofConfined();
    private final OrtApi api;
    private final MemorySegment session;
    private final List<TensorSlot> inputs;
    private final List<TensorSlot> outputs;
    private final MemorySegment inputNames;
    private final MemorySegment inputValues;
    private final MemorySegment outputNames;
    private final MemorySegment outputValues;

    /** @param shape of each input and output */
    public BareRun(OnnxSession session, long... shape) {
        this.api = session.runtime().api();
        this.session = session.handle().acquire();
        session.handle().release();
        this.inputNames = names(session.inputs());
        this.inputValues = arena.allocate(ValueLayout.ADDRESS, session.inputs().size());
        this.inputs = slots(session.runtime(), session.inputs(), inputValues, shape);
        this.outputNames = names(session.outputs());
        this.outputValues = arena.allocate(ValueLayout.ADDRESS, session.outputs().size());
        this.outputs = slots(session.runtime(), session.outputs(), outputValues, shape);
    }

    /** The memory of an input, which stays. */
    public MemorySegment input(int index) {
        return inputs.get(index).data();
    }

    /** The memory of an output, which stays. */
    public MemorySegment output(int index) {
        return outputs.get(index).data();
    }

    public void run() {
        api.run.call(session, MemorySegment.NULL, inputNames, inputValues, inputs.size(), outputNames, outputs.size(),
                outputValues);
    }

    @Override
    public void close() {
        inputs.forEach(TensorSlot::close);
        outputs.forEach(TensorSlot::close);
        arena.close();
    }

    private MemorySegment names(List<TensorInfo> infos) {
        MemorySegment names = arena.allocate(ValueLayout.ADDRESS, infos.size());
        for (int i = 0; i < infos.size(); i++) {
            names.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(infos.get(i).name()));
        }
        return names;
    }

    private List<TensorSlot> slots(OnnxRuntime runtime, List<TensorInfo> infos, MemorySegment values, long[] shape) {
        TensorSlot[] slots = new TensorSlot[infos.size()];
        for (int i = 0; i < slots.length; i++) {
            MemorySegment cell = values.asSlice(i * ValueLayout.ADDRESS.byteSize(), ValueLayout.ADDRESS);
            slots[i] = new TensorSlot(runtime, infos.get(i), cell, arena);
            slots[i].resize(shape);
        }
        return List.of(slots);
    }
}
