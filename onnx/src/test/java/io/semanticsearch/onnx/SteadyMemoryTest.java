package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many calls leave the process as large as it was. {@code -Donnx.runs=1000000} makes them more. In a process of its own whose heap has its
 * whole memory from the start, so that what grows is native.
 */
@EnabledOnOs(OS.LINUX)
class SteadyMemoryTest {

    private static final int RUNS = Integer.getInteger("onnx.runs", 200_000);
    private static final long TOLERANCE = 4 << 20;

    @TempDir
    private Path folder;

    @Test
    void runs_of_one_shape() throws Exception {
        check("oneShape", RUNS);
    }

    @Test
    void runs_of_ever_new_shapes() throws Exception {
        check("newShapes", RUNS);
    }

    @Test
    void runs_that_fail() throws Exception {
        check("failures", RUNS / 4);
    }

    @Test
    void sessions_opened_and_closed() throws Exception {
        check("sessions", RUNS / 100);
    }

    private void check(String work, int times) throws Exception {
        List<String> options = List.of("--enable-native-access=ALL-UNNAMED", "-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC");
        String grown = new ForkedJvm(folder, options).run(ManyTimes.class, folder.toString(), work, Integer.toString(times))
                .strip();
        assertTrue(Long.parseLong(grown) < TOLERANCE, "[" + grown + "] bytes more after [" + times + "] times");
    }

    /** Arguments: folder to write to, what to do, how often. Prints by how many bytes the process has grown in the second half. */
    static final class ManyTimes {

        private interface Work {
            void run(int i);
        }

        public static void main(String[] args) throws IOException {
            Path folder = Path.of(args[0]);
            int times = Integer.parseInt(args[2]);
            OnnxRuntime runtime = Natives.open();
            Path sum = TinyModel.sum().write(folder.resolve("sum.onnx"));
            Path product = TinyModel.product().write(folder.resolve("product.onnx"));
            long grown = switch (args[1]) {
                case "oneShape" -> {
                    try (OnnxSession session = runtime.openSession(sum, SessionOptions.DEFAULT);
                            OnnxCall call = session.newCall()) {
                        call.input(0, 16);
                        call.input(1, 16);
                        yield grown(times, i -> call.run());
                    }
                }
                case "newShapes" -> {
                    try (OnnxSession session = runtime.openSession(product, SessionOptions.DEFAULT);
                            OnnxCall call = session.newCall()) {
                        yield grown(times, i -> {
                            call.input(0, 1 + i % 1024, 4);
                            call.run();
                        });
                    }
                }
                case "failures" -> {
                    try (OnnxSession session = runtime.openSession(sum, SessionOptions.DEFAULT);
                            OnnxCall call = session.newCall()) {
                        call.input(0, 2);
                        call.input(1, 3);
                        yield grown(times, i -> fail(call));
                    }
                }
                default -> grown(times, i -> {
                    try (OnnxSession session = runtime.openSession(product, SessionOptions.DEFAULT)) {
                        session.run(Map.of("x", Tensor.of(new float[4], 1, 4)));
                    }
                });
            };
            assertEquals(0, runtime.liveObjects());
            System.out.println(grown);
        }

        private static void fail(OnnxCall call) {
            try {
                call.run();
                throw new IllegalStateException("it did not fail");
            } catch (OnnxException e) {
                assertEquals(1, e.code());
            }
        }

        private static long grown(int times, Work work) throws IOException {
            long before = 0;
            for (int i = 0; i < times; i++) {
                if (i == times / 2) before = residentBytes();
                work.run(i);
            }
            return residentBytes() - before;
        }

        private static long residentBytes() throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            }
            throw new IOException("no [VmRSS] in /proc/self/status");
        }
    }
}
