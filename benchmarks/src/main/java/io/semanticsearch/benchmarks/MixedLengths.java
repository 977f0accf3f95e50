package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.EmbeddingWorkers;
import io.semanticsearch.embedding.QueueBounds;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.onnx.graph.Precision;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/**
 * Texts of all lengths, as a bulk of documents has them, from text to vector on all processors: the project's own as a node runs it; the
 * peer with Hugging Face's tokenizer, as Java programs use both.
 */
final class MixedLengths {
    private static final int TEXTS = 256;
    private static final int PEER_BATCH = 32;
    private static final int MORE_ROUNDS = 4;
    private static final String PADDED = "ORT Java fp32, 32 at a time";
    private static final String ALONE = "ORT Java fp32, one at a time";
    private static final String FP32 = "ours fp32";
    private static final String INT8 = "ours int8";
    private static final QueueBounds BOUNDS = new QueueBounds(1 << 26, 1 << 24);

    private final EncoderFiles files;
    private final int rounds;
    private final List<String> texts;
    private final int processors = Runtime.getRuntime().availableProcessors();

    MixedLengths(EncoderFiles files, EnglishText text, int rounds) throws Exception {
        this.files = files;
        this.rounds = rounds;
        this.texts = text.ofLengths(files.readTokenizer(), LogNormal.lengths(TEXTS));
    }

    void report(ObjectNode figures, PrintStream out) throws Exception {
        try (DjlTokenizer tokenizer = DjlTokenizer.open(files.tokenizer(), EncoderFiles.MAX_TOKENS);
                OrtArraysEncoder peer = new OrtArraysEncoder(files.export(), files.pooling(), processors);
                EmbeddingFunction fp32 = files.open(Precision.FP32);
                EmbeddingFunction int8 = files.open(Precision.INT8);
                EmbeddingWorkers workers = new EmbeddingWorkers(processors, 0, BOUNDS)) {
            List<int[]> ids = files.encode(texts);
            for (int i = 0; i < TEXTS; i++) {
                if (!Arrays.equals(ids.get(i), tokenizer.encode(texts.get(i)))) {
                    throw new BenchmarkException("the peer's tokenizer reads text [" + i + "] otherwise");
                }
            }
            Turns toPadded = Turns.onTheWall().add(PADDED, () -> {
                for (int i = 0; i < TEXTS; i += PEER_BATCH) {
                    peer.embed(texts.subList(i, Math.min(TEXTS, i + PEER_BATCH)).stream().map(tokenizer::encode).toList());
                }
            }).add(FP32, () -> embed(workers, fp32)).add(INT8, () -> embed(workers, int8)).run(rounds, 0);
            // Apart, because it takes a seventh of the time, so that there can be more of it.
            Turns toAlone = Turns.onTheWall().add(ALONE, () -> {
                for (String text : texts) peer.embed(List.of(tokenizer.encode(text)));
            }).add(FP32, () -> embed(workers, fp32)).add(INT8, () -> embed(workers, int8)).run(MORE_ROUNDS * rounds, 0);
            int tokens = ids.stream().mapToInt(text -> text.length).sum();
            Table table = new Table(TEXTS + " texts of " + tokens / TEXTS + " tokens on average", "texts/s", "to padded",
                    "to alone");
            for (String name : List.of(FP32, INT8)) {
                table.row(name, Table.cell(TEXTS / toAlone.seconds(name), 0), Table.cell(toPadded.speedup(name, PADDED), 2),
                        Table.cell(toAlone.speedup(name, ALONE), 2));
            }
            table.row(PADDED, Table.cell(TEXTS / toPadded.seconds(PADDED), 0), "1", "");
            table.row(ALONE, Table.cell(TEXTS / toAlone.seconds(ALONE), 0), "", "1");
            table.print(out);
            figures.put("mixed_fp32_vs_padded32", Decimals.round(toPadded.speedup(FP32, PADDED), 2));
            figures.put("mixed_int8_vs_padded32", Decimals.round(toPadded.speedup(INT8, PADDED), 2));
            figures.put("mixed_fp32_vs_one_at_a_time", Decimals.round(toAlone.speedup(FP32, ALONE), 2));
            figures.put("mixed_int8_vs_one_at_a_time", Decimals.round(toAlone.speedup(INT8, ALONE), 2));
        }
    }

    private void embed(EmbeddingWorkers workers, EmbeddingFunction function) throws Exception {
        workers.embed(Role.DOCUMENT, texts, () -> new OpenFunction(function)).get();
    }
}
