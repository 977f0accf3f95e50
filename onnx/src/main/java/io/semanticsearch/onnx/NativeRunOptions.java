package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code OrtRunOptions}: what another thread ends a run with. Safe for many threads until it is closed. */
final class NativeRunOptions implements AutoCloseable {

    private final OnnxRuntime runtime;
    private final OrtApi api;
    private final String what;
    private final MemorySegment address;

    /** @param what names the run in messages */
    NativeRunOptions(OnnxRuntime runtime, String what, Arena scratch) {
        this.runtime = runtime;
        this.api = runtime.api();
        this.what = what;
        Out.Pointer out = new Out.Pointer(scratch);
        api.createRunOptions.call(out.place());
        this.address = api.made(out);
    }

    /** {@code OrtRunOptions*} */
    MemorySegment address() {
        return address;
    }

    String what() {
        return what;
    }

    DeadlineWatch deadlines() {
        return runtime.deadlines();
    }

    /** Ends the run soon; has no effect when none runs, but on the next. */
    void terminate() {
        api.runOptionsSetTerminate.call(address);
    }

    /** Takes {@link #terminate} back, so that the next run is not ended by it. */
    void undoTerminate() {
        api.runOptionsUnsetTerminate.call(address);
    }

    @Override
    public void close() {
        api.release(api.releaseRunOptions, address);
    }
}
