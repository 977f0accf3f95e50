package io.semanticsearch.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.onnx.BareRun;
import io.semanticsearch.onnx.OnnxCall;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.OnnxSession;
import io.semanticsearch.onnx.SessionOptions;
import io.semanticsearch.onnx.TinyModel;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * What a call costs besides the model's own work: x + y of int64, in which there is next to none, from arrays to an array; and what of that
 * is ONNX Runtime's, whose function is called alone next to it.
 */
final class BindingCalls {
    private static final int CALLS = 1_000;
    private static final int SHORT = 16;
    private static final int BATCH = 32 * 128;
    private static final int TURN_MILLIS = 40;
    private static final String OURS = "ours";
    private static final String PEER = "ORT Java, arrays";
    private static final String FUNCTION = "ONNX Runtime's Run alone";

    private final OnnxRuntime runtime;
    private final int rounds;

    BindingCalls(OnnxRuntime runtime, int rounds) {
        this.runtime = runtime;
        this.rounds = rounds;
    }

    private interface Sum {
        long[] of(long[] x, long[] y) throws Exception;
    }

    void report(ObjectNode figures, PrintStream out) throws Exception {
        Files.createDirectories(EncoderFiles.MODELS);
        Path model = TinyModel.sum().write(EncoderFiles.MODELS.resolve("sum.onnx"));
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<Integer, Turns> turns = new LinkedHashMap<>();
        try (OnnxSession session = runtime.openSession(model, SessionOptions.DEFAULT);
                OnnxCall call = session.newCall();
                OrtSession theirs = OrtSessions.open(environment, model, 1)) {
            for (int numbers : new int[]{SHORT, BATCH}) {
                try (BareRun bare = new BareRun(session, numbers)) {
                    Map<String, Sum> sums = new LinkedHashMap<>();
                    sums.put(OURS, (x, y) -> ours(call, x, y));
                    sums.put(PEER, (x, y) -> peers(environment, theirs, x, y));
                    turns.put(numbers, time(numbers, sums, bare));
                }
            }
        }
        Table table = new Table("a call, µs", "[" + SHORT + "]", "times ours", "[" + BATCH + "]", "times ours");
        for (String name : new String[]{OURS, PEER, FUNCTION}) {
            table.row(name, micros(turns.get(SHORT), name), Table.cell(turns.get(SHORT).speedup(OURS, name), 2),
                    micros(turns.get(BATCH), name), Table.cell(turns.get(BATCH).speedup(OURS, name), 2));
        }
        table.print(out);
        double micros = turns.get(SHORT).seconds(OURS) * 1e6 / CALLS;
        figures.put("binding_us", Decimals.round(micros, 2));
        figures.put("binding_without_run_us", Decimals.round(micros * (1 - turns.get(SHORT).speedup(OURS, FUNCTION)), 2));
        figures.put("binding_vs_ort_java", Decimals.round(turns.get(SHORT).speedup(OURS, PEER), 2));
    }

    private Turns time(int numbers, Map<String, Sum> sums, BareRun bare) throws Exception {
        long[] x = LongStream.range(0, numbers).toArray();
        long[] y = LongStream.range(0, numbers).map(n -> n * n).toArray();
        long[] expected = LongStream.range(0, numbers).map(n -> n + n * n).toArray();
        Turns turns = Turns.ofThisThread();
        sums.forEach((name, sum) -> turns.add(name, () -> {
            for (int i = 0; i < CALLS; i++) sum.of(x, y);
        }));
        turns.add(FUNCTION, () -> {
            for (int i = 0; i < CALLS; i++) bare.run();
        });
        for (Map.Entry<String, Sum> sum : sums.entrySet()) check(sum.getKey(), sum.getValue().of(x, y), expected);
        MemorySegment.copy(x, 0, bare.input(0), ValueLayout.JAVA_LONG, 0, numbers);
        MemorySegment.copy(y, 0, bare.input(1), ValueLayout.JAVA_LONG, 0, numbers);
        bare.run();
        check(FUNCTION, bare.output(0).toArray(ValueLayout.JAVA_LONG), expected);
        return turns.run(rounds, TURN_MILLIS);
    }

    private static void check(String name, long[] sum, long[] expected) {
        if (!Arrays.equals(sum, expected)) throw new BenchmarkException(name + " cannot add");
    }

    private static long[] ours(OnnxCall call, long[] x, long[] y) {
        MemorySegment.copy(x, 0, call.input(0, x.length), ValueLayout.JAVA_LONG, 0, x.length);
        MemorySegment.copy(y, 0, call.input(1, y.length), ValueLayout.JAVA_LONG, 0, y.length);
        MemorySegment sum = call.output(0, x.length);
        call.run();
        return sum.toArray(ValueLayout.JAVA_LONG);
    }

    private static long[] peers(OrtEnvironment environment, OrtSession session, long[] x, long[] y) throws Exception {
        try (OnnxTensor first = OnnxTensor.createTensor(environment, x);
                OnnxTensor second = OnnxTensor.createTensor(environment, y);
                OrtSession.Result result = session.run(Map.of("x", first, "y", second))) {
            return (long[]) result.get(0).getValue();
        }
    }

    private static String micros(Turns turns, String name) {
        return Table.cell(turns.seconds(name) * 1e6 / CALLS, 2);
    }
}
