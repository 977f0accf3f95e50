package io.semanticsearch.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.onnx.graph.Precision;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Batches of several shapes through an encoder, ids in, vectors out, each library on one thread; and one search text, for which the peers
 * may also use all processors.
 */
final class EncoderPeers {
    private static final String FP32 = "ours fp32";
    private static final String INT8 = "ours int8";
    private static final String PYTORCH = "DJL PyTorch, text by text";
    private static final String PYTORCH_BATCH = "DJL PyTorch, batch";
    private static final List<Batch> BATCHES = List.of(new Batch(1, 16), new Batch(1, 128), new Batch(8, 64),
            new Batch(8, 256));
    private static final Batch QUERY = BATCHES.getFirst();
    private static final int TURN_MILLIS = 40;
    private static final int LONG_TOKENS = 1_024;
    private static final int ROUNDS_OF_LONG = 5;
    private static final double LEAST_COSINE = 0.97;

    private final EncoderFiles files;
    private final int rounds;
    private final int leastSeconds;

    /**
     * Of these files.
     *
     * @param rounds how many count at least for each batch
     * @param leastSeconds how long the rounds of each batch last at least
     */
    EncoderPeers(EncoderFiles files, int rounds, int leastSeconds) {
        this.files = files;
        this.rounds = rounds;
        this.leastSeconds = leastSeconds;
    }

    /** So many texts of so many tokens. */
    private record Batch(int texts, int tokens) {
        /** Fewer where a turn takes seconds, which one disturbance changes little. */
        int rounds(int ofShort) {
            return texts * tokens > LONG_TOKENS ? Math.min(ROUNDS_OF_LONG, ofShort) : ofShort;
        }

        @Override
        public String toString() {
            return texts + "x" + tokens;
        }
    }

    /** @param name what the names of the figures begin with */
    void report(String name, ObjectNode figures, PrintStream out) throws Exception {
        try (Opened encoders = new Opened(new LinkedHashMap<>())) {
            encoders.add(FP32, files.openAsNode(Precision.FP32, false)).add(INT8, files.openAsNode(Precision.INT8, false));
            Map<String, Encoder> peers = peers();
            peers.forEach(encoders::add);
            encoders.add(PYTORCH, DjlEncoder.pyTorch(files.writeScript(), files.pooling()));
            checkVectors(encoders.byName());
            Map<Batch, Turns> turns = new LinkedHashMap<>();
            for (Batch batch : BATCHES) {
                turns.put(batch, time(encoders.byName(), batch));
                out.println(name + " " + batch + " done.");
            }
            List<String> onnx = List.copyOf(peers.keySet());
            print(name, turns, encoders.byName(), out);
            double fp32Best = geometricMean(turns, FP32, onnx);
            double int8Best = geometricMean(turns, INT8, onnx);
            double pyTorch = geometricMean(turns, FP32, List.of(PYTORCH));
            figures.put(name + "_fp32_vs_best_onnx_peer", Decimals.round(fp32Best, 2));
            figures.put(name + "_int8_vs_best_onnx_peer", Decimals.round(int8Best, 2));
            figures.put(name + "_fp32_vs_djl_pytorch", Decimals.round(pyTorch, 2));
            if (name.equals("minilm")) query(turns.get(QUERY), onnx, figures, out);
        }
    }

    private Map<String, Encoder> peers() throws Exception {
        String version = OrtEnvironment.getEnvironment().getVersion();
        Map<String, Encoder> peers = new LinkedHashMap<>();
        peers.put("ORT Java " + version + ", arrays", new OrtArraysEncoder(files.export(), files.pooling(), 1));
        peers.put("ORT Java " + version + ", direct buffers", new OrtBuffersEncoder(files.export(), files.pooling(), 1));
        peers.put("DJL OnnxRuntime " + DjlEncoder.version(DjlEncoder.ONNX), DjlEncoder.onnx(files.export(), files.pooling()));
        return peers;
    }

    private void checkVectors(Map<String, Encoder> encoders) throws Exception {
        List<int[]> texts = new ArrayList<>();
        for (int tokens : new int[]{5, 64, 17}) texts.addAll(files.randomIds(1, tokens));
        float[][] expected = encoders.get(FP32).embed(texts);
        for (Map.Entry<String, Encoder> encoder : encoders.entrySet()) {
            double least = encoder.getKey().equals(INT8) ? LEAST_COSINE : SameVectors.FP32;
            SameVectors.check(texts, expected, least, encoder.getKey(), encoder.getValue());
        }
    }

    private Turns time(Map<String, Encoder> encoders, Batch batch) throws Exception {
        List<int[]> texts = files.randomIds(batch.texts, batch.tokens);
        Turns turns = Turns.ofThisThread();
        encoders.forEach((name, encoder) -> turns.add(name, () -> {
            if (name.equals(PYTORCH)) {
                for (int[] text : texts) encoder.embed(List.of(text));
            } else {
                encoder.embed(texts);
            }
        }));
        if (batch.texts > 1) turns.add(PYTORCH_BATCH, () -> encoders.get(PYTORCH).embed(texts));
        return turns.run(batch.rounds(rounds), TURN_MILLIS, leastSeconds);
    }

    private void print(String name, Map<Batch, Turns> turns, Map<String, Encoder> encoders, PrintStream out) {
        List<String> heads = new ArrayList<>(List.of(name + ", 1 thread, ms"));
        for (Batch batch : turns.keySet()) heads.addAll(List.of(batch.toString(), "times fp32"));
        Table table = new Table(heads.toArray(String[]::new));
        List<String> rows = new ArrayList<>(encoders.keySet());
        rows.add(PYTORCH_BATCH);
        for (String encoder : rows) {
            List<String> cells = new ArrayList<>(List.of(encoder.startsWith("DJL PyTorch")
                    ? encoder.replace("PyTorch", "PyTorch " + DjlEncoder.version(DjlEncoder.PYTORCH))
                    : encoder));
            turns.forEach((batch, measured) -> {
                boolean there = batch.texts > 1 || !encoder.equals(PYTORCH_BATCH);
                cells.add(there ? Table.cell(1_000 * measured.seconds(encoder), 2) : "");
                cells.add(there ? Table.cell(measured.speedup(FP32, encoder), 2) : "");
            });
            table.row(cells.toArray(String[]::new));
        }
        table.print(out);
    }

    /** Over all batches; of the peers the fastest for each. */
    private static double geometricMean(Map<Batch, Turns> turns, String ours, List<String> peers) {
        double logarithms = 0;
        for (Turns measured : turns.values()) {
            logarithms += Math.log(peers.stream().mapToDouble(peer -> measured.speedup(ours, peer)).min().orElseThrow());
        }
        return Math.exp(logarithms / turns.size());
    }

    /** A search text alone, on as many threads as a node gives it; peers may use all processors for it. */
    private void query(Turns oneThread, List<String> onnx, ObjectNode figures, PrintStream out) throws Exception {
        int processors = Runtime.getRuntime().availableProcessors();
        List<int[]> texts = files.randomIds(QUERY.texts, QUERY.tokens);
        String alone = "ours int8, " + EncoderFiles.THREADS_PER_QUERY + " threads";
        String one = "ORT Java, arrays, 1 thread";
        String all = "ORT Java, arrays, " + processors + " threads";
        try (Encoder ours = files.openAsNode(Precision.INT8, true);
                OrtArraysEncoder onePeer = new OrtArraysEncoder(files.export(), files.pooling(), 1);
                OrtArraysEncoder allPeer = new OrtArraysEncoder(files.export(), files.pooling(), processors)) {
            Turns turns = Turns.onTheWall().add(alone, () -> ours.embed(texts)).add(one, () -> onePeer.embed(texts))
                    .add(all, () -> allPeer.embed(texts)).run(rounds, TURN_MILLIS, leastSeconds);
            double millis = 1_000 * turns.seconds(alone);
            double best = onnx.stream().mapToDouble(peer -> oneThread.speedup(INT8, peer)).min().orElseThrow();
            new Table("a search text of 16 tokens", "ms", "times ours")
                    .row(INT8 + ", 1 thread, processor time", Table.cell(1_000 * oneThread.seconds(INT8), 3), "")
                    .row("best ONNX peer to that, 1 thread, processor time", "", Table.cell(best, 2))
                    .row(alone + ", on the wall", Table.cell(millis, 3), "1")
                    .row(one + ", on the wall", Table.cell(1_000 * turns.seconds(one), 3),
                            Table.cell(turns.speedup(alone, one), 2))
                    .row(all + ", on the wall", Table.cell(1_000 * turns.seconds(all), 3),
                            Table.cell(turns.speedup(alone, all), 2))
                    .print(out);
            figures.put("query16_int8_ms", Decimals.round(millis, 3));
            figures.put("query16_int8_vs_best_onnx_peer",
                    Decimals.round(Math.min(turns.speedup(alone, one), turns.speedup(alone, all)), 2));
        }
    }

    /** Closes what was opened. */
    private record Opened(Map<String, Encoder> byName) implements AutoCloseable {
        Opened add(String name, Encoder encoder) {
            byName.put(name, encoder);
            return this;
        }

        @Override
        public void close() {
            byName.values().forEach(Encoder::close);
        }
    }
}
