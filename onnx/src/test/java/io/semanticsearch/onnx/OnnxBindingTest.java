package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxBindingTest {

    @TempDir
    private Path folder;
    private final OnnxRuntime runtime = Natives.open();
    private OnnxSession session;

    @BeforeEach
    void open() throws Exception {
        session = runtime.openSession(TinyModel.sum().write(folder.resolve("model.onnx")), SessionOptions.DEFAULT);
    }

    @AfterEach
    void nothing_native_is_left() {
        session.close();
        assertEquals(0, runtime.liveObjects());
    }

    @Test
    void what_one_run_gives_the_next_takes() {
        try (OnnxBinding binding = session.newBinding()) {
            binding.input("x", Tensor.of(new long[]{1, 2}, 2));
            binding.input("y", Tensor.of(new long[]{10, 20}, 2));
            binding.output("z", "Cpu", 0);
            for (int i = 1; i <= 5; i++) {
                DeviceTensor z = run(binding);
                assertEquals("Cpu", z.memory());
                assertEquals(ElementType.INT64, z.type());
                assertArrayEquals(new long[]{2}, z.shape());
                assertArrayEquals(new long[]{1 + 10 * i, 2 + 20 * i}, z.copy().longs());
                binding.input("x", z);
                z.close();
            }
        }
    }

    @Test
    void results_outlive_binding_and_session() {
        DeviceTensor z;
        try (OnnxBinding binding = session.newBinding()) {
            binding.input("x", Tensor.of(new long[]{1}, 1));
            binding.input("y", Tensor.of(new long[]{2}, 1));
            binding.output("z", "Cpu", 0);
            z = run(binding);
            session.close();
            assertThrows(OnnxClosedException.class, () -> run(binding));
        }
        assertArrayEquals(new long[]{3}, z.copy().longs());
        z.close();
        z.close();
        assertThrows(OnnxClosedException.class, z::copy);
    }

    @Test
    void a_result_is_not_touched_by_the_next_run() {
        try (OnnxBinding binding = session.newBinding()) {
            binding.output("z", "Cpu", 0);
            binding.input("x", Tensor.of(new long[]{1}, 1));
            binding.input("y", Tensor.of(new long[]{1}, 1));
            DeviceTensor first = run(binding);
            binding.input("y", Tensor.of(new long[]{5}, 1));
            DeviceTensor second = run(binding);
            assertArrayEquals(new long[]{2}, first.copy().longs());
            assertArrayEquals(new long[]{6}, second.copy().longs());
            first.close();
            second.close();
        }
    }

    @Test
    void an_input_grows() {
        try (OnnxBinding binding = session.newBinding()) {
            binding.output("z", "Cpu", 0);
            for (int n : new int[]{1, 1000, 3}) {
                binding.input("x", Tensor.of(new long[n], n));
                binding.input("y", Tensor.of(new long[n], n));
                try (DeviceTensor z = run(binding)) {
                    assertArrayEquals(new long[]{n}, z.shape());
                }
            }
        }
    }

    @Test
    void an_input_is_written_in_place() {
        try (OnnxBinding binding = session.newBinding()) {
            binding.output("z", "Cpu", 0);
            binding.input("y", Tensor.of(new long[]{10, 20}, 2));
            for (long i = 1; i <= 3; i++) {
                binding.input("x", 2).setAtIndex(ValueLayout.JAVA_LONG, 0, i);
                try (DeviceTensor z = run(binding)) {
                    assertArrayEquals(new long[]{10 + i, 20}, z.copy().longs());
                }
            }
            assertThrows(IllegalArgumentException.class, () -> binding.input("w", 2));
            // What is given last is taken.
            binding.input("x", 2).setAtIndex(ValueLayout.JAVA_LONG, 0, 100);
            binding.input("x", Tensor.of(new long[]{1, 2}, 2));
            try (DeviceTensor z = run(binding)) {
                assertArrayEquals(new long[]{11, 22}, z.copy().longs());
            }
        }
    }

    @Test
    void what_does_not_fit_is_told() {
        try (OnnxBinding binding = session.newBinding()) {
            assertThrows(IllegalArgumentException.class, () -> binding.input("w", Tensor.of(new long[1], 1)));
            assertThrows(IllegalArgumentException.class, () -> binding.input("x", Tensor.of(new int[1], 1)));
            assertThrows(IllegalArgumentException.class, () -> binding.output("w", "Cpu", 0));
            assertThrows(OnnxException.class, () -> binding.output("z", "Nowhere", 0));
            binding.input("x", Tensor.of(new long[1], 1));
            binding.output("z", "Cpu", 0);
            assertThrows(OnnxException.class, () -> run(binding));
        }
    }

    @Test
    void a_closed_binding_refuses() {
        OnnxBinding binding = session.newBinding();
        binding.close();
        binding.close();
        assertThrows(OnnxClosedException.class, () -> run(binding));
        assertThrows(OnnxClosedException.class, () -> binding.output("z", "Cpu", 0));
    }

    @Test
    void a_deadline_ends_a_run() throws Exception {
        try (OnnxSession slow = runtime.openSession(TinyModel.slow(1000, 8192).write(folder.resolve("slow.onnx")),
                SessionOptions.DEFAULT.withOptimization(SessionOptions.Optimization.NONE));
                OnnxBinding binding = slow.newBinding()) {
            binding.input("x", Tensor.of(new float[8192 * 512], 8192, 512));
            binding.output("y", "Cpu", 0);
            assertThrows(OnnxCancelledException.class, () -> binding.run(Cancellation.after(Duration.ofMillis(30))));
        }
    }

    private static DeviceTensor run(OnnxBinding binding) {
        List<DeviceTensor> results = binding.run(new Cancellation());
        assertEquals(1, results.size());
        return results.getFirst();
    }
}
