package io.semanticsearch.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * Measures what a call costs besides the model's own work: x + y of int64, in which there is next to none. A program, not a test; the
 * numbers are those of the machine. Prints the median of rounds in microseconds a call, and bytes of garbage a call.
 */
final class CallOverhead {

    private static final int ROUNDS = 15;
    private static final int CALLS = 40_000;

    private CallOverhead() {}

    private interface Call {
        void run(int i) throws Exception;
    }

    public static void main(String[] args) throws Exception {
        Path model = TinyModel.sum().write(Files.createTempFile("sum", ".onnx"));
        OnnxRuntime runtime = Natives.open();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OnnxSession session = runtime.openSession(model, SessionOptions.DEFAULT);
                OrtSession theirs = environment.createSession(model.toString(), single())) {
            for (int n : new int[]{16, 32 * 128}) {
                System.out.println("int64 [" + n + "]");
                ours(session, n);
                measure("ONNX Runtime's Java API, arrays in and out", n == 16 ? CALLS : CALLS / 10, i -> {
                    try (OnnxTensor x = OnnxTensor.createTensor(environment, new long[n]);
                            OnnxTensor y = OnnxTensor.createTensor(environment, new long[n]);
                            OrtSession.Result result = theirs.run(Map.of("x", x, "y", y))) {
                        if (((long[]) result.get(0).getValue()).length != n) throw new IllegalStateException();
                    }
                });
            }
        }
        Files.delete(model);
    }

    private static OrtSession.SessionOptions single() throws Exception {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        return options;
    }

    private static void ours(OnnxSession session, int n) throws Exception {
        long[] shape = {n};
        long[] other = {n - 1};
        try (OnnxCall call = session.newCall()) {
            call.input(0, shape);
            call.input(1, shape);
            call.output(0, shape);
            measure("same shapes, output in place", CALLS, i -> call.run());
            Cancellation cancellation = Cancellation.after(java.time.Duration.ofHours(1));
            measure("same, with a deadline", CALLS, i -> call.run(cancellation));
            measure("new shapes each time, output in place", CALLS, i -> {
                long[] now = (i & 1) == 0 ? shape : other;
                call.input(0, now);
                call.input(1, now);
                call.output(0, now);
                call.run();
            });
            call.input(0, shape);
            call.input(1, shape);
            call.outputOfAnyShape(0);
            measure("same shapes, output copied", CALLS, i -> call.run());
            call.output(0, shape);
            long[] values = new long[n];
            measure("arrays in and out", CALLS, i -> {
                MemorySegment.copy(values, 0, call.input(0, shape), ValueLayout.JAVA_LONG, 0, n);
                MemorySegment.copy(values, 0, call.input(1, shape), ValueLayout.JAVA_LONG, 0, n);
                call.run();
                if (call.result(0).toArray(ValueLayout.JAVA_LONG).length != n) throw new IllegalStateException();
            });
        }
    }

    private static void measure(String what, int calls, Call call) throws Exception {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory
                .getThreadMXBean();
        double[] micros = new double[ROUNDS];
        long garbage = 0;
        for (int round = -ROUNDS / 3; round < ROUNDS; round++) {
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            for (int i = 0; i < calls; i++) {
                call.run(i);
            }
            if (round < 0) continue;
            micros[round] = (System.nanoTime() - start) / 1e3 / calls;
            garbage = (threads.getCurrentThreadAllocatedBytes() - bytes) / calls;
        }
        Arrays.sort(micros);
        System.out.printf(Locale.ROOT, "  %-45s %7.2f us %7d bytes%n", what, micros[ROUNDS / 2], garbage);
    }
}
