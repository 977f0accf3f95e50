package io.semanticsearch.onnx;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A graphics processor by CUDA.
 *
 * @param device number of the processor, from 0
 * @param memoryLimitBytes what ONNX Runtime may take of its memory; 0 for no limit
 * @param more further options of the provider, by the names that ONNX Runtime has for them:
 *        https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html
 */
public record CudaOptions(int device, long memoryLimitBytes, Map<String, String> more) {

    public CudaOptions {
        if (device < 0) throw new IllegalArgumentException("[device] is [" + device + "], expected 0 or more");
        if (memoryLimitBytes < 0) {
            throw new IllegalArgumentException("[memoryLimitBytes] is [" + memoryLimitBytes + "], expected 0 or more");
        }
        more = Map.copyOf(more);
    }

    /** As the provider takes them. */
    Map<String, String> toMap() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("device_id", Integer.toString(device));
        if (memoryLimitBytes > 0) all.put("gpu_mem_limit", Long.toString(memoryLimitBytes));
        // The default doubles, and so takes up to twice what a model needs.
        all.put("arena_extend_strategy", "kSameAsRequested");
        all.putAll(more);
        return all;
    }
}
