package io.semanticsearch.benchmarks;

import io.semanticsearch.node.JdkFinder;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.OnnxSession;
import io.semanticsearch.onnx.graph.EncoderShape;
import io.semanticsearch.onnx.graph.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Calls of an encoder, small batches of texts of all lengths, in a process of its own whose heap is in memory from the start: what grows is
 * native. The encoder is tiny, because what is kept does not depend on its size, and the time does.
 */
public final class CallGrowth {
    private static final EncoderShape SHAPE = EncoderShape.miniLm().small().layers(1);
    private static final long SEED = 20_260_101;
    private static final int MOST_TEXTS = 4;
    private static final int MOST_TOKENS = 32;

    private CallGrowth() {}

    /** @return by how many megabytes the process grew over that many calls, after a tenth as many that warm up */
    static double megabytes(int calls) throws IOException {
        List<String> command = List.of(JdkFinder.find().home().resolve("bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                CallGrowth.class.getName(), Integer.toString(calls));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() == 0) return Double.parseDouble(said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new BenchmarkException("the process that calls an encoder said [" + said + "], expected a number");
    }

    /** Prints by how many megabytes this process grows over so many calls. */
    public static void main(String[] arguments) throws IOException {
        int calls = Integer.parseInt(arguments[0]);
        EncoderFiles files = EncoderFiles.weights("tiny", SHAPE);
        OnnxRuntime runtime = OnnxRuntime.open(EncoderFiles.NATIVES);
        try (OnnxSession session = files.openCompiled(runtime, Precision.INT8);
                CompiledEncoder encoder = new CompiledEncoder(session)) {
            Random random = new Random(SEED);
            run(encoder, random, calls / 10);
            double before = ProcessMemory.residentMb(ProcessHandle.current().pid());
            run(encoder, random, calls);
            System.out.println(ProcessMemory.residentMb(ProcessHandle.current().pid()) - before);
        }
    }

    private static void run(CompiledEncoder encoder, Random random, int calls) {
        for (int call = 0; call < calls; call++) {
            List<int[]> texts = new ArrayList<>();
            for (int left = 1 + random.nextInt(MOST_TEXTS); left > 0; left--) {
                texts.add(random.ints(1 + random.nextInt(MOST_TOKENS), 0, SHAPE.vocabulary()).toArray());
            }
            encoder.embed(texts);
        }
    }
}
