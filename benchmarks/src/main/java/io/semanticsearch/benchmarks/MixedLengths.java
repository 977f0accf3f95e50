package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.OnnxSession;
import io.semanticsearch.onnx.graph.Precision;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Texts of all lengths, as a bulk of documents has them, on all processors. */
final class MixedLengths {
    private static final int TEXTS = 256;
    private static final int PEER_BATCH = 32;
    private static final int MAX_TOKENS = 512;
    private static final String PADDED = "ORT Java fp32, 32 at a time";
    private static final String ALONE = "ORT Java fp32, one at a time";

    private final OnnxRuntime runtime;
    private final EncoderFiles files;
    private final int rounds;
    private final List<int[]> texts = new ArrayList<>();
    private final int processors = Runtime.getRuntime().availableProcessors();

    MixedLengths(OnnxRuntime runtime, EncoderFiles files, EnglishText text, int rounds) {
        this.runtime = runtime;
        this.files = files;
        this.rounds = rounds;
        Random random = new Random(1);
        for (int length : TokenIds.lengths(TEXTS)) texts.add(random.ints(length, 1000, files.shape().vocabulary()).toArray());
    }

    void report(ObjectNode figures, PrintStream out) throws Exception {
        try (OrtArraysEncoder peer = new OrtArraysEncoder(files.export(), processors);
                OnnxSession fp32 = runtime.openSession(files.compiled(Precision.FP32), EncoderPeers.options(Precision.FP32));
                OnnxSession int8 = runtime.openSession(files.compiled(Precision.INT8), EncoderPeers.options(Precision.INT8));
                ExecutorService workers = Executors.newFixedThreadPool(processors)) {
            Turns turns = new Turns().add(PADDED, () -> {
                for (int i = 0; i < TEXTS; i += PEER_BATCH) peer.embed(texts.subList(i, Math.min(TEXTS, i + PEER_BATCH)));
            }).add(ALONE, () -> {
                for (int[] text : texts) peer.embed(List.of(text));
            }).add("ours fp32", () -> ours(fp32, workers)).add("ours int8", () -> ours(int8, workers)).run(rounds, 0);
            int tokens = texts.stream().mapToInt(text -> text.length).sum();
            Table table = new Table(TEXTS + " texts of " + tokens / TEXTS + " tokens on average", "texts/s", "to padded",
                    "to alone");
            for (String name : List.of(PADDED, ALONE, "ours fp32", "ours int8")) {
                table.row(name, Table.cell(TEXTS / turns.seconds(name), 0), Table.cell(turns.speedup(name, PADDED), 2),
                        Table.cell(turns.speedup(name, ALONE), 2));
            }
            table.print(out);
            figures.put("mixed_fp32_vs_padded32", Decimals.round(turns.speedup("ours fp32", PADDED), 2));
            figures.put("mixed_int8_vs_padded32", Decimals.round(turns.speedup("ours int8", PADDED), 2));
            figures.put("mixed_fp32_vs_one_at_a_time", Decimals.round(turns.speedup("ours fp32", ALONE), 2));
            figures.put("mixed_int8_vs_one_at_a_time", Decimals.round(turns.speedup("ours int8", ALONE), 2));
        }
    }

    private void ours(OnnxSession session, ExecutorService workers) throws Exception {
        List<int[]> sorted = new ArrayList<>(texts);
        sorted.sort(Comparator.comparingInt((int[] text) -> text.length).reversed());
        ConcurrentLinkedQueue<List<int[]>> batches = new ConcurrentLinkedQueue<>();
        for (int from = 0; from < sorted.size();) {
            int to = Math.min(sorted.size(), from + Math.max(1, MAX_TOKENS / sorted.get(from).length));
            batches.add(sorted.subList(from, to));
            from = to;
        }
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < processors; i++) running.add(workers.submit(() -> {
            try (CompiledEncoder encoder = new CompiledEncoder(session)) {
                for (List<int[]> batch = batches.poll(); batch != null; batch = batches.poll()) encoder.embed(batch);
            }
        }));
        for (Future<?> run : running) run.get();
    }
}
