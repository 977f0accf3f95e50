package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What can only be seen in a process of its own: the first load, and what that leaves behind. */
class OwnProcessTest {

    private static final List<String> NATIVE_ACCESS = List.of("--enable-native-access=ALL-UNNAMED");

    @TempDir
    private Path home;

    @Test
    void another_onnx_runtime_may_be_loaded_before_ours() throws Exception {
        assertEquals("theirs 3, ours 3", new ForkedJvm(home, NATIVE_ACCESS).run(Both.class, model(), "theirs", "ours").strip());
    }

    @Test
    void another_onnx_runtime_may_be_loaded_after_ours() throws Exception {
        assertEquals("ours 3, theirs 3", new ForkedJvm(home, NATIVE_ACCESS).run(Both.class, model(), "ours", "theirs").strip());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void nothing_is_written_and_no_thread_is_started() throws Exception {
        // The JVM must not start threads meanwhile either.
        String printed = new ForkedJvm(home,
                Stream.concat(NATIVE_ACCESS.stream(), Stream.of("-XX:+UseSerialGC", "-XX:-UseDynamicNumberOfCompilerThreads"))
                        .toList())
                .run(Threads.class, model());
        assertEquals("ran in [1] of ORT_DISABLE_TELEMETRY, new threads []", printed.strip());
        assertFalse(Files.exists(home.resolve(".cache")));
        assertFalse(Files.exists(home.resolve("Library")));
    }

    @Test
    void a_process_that_may_not_call_native_code_is_told_the_flag() throws Exception {
        String printed = new ForkedJvm(home, List.of("--illegal-native-access=deny")).run(Opened.class);
        assertEquals(
                "this Java process does not let the plugin call native code; start it with [--enable-native-access=ALL-UNNAMED]",
                printed.strip());
    }

    @Test
    void what_the_library_reports_goes_to_the_log_and_not_to_the_console() throws Exception {
        String printed = new ForkedJvm(home, NATIVE_ACCESS).run(Logged.class, model());
        assertTrue(printed.startsWith("logged ERROR: "), printed);
        assertTrue(printed.contains("Add"), printed);
        assertEquals(1, printed.lines().count(), printed);
        String silent = new ForkedJvm(home, NATIVE_ACCESS).run(Silent.class, model());
        assertEquals("failed", silent.strip());
    }

    @Test
    void a_process_may_end_while_models_run() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertEquals("ended", new ForkedJvm(home, NATIVE_ACCESS).run(Busy.class, model(), slow()).strip());
        }
    }

    private String slow() throws IOException {
        return TinyModel.slow(200, 512).write(home.resolve("slow.onnx")).toString();
    }

    private String model() throws IOException {
        return TinyModel.sum().write(home.resolve("model.onnx")).toString();
    }

    private static long ours(OnnxRuntime runtime, String model) {
        try (OnnxSession session = runtime.openSession(Path.of(model), SessionOptions.DEFAULT)) {
            Map<String, Tensor> inputs = Map.of("x", Tensor.of(new long[]{1}, 1), "y", Tensor.of(new long[]{2}, 1));
            return session.run(inputs).get("z").longs()[0];
        }
    }

    private static void fail(OnnxRuntime runtime, String model) {
        try (OnnxSession session = runtime.openSession(Path.of(model), SessionOptions.DEFAULT);
                OnnxCall call = session.newCall()) {
            call.input(0, 2);
            call.input(1, 3);
            call.run();
        } catch (OnnxException e) {
            // What is looked at is what was reported besides.
        }
    }

    /** Arguments: model, then who computes 1 + 2, in this order. */
    static final class Both {
        public static void main(String[] args) throws Exception {
            StringBuilder results = new StringBuilder();
            for (String who : List.of(args).subList(1, args.length)) {
                long result = who.equals("ours") ? ours(Natives.open(), args[0]) : theirs(args[0]);
                results.append(results.isEmpty() ? "" : ", ").append(who).append(' ').append(result);
            }
            System.out.println(results);
        }

        private static long theirs(String model) throws Exception {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (OrtSession session = environment.createSession(model);
                    OnnxTensor x = OnnxTensor.createTensor(environment, new long[]{1});
                    OnnxTensor y = OnnxTensor.createTensor(environment, new long[]{2});
                    OrtSession.Result result = session.run(Map.of("x", x, "y", y))) {
                return ((long[]) result.get(0).getValue())[0];
            }
        }
    }

    /** Argument: model. */
    static final class Threads {
        public static void main(String[] args) throws Exception {
            TreeSet<String> before = threads();
            OnnxRuntime runtime = Natives.open();
            for (int i = 0; i < 100; i++) {
                ours(runtime, args[0]);
            }
            Thread.sleep(300);
            TreeSet<String> after = threads();
            after.removeAll(before);
            System.out.println("ran in [" + environment() + "] of ORT_DISABLE_TELEMETRY, new threads " + after);
        }

        private static TreeSet<String> threads() throws IOException {
            TreeSet<String> names = new TreeSet<>();
            try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
                for (Path task : (Iterable<Path>) tasks::iterator) {
                    names.add(task.getFileName() + " " + Files.readString(task.resolve("comm")).strip());
                }
            }
            return names;
        }

        /** As native code sees it; Java's own copy dates from its start. */
        private static String environment() throws Exception {
            return NativeEnvironment.get("ORT_DISABLE_TELEMETRY");
        }
    }

    static final class Opened {
        public static void main(String[] args) {
            try {
                Natives.open();
                System.out.println("opened");
            } catch (OnnxUnavailableException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    /** Argument: model. */
    static final class Logged {
        public static void main(String[] args) {
            OnnxRuntime runtime = OnnxRuntime.open(Natives.FOLDER, (level, message, place) -> {
                System.out.println("logged " + level + ": " + message.replace('\n', ' '));
                throw new AssertionError("what a log throws must not reach native code");
            });
            fail(runtime, args[0]);
        }
    }

    /** Argument: model. */
    static final class Silent {
        public static void main(String[] args) {
            fail(Natives.open(), args[0]);
            System.out.println("failed");
        }
    }

    /** Arguments: models, each of which runs on two threads for ever. */
    static final class Busy {
        public static void main(String[] args) throws Exception {
            OnnxRuntime runtime = Natives.open();
            for (String model : args) {
                OnnxSession session = runtime.openSession(Path.of(model), SessionOptions.DEFAULT.withIntraThreads(2));
                for (int i = 0; i < 2; i++) {
                    OnnxCall call = session.newCall();
                    for (int input = 0; input < call.inputs().size(); input++) {
                        call.input(input,
                                call.inputs().get(input).shape().stream().mapToLong(d -> d.isFixed() ? d.size() : 1).toArray());
                    }
                    Thread.ofPlatform().daemon().start(() -> {
                        while (true)
                            call.run(Cancellation.after(Duration.ofSeconds(1)));
                    });
                }
            }
            Thread.sleep(200);
            System.out.println("ended");
        }
    }
}
