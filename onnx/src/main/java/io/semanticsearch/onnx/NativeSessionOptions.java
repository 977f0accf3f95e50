package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/** {@link SessionOptions} as {@code OrtSessionOptions}, for as long as it takes to open a model. */
final class NativeSessionOptions implements AutoCloseable {

    static final String CUDA = "CUDAExecutionProvider";

    private final OnnxRuntime runtime;
    private final OrtApi api;
    private final MemorySegment address;

    NativeSessionOptions(OnnxRuntime runtime, SessionOptions options, Arena arena) {
        this.runtime = runtime;
        this.api = runtime.api();
        Out.Pointer out = new Out.Pointer(arena);
        api.createSessionOptions.call(out.place());
        this.address = api.made(out);
        try {
            set(options, arena);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** {@code OrtSessionOptions*} */
    MemorySegment address() {
        return address;
    }

    @Override
    public void close() {
        api.release(api.releaseSessionOptions, address);
    }

    private void set(SessionOptions options, Arena arena) {
        api.setIntraOpNumThreads.call(address, options.intraThreads());
        api.setInterOpNumThreads.call(address, options.interThreads());
        api.setSessionGraphOptimizationLevel.call(address, options.optimization().code());
        if (!options.cpuArena()) api.disableCpuMemArena.call(address);
        if (!options.memoryPattern()) api.disableMemPattern.call(address);
        options.optimizedModel()
                .ifPresent(file -> api.setOptimizedModelFilePath.call(address, Platform.current().path(arena, file)));
        String spinning = options.spinning() ? "1" : "0";
        entry(arena, "session.intra_op.allow_spinning", spinning);
        entry(arena, "session.inter_op.allow_spinning", spinning);
        options.config().forEach((key, value) -> entry(arena, key, value));
        options.cuda().ifPresent(cuda -> appendCuda(cuda, arena));
    }

    private void entry(Arena arena, String key, String value) {
        api.addSessionConfigEntry.call(address, arena.allocateFrom(key), arena.allocateFrom(value));
    }

    private void appendCuda(CudaOptions options, Arena arena) {
        if (!runtime.hasCuda()) {
            throw new OnnxUnavailableException("this build of ONNX Runtime [" + runtime.version() + "] cannot use CUDA, only "
                    + runtime.providers() + "; install one that can, or run the model on the CPU");
        }
        Map<String, String> entries = options.toMap();
        MemorySegment keys = arena.allocate(ValueLayout.ADDRESS, entries.size());
        MemorySegment values = arena.allocate(ValueLayout.ADDRESS, entries.size());
        int i = 0;
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            keys.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(entry.getKey()));
            values.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(entry.getValue()));
            i++;
        }
        Out.Pointer out = new Out.Pointer(arena);
        try {
            api.createCudaOptions.call(out.place());
            MemorySegment cuda = api.made(out);
            try {
                api.updateCudaOptions.call(cuda, keys, values, entries.size());
                // This loads the provider's own library and what that needs of CUDA.
                api.appendCuda.call(address, cuda);
            } finally {
                api.release(api.releaseCudaOptions, cuda);
            }
        } catch (OnnxException e) {
            throw new OnnxUnavailableException("CUDA cannot be used with " + entries + ": " + e.getMessage(), e);
        }
    }
}
