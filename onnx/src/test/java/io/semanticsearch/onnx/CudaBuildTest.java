package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library with CUDA, which only the profile [gpu] of the build lays ready. */
class CudaBuildTest {

    private static final Platform LINUX = new Platform("linux-x64");

    private final Map<String, String> providers = NativeLibrary.providers(LINUX, NativeLibrary.known());

    @TempDir
    private Path folder;

    @BeforeEach
    void skip() {
        assumeFalse(providers.isEmpty(), "the build was made without -Pgpu");
        assumeTrue(Platform.current().equals(LINUX), "the library with CUDA is for [linux-x64] only");
    }

    @Test
    void it_comes_with_its_providers_but_not_with_those_of_tensorrt() {
        assertEquals(Set.of("libonnxruntime_providers_cuda.so", "libonnxruntime_providers_shared.so"), providers.keySet());
    }

    @Test
    void it_runs_on_the_cpu_whatever_the_machine_has() throws Exception {
        OnnxRuntime runtime = Natives.open();
        assertTrue(runtime.hasCuda());
        try (OnnxSession session = runtime.openSession(TinyModel.sum().write(folder.resolve("model.onnx")),
                SessionOptions.DEFAULT)) {
            Map<String, Tensor> sum = session
                    .run(Map.of("x", Tensor.of(new long[]{1, 2}, 2), "y", Tensor.of(new long[]{3, 4}, 2)));
            assertEquals(List.of(4L, 6L), List.of(sum.get("z").longs()[0], sum.get("z").longs()[1]));
        }
    }

    @Test
    void it_says_all_that_a_machine_without_cuda_lacks() throws Exception {
        OnnxRuntime runtime = Natives.open();
        List<String> missing = runtime.missingForCuda(0);
        assumeFalse(missing.isEmpty(), "this machine has CUDA and a graphics processor");
        assumeFalse(missing.getFirst().contains("processor"), "this machine has CUDA, but no graphics processor");
        assertEquals(List.of("the driver of NVIDIA [libcuda.so.1]",
                "the libraries of CUDA [libcublas.so.12, libcublasLt.so.12, libcudart.so.12, libcurand.so.10]"), missing);
        Path model = TinyModel.sum().write(folder.resolve("model.onnx"));
        String message = assertThrows(OnnxUnavailableException.class, () -> runtime.openSession(model,
                SessionOptions.DEFAULT.withCuda(new CudaOptions(0, 0, Map.of())))).getMessage();
        assertTrue(message.startsWith("CUDA cannot be used with "), message);
        assertEquals(0, runtime.liveObjects());
    }
}
