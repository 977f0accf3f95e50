package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxErrorsTest {

    private static final int FAILED = 1;
    private static final int INVALID_ARGUMENT = 2;
    private static final int NO_SUCH_FILE = 3;
    private static final int INVALID_PROTOBUF = 7;

    @TempDir
    private Path folder;
    private final OnnxRuntime runtime = Natives.open();

    @AfterEach
    void nothing_native_is_left() {
        assertEquals(0, runtime.liveObjects());
    }

    @Test
    void a_missing_file_is_told() {
        Path missing = folder.resolve("missing.onnx");
        OnnxException e = assertThrows(OnnxException.class, () -> runtime.openSession(missing, SessionOptions.DEFAULT));
        assertEquals(NO_SUCH_FILE, e.code());
        assertTrue(e.getMessage().startsWith("model [" + missing + "]: CreateSession failed with code [3]: "), e::getMessage);
    }

    @Test
    void a_file_that_is_no_model_is_told() throws Exception {
        Path file = Files.writeString(folder.resolve("model.onnx"), "version https://git-lfs.github.com/spec/v1",
                StandardCharsets.UTF_8);
        OnnxException e = assertThrows(OnnxException.class, () -> runtime.openSession(file, SessionOptions.DEFAULT));
        assertEquals(INVALID_PROTOBUF, e.code());
    }

    @Test
    void an_empty_file_is_told() throws Exception {
        Path file = Files.createFile(folder.resolve("model.onnx"));
        assertThrows(OnnxException.class, () -> runtime.openSession(file, SessionOptions.DEFAULT));
    }

    @Test
    void a_folder_is_told() {
        assertThrows(OnnxException.class, () -> runtime.openSession(folder, SessionOptions.DEFAULT));
    }

    @Test
    void a_model_cut_off_anywhere_is_refused_or_runs() throws Exception {
        byte[] whole = TinyModel.product().bytes();
        Path file = folder.resolve("model.onnx");
        int refused = 0;
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (OnnxSession session = runtime.openSession(file, SessionOptions.DEFAULT)) {
                assertEquals(1, session.outputs().size());
            } catch (OnnxException e) {
                refused++;
            }
        }
        assertTrue(refused > whole.length / 2, "[" + refused + "] of [" + whole.length + "] were refused");
    }

    @Test
    void an_operator_that_does_not_exist_is_told() throws Exception {
        TinyModel model = new TinyModel().input("x", ElementType.INT64, "n").output("y", ElementType.INT64, "n").node("Nonsense",
                List.of("x"), "y");
        OnnxException e = assertThrows(OnnxException.class, () -> open(model));
        assertTrue(e.getMessage().contains("Nonsense"), e::getMessage);
    }

    @Test
    void an_input_that_does_not_exist_is_told_with_those_that_do() throws Exception {
        try (OnnxSession session = open(TinyModel.sum())) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                    () -> session.run(Map.of("w", Tensor.of(new long[]{1}, 1))));
            assertEquals("model [" + session.model() + "] has no input [w], it has [x: int64 [n], y: int64 [n]]", e.getMessage());
            assertEquals("model [" + session.model() + "] has no output [w], it has [z: int64 [n]]",
                    assertThrows(IllegalArgumentException.class, () -> session.newCall(List.of("w"))).getMessage());
        }
    }

    @Test
    void an_input_that_is_not_given_is_told() throws Exception {
        try (OnnxSession session = open(TinyModel.sum())) {
            IllegalStateException e = assertThrows(IllegalStateException.class,
                    () -> session.run(Map.of("x", Tensor.of(new long[]{1}, 1))));
            assertEquals("model [" + session.model() + "] needs the input [y: int64 [n]], which was not given", e.getMessage());
        }
    }

    @Test
    void a_type_that_does_not_fit_is_told() throws Exception {
        try (OnnxSession session = open(TinyModel.sum())) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                    () -> session.run(Map.of("x", Tensor.of(new int[]{1}, 1))));
            assertEquals("model [" + session.model() + "] was given [INT32 [1]] for [x: int64 [n]]", e.getMessage());
        }
    }

    @Test
    void a_shape_that_does_not_fit_the_model_is_told_and_the_call_lives_on() throws Exception {
        try (OnnxSession session = open(TinyModel.product()); OnnxCall call = session.newCall()) {
            call.input(0, 2, 5);
            OnnxException e = assertThrows(OnnxException.class, call::run);
            assertEquals(INVALID_ARGUMENT, e.code());
            assertTrue(e.getMessage().startsWith("model [" + session.model() + "]: Run failed with code [2]: "), e::getMessage);
            call.input(0, 2, 4);
            call.run();
            assertEquals(2, call.resultShape(0)[0]);
        }
    }

    @Test
    void an_operator_that_fails_is_told_and_the_call_lives_on() throws Exception {
        try (OnnxSession session = open(TinyModel.sum()); OnnxCall call = session.newCall()) {
            call.input(0, 2);
            call.input(1, 3);
            OnnxException e = assertThrows(OnnxException.class, call::run);
            assertEquals(FAILED, e.code());
            call.input(1, 2);
            call.run();
            assertEquals(2, call.resultShape(0)[0]);
        }
    }

    @Test
    void an_output_whose_shape_does_not_fit_is_told_and_nothing_is_written() throws Exception {
        try (OnnxSession session = open(TinyModel.product()); OnnxCall call = session.newCall()) {
            call.input(0, 2, 4);
            for (long[] shape : new long[][]{{1, 3}, {3, 3}, {6}, {2, 3, 1}, {0, 3}}) {
                call.output(0, shape);
                assertThrows(OnnxException.class, call::run);
            }
            call.output(0, 2, 3);
            call.run();
        }
    }

    @Test
    void shapes_that_make_no_sense_are_told() throws Exception {
        try (OnnxSession session = open(TinyModel.product()); OnnxCall call = session.newCall()) {
            assertEquals("[x]: the shape [-1, 4] has a negative size",
                    assertThrows(IllegalArgumentException.class, () -> call.input(0, -1, 4)).getMessage());
            assertEquals("[x]: the shape [4611686018427387904, 4] is too large",
                    assertThrows(IllegalArgumentException.class, () -> call.input(0, 1L << 62, 4)).getMessage());
            assertEquals("[x]: the shape has [17] dimensions, expected at most [16]",
                    assertThrows(IllegalArgumentException.class, () -> call.input(0, new long[17])).getMessage());
        }
    }

    @Test
    void a_shape_that_no_memory_holds_is_told() throws Exception {
        try (OnnxSession session = open(TinyModel.product()); OnnxCall call = session.newCall()) {
            OnnxException e = assertThrows(OnnxException.class, () -> call.input(0, 1L << 50, 4));
            assertEquals("there is no memory for [x], [18014398509481984] bytes", e.getMessage());
        }
    }

    @Test
    void options_that_the_library_refuses_are_told() throws Exception {
        Path file = TinyModel.sum().write(folder.resolve("model.onnx"));
        SessionOptions options = SessionOptions.DEFAULT.withConfig("k".repeat(5000), "v");
        assertEquals(INVALID_ARGUMENT, assertThrows(OnnxException.class, () -> runtime.openSession(file, options)).code());
    }

    @Test
    void a_graphics_processor_is_refused_by_a_build_that_has_none() throws Exception {
        Path file = TinyModel.sum().write(folder.resolve("model.onnx"));
        SessionOptions options = SessionOptions.DEFAULT.withCuda(new CudaOptions(0, 0, Map.of()));
        OnnxUnavailableException e = assertThrows(OnnxUnavailableException.class, () -> runtime.openSession(file, options));
        assertEquals("this build of ONNX Runtime [1.28.0] cannot use CUDA, only " + runtime.providers()
                + "; install one that can, or run the model on the CPU", e.getMessage());
    }

    private OnnxSession open(TinyModel model) throws Exception {
        return runtime.openSession(model.write(folder.resolve("model.onnx")), SessionOptions.DEFAULT);
    }
}
