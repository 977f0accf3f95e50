package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxSessionTest {

    @TempDir
    private Path folder;
    private final OnnxRuntime runtime = Natives.open();

    @AfterEach
    void nothing_native_is_left() {
        assertEquals(0, runtime.liveObjects());
    }

    @Test
    void the_runtime_tells_what_it_is() {
        assertEquals("1.28.0", runtime.version());
        assertTrue(runtime.providers().contains("CPUExecutionProvider"), runtime.providers()::toString);
    }

    @Test
    void a_process_has_one_runtime_of_a_library() {
        assertSame(runtime, Natives.open());
        assertSame(runtime, OnnxRuntime.open(Natives.FOLDER.resolve("../natives")));
    }

    @Test
    void adds_whole_numbers() throws Exception {
        try (OnnxSession session = open(TinyModel.sum())) {
            Tensor sum = session.run(Map.of("x", Tensor.of(new long[]{1, 2, 3}, 3), "y", Tensor.of(new long[]{10, 20, 30}, 3)))
                    .get("z");
            assertArrayEquals(new long[]{11, 22, 33}, sum.longs());
            assertArrayEquals(new long[]{3}, sum.shape());
        }
    }

    @Test
    void the_batch_is_chosen_by_each_run() throws Exception {
        try (OnnxSession session = open(TinyModel.product())) {
            for (int batch : new int[]{1, 3, 2}) {
                float[] ones = new float[batch * 4];
                java.util.Arrays.fill(ones, 1);
                Tensor y = session.run(Map.of("x", Tensor.of(ones, batch, 4))).get("y");
                assertArrayEquals(new long[]{batch, 3}, y.shape());
                assertArrayEquals(new float[]{22, 26, 30}, java.util.Arrays.copyOf(y.floats(), 3));
            }
        }
    }

    @Test
    void a_batch_of_nothing_gives_nothing() throws Exception {
        try (OnnxSession session = open(TinyModel.product())) {
            Tensor y = session.run(Map.of("x", Tensor.of(new float[0], 0, 4))).get("y");
            assertArrayEquals(new long[]{0, 3}, y.shape());
            assertEquals(0, y.floats().length);
        }
    }

    @Test
    void every_type_of_number_goes_in_and_out() throws Exception {
        for (ElementType type : ElementType.values()) {
            TinyModel same = new TinyModel().input("x", type, "n").output("y", type, "n").node("Identity", List.of("x"), "y");
            byte[] bytes = new byte[4 * type.bytes()];
            // 0 and 1 are valid in every type, booleans included.
            java.util.Arrays.setAll(new Object[bytes.length], i -> bytes[i] = (byte) (i & 1));
            try (OnnxSession session = open(same)) {
                assertEquals(List.of(new TensorInfo("y", type, List.of(new TensorInfo.Dimension(-1, "n")))), session.outputs());
                Tensor y = session.run(Map.of("x", Tensor.of(type, MemorySegment.ofArray(bytes), 4))).get("y");
                assertEquals(type, y.type());
                assertEquals(-1, y.data().mismatch(MemorySegment.ofArray(bytes)), type::toString);
            }
        }
    }

    @Test
    void half_precision_is_widened() throws Exception {
        TinyModel half = new TinyModel().input("x", ElementType.FLOAT32, "n").output("y", ElementType.FLOAT16, "n").cast("x",
                ElementType.FLOAT16, "y");
        try (OnnxSession session = open(half)) {
            Tensor y = session.run(Map.of("x", Tensor.of(new float[]{0.5f, -2, 65504}, 3))).get("y");
            assertEquals(ElementType.FLOAT16, y.type());
            assertArrayEquals(new float[]{0.5f, -2, 65504}, y.floats());
        }
    }

    @Test
    void a_model_tells_its_inputs_and_outputs() throws Exception {
        TinyModel several = new TinyModel().input("ids", ElementType.INT64, "batch", "sequence")
                .input("scale", ElementType.FLOAT32)
                .input("table", ElementType.FLOAT32, 8, 2).output("b", ElementType.INT64, "batch", "sequence")
                .output("a", ElementType.FLOAT32, 8, 2).node("Mul", List.of("table", "scale"), "a")
                .node("Neg", List.of("ids"), "b");
        try (OnnxSession session = open(several)) {
            assertEquals("[ids: int64 [batch, sequence], scale: float32 [], table: float32 [8, 2]]", session.inputs().toString());
            assertEquals("[b: int64 [batch, sequence], a: float32 [8, 2]]", session.outputs().toString());
            Map<String, Tensor> results = session.run(Map.of("ids", Tensor.of(new long[]{1, 2}, 1, 2), "scale",
                    Tensor.of(new float[]{2}), "table",
                    Tensor.of(new float[]{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, 8, 2)));
            assertEquals(List.of("b", "a"), List.copyOf(results.keySet()));
            assertArrayEquals(new long[]{-1, -2}, results.get("b").longs());
            assertEquals(32, results.get("a").floats()[15]);
        }
    }

    @Test
    void names_beyond_ascii_are_kept() throws Exception {
        TinyModel model = new TinyModel().input("größe", ElementType.INT64, "länge").output("和", ElementType.INT64, "länge")
                .node("Neg", List.of("größe"), "和");
        try (OnnxSession session = open(model)) {
            assertEquals("[größe: int64 [länge]]", session.inputs().toString());
            assertArrayEquals(new long[]{-5}, session.run(Map.of("größe", Tensor.of(new long[]{5}, 1))).get("和").longs());
        }
    }

    @Test
    void the_rewritten_graph_can_be_kept() throws Exception {
        Path optimized = folder.resolve("optimized.onnx");
        try (OnnxSession session = runtime.openSession(TinyModel.product().write(folder.resolve("m.onnx")),
                SessionOptions.DEFAULT.withOptimizedModel(optimized))) {
            assertEquals(1, session.inputs().size());
        }
        assertTrue(Files.size(optimized) > 0);
        try (OnnxSession session = runtime.openSession(optimized,
                SessionOptions.DEFAULT.withOptimization(SessionOptions.Optimization.NONE))) {
            assertEquals("[y: float32 [batch, 3]]", session.outputs().toString());
        }
    }

    @Test
    void a_session_of_several_threads_computes_the_same() throws Exception {
        SessionOptions threads = SessionOptions.DEFAULT.withIntraThreads(2).withCpuArena(true).withMemoryPattern(true)
                .withConfig("session.intra_op.allow_spinning", "1");
        try (OnnxSession session = runtime.openSession(TinyModel.product().write(folder.resolve("m.onnx")), threads)) {
            assertArrayEquals(new float[]{22, 26, 30},
                    session.run(Map.of("x", Tensor.of(new float[]{1, 1, 1, 1}, 1, 4))).get("y").floats());
        }
    }

    private OnnxSession open(TinyModel model) throws Exception {
        return runtime.openSession(model.write(folder.resolve("model.onnx")), SessionOptions.DEFAULT);
    }
}
