package io.semanticsearch.onnx.graph;

import ai.onnxruntime.OnnxTensor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the original graph against the compiled ones on one thread, by that thread's processor time and in turns, so that a busy machine
 * slows all alike. No test: run {@link #main} with the name of an {@link Architecture}, MiniLM's shape standing for BERT, and look at the ratios.
 */
final class ThroughputMeasurement {

    private static final int ROUNDS = 40;
    private static final long ROUND_NANOS = 50_000_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int[][] SHAPES = {{1, 16}, {1, 128}, {8, 64}};

    private ThroughputMeasurement() {}

    public static void main(String[] arguments) throws Exception {
        EncoderShape shape = EncoderShape.of(Architecture.valueOf(arguments.length == 0 ? "BERT" : arguments[0]))
                .vocabulary(2000);
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 1), Files.createTempDirectory("throughput"));
        Map<String, Path> files = new LinkedHashMap<>();
        files.put("original", folder.resolve("onnx/model.onnx"));
        // Processors have no products in fp16.
        for (Precision precision : List.of(Precision.FP32, Precision.INT8)) {
            files.put("tokens " + precision, folder.resolve("tokens-" + precision + ".onnx"));
            EncoderCompiler.compile(EncoderSource.in(folder), EncoderOptions.tokens(precision), files.get("tokens " + precision));
        }
        files.put("cls INT8", folder.resolve("cls.onnx"));
        EncoderCompiler.compile(EncoderSource.in(folder), EncoderOptions.sentences(Precision.INT8, Pooling.CLS),
                files.get("cls INT8"));
        for (int[] batch : SHAPES) measure(files, shape, batch[0], batch[1]);
    }

    private static void measure(Map<String, Path> files, EncoderShape shape, int batch, int tokens) throws Exception {
        int[] lengths = new int[batch];
        Arrays.fill(lengths, tokens);
        Texts texts = Texts.random(shape, 3, lengths);
        Map<String, OrtModel> sessions = new LinkedHashMap<>();
        Map<String, double[]> millis = new LinkedHashMap<>();
        for (Map.Entry<String, Path> file : files.entrySet()) {
            sessions.put(file.getKey(), new OrtModel(file.getValue()));
            millis.put(file.getKey(), new double[ROUNDS]);
        }
        for (int round = -2; round < ROUNDS; round++) {
            for (Map.Entry<String, OrtModel> session : sessions.entrySet()) {
                double taken = millis(session.getValue(), texts);
                if (round >= 0) millis.get(session.getKey())[round] = taken;
            }
        }
        double original = 0;
        for (Map.Entry<String, double[]> entry : millis.entrySet()) {
            double[] sorted = entry.getValue().clone();
            Arrays.sort(sorted);
            if (original == 0) original = sorted[0];
            System.out.printf("%dx%d %-14s min %.3f ms, median %.3f ms, %.1f ktok/s, %.2fx%n", batch, tokens, entry.getKey(),
                    sorted[0],
                    sorted[ROUNDS / 2], batch * tokens / sorted[0], original / sorted[0]);
        }
        sessions.values().forEach(OrtModel::close);
    }

    private static double millis(OrtModel session, Texts texts) throws Exception {
        Map<String, OnnxTensor> inputs = session.inputs(texts);
        try {
            long begin = THREADS.getCurrentThreadCpuTime();
            long now = begin;
            int runs = 0;
            while (now - begin < ROUND_NANOS) {
                session.runOnly(inputs);
                runs++;
                now = THREADS.getCurrentThreadCpuTime();
            }
            return (now - begin) / 1e6 / runs;
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }
}
