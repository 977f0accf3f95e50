package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An opened model: its weights in native memory, and what its inputs and outputs are. Safe for many threads, which run it at the same time,
 * each with an {@link OnnxCall} of its own. Whoever opened it closes it; {@link #close} waits for the calls that run.
 */
public final class OnnxSession implements AutoCloseable {

    private final OnnxRuntime runtime;
    private final Path model;
    private final NativeHandle handle;
    private final List<TensorInfo> inputs;
    private final List<TensorInfo> outputs;

    private OnnxSession(OnnxRuntime runtime, Path model, MemorySegment address) {
        OrtApi api = runtime.api();
        this.runtime = runtime;
        this.model = model;
        this.handle = new NativeHandle(what(model), address, () -> api.release(api.releaseSession, address));
        try {
            SignatureReader signature = new SignatureReader(runtime, address);
            this.inputs = signature.inputs();
            this.outputs = signature.outputs();
        } catch (RuntimeException e) {
            handle.close();
            throw e;
        }
    }

    static OnnxSession open(OnnxRuntime runtime, Path model, SessionOptions options) {
        OrtApi api = runtime.api();
        try (Arena arena = Arena.ofConfined();
                NativeSessionOptions nativeOptions = new NativeSessionOptions(runtime, options, arena)) {
            Out.Pointer out = new Out.Pointer(arena);
            // By path, because from memory it would be held twice while it is opened.
            MemorySegment path = Platform.current().path(arena, model.toAbsolutePath());
            api.createSession.call(runtime.environment(), path, nativeOptions.address(), out.place());
            return new OnnxSession(runtime, model, api.made(out));
        } catch (OnnxUnavailableException e) {
            throw e;
        } catch (OnnxException e) {
            throw e.about(what(model));
        }
    }

    /** The file it was opened from. */
    public Path model() {
        return model;
    }

    /** What a call must be given, in the model's order. */
    public List<TensorInfo> inputs() {
        return inputs;
    }

    /** What a call can give, in the model's order. */
    public List<TensorInfo> outputs() {
        return outputs;
    }

    /** A reusable call that gives all outputs. */
    public OnnxCall newCall() {
        return new OnnxCall(this, outputs);
    }

    /**
     * A reusable call that gives only these outputs.
     *
     * @param names in the order in which the call numbers them
     */
    public OnnxCall newCall(List<String> names) {
        return new OnnxCall(this, names.stream().map(name -> named(name, outputs, "output")).toList());
    }

    /** Memory of a device for inputs and outputs that stay there between calls. */
    public OnnxBinding newBinding() {
        return new OnnxBinding(this);
    }

    /**
     * Runs it once. Copies everything in and out and makes a call for it, so it is for probes; {@link #newCall} is for work.
     *
     * @param tensors each input by its name
     * @return each output by its name, in the model's order
     */
    public Map<String, Tensor> run(Map<String, Tensor> tensors) {
        tensors.keySet().forEach(name -> named(name, inputs, "input"));
        try (OnnxCall call = newCall()) {
            for (int i = 0; i < inputs.size(); i++) {
                Tensor tensor = tensors.get(inputs.get(i).name());
                if (tensor != null) call.input(i, tensor);
            }
            call.run();
            Map<String, Tensor> results = new LinkedHashMap<>();
            for (int i = 0; i < outputs.size(); i++) {
                results.put(outputs.get(i).name(), call.resultTensor(i));
            }
            return results;
        }
    }

    public boolean isClosed() {
        return handle.isClosed();
    }

    /** Refuses further calls, waits for those that run, and frees the model's memory. Closing again does nothing. */
    @Override
    public void close() {
        handle.close();
    }

    OnnxRuntime runtime() {
        return runtime;
    }

    NativeHandle handle() {
        return handle;
    }

    /** How messages name it. */
    String what() {
        return what(model);
    }

    TensorInfo inputNamed(String name) {
        return named(name, inputs, "input");
    }

    TensorInfo outputNamed(String name) {
        return named(name, outputs, "output");
    }

    private TensorInfo named(String name, List<TensorInfo> all, String kind) {
        return all.stream().filter(info -> info.name().equals(name)).findFirst().orElseThrow(() -> new IllegalArgumentException(
                what() + " has no " + kind + " [" + name + "], it has " + all));
    }

    private static String what(Path model) {
        return "model [" + model + "]";
    }
}
