package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.graph.EncoderShape;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/**
 * Runs encoders of two sizes next to the same encoders in other libraries, in this process.
 *
 * @param rounds how many rounds count
 */
record EncoderSpeed(int rounds) implements Measurement {
    private static final int SECONDS_PER_ROUND = 2;

    static final List<String> OPTIONS = List.of("--rounds");

    static EncoderSpeed of(CommandLine options) {
        return new EncoderSpeed(options.number("--rounds", 20));
    }

    @Override
    public ObjectNode run(PrintStream out) throws IOException {
        DjlEncoder.prepare(EncoderFiles.MODELS.resolve("djl"));
        OnnxRuntime runtime = OnnxRuntime.open(EncoderFiles.NATIVES);
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        try {
            int seconds = SECONDS_PER_ROUND * rounds;
            new BindingCalls(runtime, rounds).report(figures, out);
            EnglishText text = EnglishText.read();
            out.println("Writing encoders with random weights …");
            EncoderFiles miniLm = EncoderFiles.write("minilm", EncoderShape.miniLm(), text);
            new EncoderPeers(miniLm, rounds, seconds).report("minilm", figures, out);
            new EncoderScaling(runtime, miniLm, 2 * rounds).report(figures, out);
            new MixedLengths(miniLm, text, Math.max(1, rounds / 6)).report(figures, out);
            EncoderFiles bertBase = EncoderFiles.write("bert-base", EncoderShape.bertBase(), text);
            new EncoderPeers(bertBase, Math.max(1, rounds / 2), seconds).report("bert_base", figures, out);
            EncoderFiles firstToken = EncoderFiles.write("bert-base-first", EncoderShape.bertBase(), TokenPooling.FIRST, text);
            new EncoderPeers(firstToken, Math.max(1, rounds / 2), seconds).report("bert_base_first_token", figures, out);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new BenchmarkException("a library failed: " + e, e);
        }
        return figures;
    }
}
