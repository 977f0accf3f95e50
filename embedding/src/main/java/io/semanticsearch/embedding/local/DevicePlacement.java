package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.DeviceChoice;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.onnx.CudaOptions;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.SessionOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The device that a model is opened on: the one that is asked for, or the best one where any will do.
 *
 * @param model as its user wrote it, for messages
 */
record DevicePlacement(String model, OnnxRuntime runtime) {

    private static final String ON_CPU = "runs on the CPU, because the graphics processor cannot be used: ";

    /**
     * By the names of https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html: fp32 is fp32, and not the 19 bits that
     * products have by default; norms after sums add up in fp32, where by default squares of fp16 are added in fp16.
     */
    private static final Map<String, String> EXACT = Map.of("use_tf32", "0", "enable_skip_layer_norm_strict_mode", "1");

    /**
     * Opens a model.
     *
     * @param onCpu takes what its user should know, a sentence each
     * @param onGpu takes options that name the processor
     * @throws EmbeddingException.BadRequest when the device that is asked for is not here
     */
    <T> T open(DeviceChoice device, Function<List<String>, T> onCpu, Function<SessionOptions, T> onGpu) {
        return switch (device.kind()) {
            case CPU -> onCpu.apply(List.of());
            case AUTO -> runtime.hasCuda() ? onGpuIfPossible(device, onCpu, onGpu) : onCpu.apply(List.of());
            case GPU, NVIDIA -> {
                if (!runtime.hasCuda()) {
                    throw noGpu(device, "ONNX Runtime [" + runtime.version() + "] here runs on " + runtime.providers()
                            + " only; install"
                            + " the zip for graphics processors, or name the library of a build for CUDA 12 with the setting"
                            + " [plugins.semantic.local.onnxruntime_library]");
                }
                Optional<String> lack = lack(device);
                if (lack.isPresent()) throw noGpu(device, lack.get() + "; install that");
                yield onGpu.apply(options(device));
            }
            case AMD -> throw noGpu(device, "processors of AMD are not supported by this version");
        };
    }

    private <T> T onGpuIfPossible(DeviceChoice device, Function<List<String>, T> onCpu, Function<SessionOptions, T> onGpu) {
        Optional<String> lack = lack(device);
        if (lack.isPresent()) return onCpu.apply(List.of(ON_CPU + lack.get()));
        try {
            return onGpu.apply(options(device));
        } catch (EmbeddingException e) {
            return onCpu.apply(List.of(ON_CPU + e.getMessage()));
        }
    }

    private Optional<String> lack(DeviceChoice device) {
        List<String> missing = runtime.missingForCuda(device.number());
        return missing.isEmpty() ? Optional.empty() : Optional.of("this machine lacks " + String.join(", and ", missing));
    }

    private static SessionOptions options(DeviceChoice device) {
        return SessionOptions.DEFAULT.withCuda(new CudaOptions(device.number(), 0, EXACT));
    }

    private EmbeddingException.BadRequest noGpu(DeviceChoice device, String why) {
        return new EmbeddingException.BadRequest("model [" + model + "] is to run on [device] of [" + device + "]: " + why
                + ", or choose [auto] or [cpu]");
    }
}
