package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.DeviceChoice;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.onnx.CudaOptions;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.SessionOptions;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The device that a model is opened on: the one that is asked for, or the best one where any will do.
 *
 * @param model as its user wrote it, for messages
 */
record DevicePlacement(String model, OnnxRuntime runtime) {

    private static final String CUDA_PROVIDER = "CUDAExecutionProvider";

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
            case AUTO -> hasGpu() ? onGpuIfPossible(device, onCpu, onGpu) : onCpu.apply(List.of());
            case GPU, NVIDIA -> {
                if (!hasGpu()) {
                    throw noGpu(device, "ONNX Runtime [" + runtime.version() + "] here runs on " + runtime.providers() + " only");
                }
                yield onGpu.apply(options(device));
            }
            case AMD -> throw noGpu(device, "processors of AMD are not supported by this version");
        };
    }

    private boolean hasGpu() {
        return runtime.providers().contains(CUDA_PROVIDER);
    }

    private static <T> T onGpuIfPossible(DeviceChoice device,
            Function<List<String>, T> onCpu,
            Function<SessionOptions, T> onGpu) {
        try {
            return onGpu.apply(options(device));
        } catch (EmbeddingException e) {
            return onCpu.apply(
                    List.of("runs on the CPU, because the graphics processor cannot be used: " + e.getMessage()));
        }
    }

    private static SessionOptions options(DeviceChoice device) {
        return SessionOptions.DEFAULT.withCuda(new CudaOptions(device.number(), 0, Map.of()));
    }

    private EmbeddingException.BadRequest noGpu(DeviceChoice device, String why) {
        return new EmbeddingException.BadRequest("model [" + model + "] is to run on [device] of [" + device + "]: " + why
                + "; name the library of a build for CUDA 12 with the setting [plugins.semantic.local.onnxruntime_library], or"
                + " choose [auto] or [cpu]");
    }
}
