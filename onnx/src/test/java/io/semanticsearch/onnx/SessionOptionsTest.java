package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionOptionsTest {

    @Test
    void each_option_is_changed_alone() {
        SessionOptions all = SessionOptions.DEFAULT.withIntraThreads(2).withOptimization(SessionOptions.Optimization.BASIC)
                .withCpuArena(true).withMemoryPattern(true).withOptimizedModel(Path.of("o")).withConfig("a", "1")
                .withConfig("b", "2")
                .withCuda(new CudaOptions(1, 0, Map.of()));
        assertEquals(new SessionOptions(2, 1, SessionOptions.Optimization.BASIC, true, true, false, Optional.of(Path.of("o")),
                Map.of("a", "1", "b", "2"), Optional.of(new CudaOptions(1, 0, Map.of()))), all);
    }

    @Test
    void senseless_numbers_are_refused() {
        assertEquals("[intraThreads] is [0], expected 1 or more",
                assertThrows(IllegalArgumentException.class, () -> SessionOptions.DEFAULT.withIntraThreads(0)).getMessage());
        assertEquals("[device] is [-1], expected 0 or more",
                assertThrows(IllegalArgumentException.class, () -> new CudaOptions(-1, 0, Map.of())).getMessage());
        assertEquals("[memoryLimitBytes] is [-1], expected 0 or more",
                assertThrows(IllegalArgumentException.class, () -> new CudaOptions(0, -1, Map.of())).getMessage());
    }

    @Test
    void cuda_options_are_written_as_the_provider_reads_them() {
        assertEquals(
                Map.of("device_id", "1", "gpu_mem_limit", "1024", "arena_extend_strategy", "kNextPowerOfTwo", "use_tf32", "0"),
                new CudaOptions(1, 1024, Map.of("use_tf32", "0", "arena_extend_strategy", "kNextPowerOfTwo")).toMap());
        assertEquals(Map.of("device_id", "0", "arena_extend_strategy", "kSameAsRequested"),
                new CudaOptions(0, 0, Map.of()).toMap());
    }
}
