package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.OnnxSession;
import io.semanticsearch.onnx.graph.EncoderShape;
import io.semanticsearch.onnx.graph.Precision;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs one long text at a time through encoders that are made for such, next to ONNX Runtime's Java API on an export of the same weights, each
 * on one thread.
 *
 * @param rounds how many rounds count
 */
record LongTexts(int rounds) implements Measurement {
    static final List<String> OPTIONS = List.of("--rounds");

    private static final String FP32 = "ours fp32";
    private static final String INT8 = "ours int8";
    private static final String PEER = "ORT Java fp32, arrays";
    private static final int[] TOKENS = {512, 1024, 2048};
    private static final int TURN_MILLIS = 40;

    static LongTexts of(CommandLine options) {
        return new LongTexts(options.number("--rounds", 2));
    }

    @Override
    public ObjectNode run(PrintStream out) throws IOException {
        OnnxRuntime runtime = OnnxRuntime.open(EncoderFiles.NATIVES);
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        Map<String, EncoderShape> shapes = new TreeMap<>(
                Map.of("nomic_bert", EncoderShape.nomicBert(), "modern_bert", EncoderShape.modernBert()));
        try {
            for (Map.Entry<String, EncoderShape> shape : shapes.entrySet()) {
                out.println("Writing [" + shape.getKey() + "] with random weights …");
                report(runtime, EncoderFiles.weights(shape.getKey().replace('_', '-'), shape.getValue()), shape.getKey(), figures,
                        out);
            }
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new BenchmarkException("a library failed: " + e, e);
        }
        return figures;
    }

    private void report(OnnxRuntime runtime, EncoderFiles files, String name, ObjectNode figures, PrintStream out)
            throws Exception {
        try (OnnxSession fp32Session = files.openCompiled(runtime, Precision.FP32);
                OnnxSession int8Session = files.openCompiled(runtime, Precision.INT8);
                CompiledEncoder fp32 = new CompiledEncoder(fp32Session);
                CompiledEncoder int8 = new CompiledEncoder(int8Session);
                OrtArraysEncoder peer = new OrtArraysEncoder(files.export(), files.pooling(), 1)) {
            Table table = new Table(name + ", 1 text, 1 thread", FP32 + ", ms", INT8 + ", ms", PEER + ", ms", "peer to fp32",
                    "peer to int8");
            for (int tokens : TOKENS) {
                List<int[]> text = files.randomIds(1, tokens);
                SameVectors.check(text, peer.embed(text), SameVectors.FP32, FP32, fp32);
                Turns turns = Turns.ofThisThread().add(FP32, () -> fp32.embed(text)).add(INT8, () -> int8.embed(text))
                        .add(PEER, () -> peer.embed(text)).run(rounds, TURN_MILLIS);
                double toFp32 = turns.speedup(FP32, PEER);
                double toInt8 = turns.speedup(INT8, PEER);
                table.row(tokens + " tokens", Table.cell(1_000 * turns.seconds(FP32), 0),
                        Table.cell(1_000 * turns.seconds(INT8), 0), Table.cell(1_000 * turns.seconds(PEER), 0),
                        Table.cell(toFp32, 2), Table.cell(toInt8, 2));
                figures.put(name + "_" + tokens + "_fp32_vs_onnx_peer", Decimals.round(toFp32, 2));
                figures.put(name + "_" + tokens + "_int8_vs_onnx_peer", Decimals.round(toInt8, 2));
            }
            table.print(out);
        }
    }
}
