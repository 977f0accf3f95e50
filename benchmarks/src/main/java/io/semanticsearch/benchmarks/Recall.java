package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.field.Quantization;
import io.semanticsearch.query.SemanticQueryBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;

/**
 * How many of the ten nearest documents a clause with a ready vector finds under each quantization, next to looking at all of them; how long
 * that takes, next to Lucene's own query over the same segments; and how many bytes it needs.
 *
 * @param data folders in BEIR layout
 * @param texts a folder of {@code .jsonl.gz} files
 * @param documents how many of each at most
 * @param questions how many of each at most
 * @param rounds how many rounds of timing count
 * @param clause parameters that the clause gives besides, as JSON
 */
record Recall(Optional<Path> data, Optional<Path> texts, int documents, int questions, int rounds, String clause)
        implements
            Measurement {

    static final List<String> OPTIONS = List.of("--data", "--texts", "--documents", "--questions", "--rounds", "--candidates",
            "--oversample");

    private static final int K = 10;
    private static final int TURN_MILLIS = 150;
    private static final String NOT_COMPARED = ", \"rescore\": false";

    static Recall of(CommandLine options) {
        Optional<Path> data = options.existingFolder("--data");
        Optional<Path> texts = options.existingFolder("--texts");
        if (data.isEmpty() && texts.isEmpty())
            throw new BenchmarkException("[--data] or [--texts] is needed, see benchmarks/run --help");
        OptionalInt candidates = options.number("--candidates");
        OptionalInt oversample = options.number("--oversample");
        String clause = (candidates.isPresent() ? ", \"num_candidates\": " + candidates.getAsInt() : "")
                + (oversample.isPresent() ? ", \"rescore\": {\"oversample\": " + oversample.getAsInt() + "}" : "");
        return new Recall(data, texts, options.number("--documents", 100_000), options.number("--questions", 1_000),
                options.number("--rounds", 12), clause);
    }

    /** What a way of searching found, and what it took. */
    private record Way(double recall, double millis, double luceneMillis) {}

    @Override
    public ObjectNode run(PrintStream out) throws IOException {
        ObjectNode figures = JsonNodeFactory.instance.objectNode().put("model", VectorSet.MODEL);
        Map<String, Double> worst = new LinkedHashMap<>();
        for (VectorSet set : VectorSet.of(data, texts, documents, questions)) figures.set(set.name(), measure(set, worst, out));
        worst.forEach((name, value) -> figures.put(name, Decimals.round(value, name.startsWith("recall") ? 4 : 3)));
        return figures;
    }

    /** @param worst lowest recall and highest ratio of all sets so far, by the name of the figure */
    private ObjectNode measure(VectorSet set, Map<String, Double> worst, PrintStream out) throws IOException {
        out.println(set.name() + ": " + set.documents().length + " documents, " + set.questions().length + " questions …");
        ExactNeighbours exact = ExactNeighbours.of(set, K);
        ObjectNode figures = JsonNodeFactory.instance.objectNode().put("documents", set.documents().length)
                .put("questions", set.questions().length).put("dimension", set.dimension());
        Table table = new Table(set.name(), "segments", "recall@10", "not compared again", "ms", "Lucene ms", "ratio", "disk MB",
                "memory MB");
        for (Quantization quantization : Quantization.values()) {
            Path folder = Files.createTempDirectory("recall");
            try (ShardInProcess shard = new ShardInProcess(folder, field(set, quantization))) {
                shard.write(set.documents());
                Way byDefault = way(shard, set, exact, clause);
                boolean compared = quantization != Quantization.NONE;
                double found = compared ? recall(shard, set, exact, clause(set, shard, withoutRescore())) : byDefault.recall;
                double ratio = byDefault.millis / byDefault.luceneMillis;
                table.row(quantization.wireName(), Integer.toString(shard.segments()), Table.cell(byDefault.recall, 4),
                        compared ? Table.cell(found, 4) : "", Table.cell(byDefault.millis, 3),
                        Table.cell(byDefault.luceneMillis, 3),
                        Table.cell(ratio, 2), Table.cell(shard.bytesOnDisk() / 1e6, 1), Table.cell(shard.hotBytes() / 1e6, 1));
                ObjectNode figure = figures.putObject(quantization.wireName());
                figure.put("recall", Decimals.round(byDefault.recall, 4))
                        .put("recall_not_compared_again", Decimals.round(found, 4))
                        .put("ms", Decimals.round(byDefault.millis, 4))
                        .put("lucene_ms", Decimals.round(byDefault.luceneMillis, 4))
                        .put("segments", shard.segments()).put("bytes_on_disk", shard.bytesOnDisk())
                        .put("bytes_in_memory", shard.hotBytes());
                names(quantization, byDefault.recall, found).forEach((name, value) -> worst.merge(name, value, Math::min));
                worst.merge("latency_vs_lucene_" + quantization.wireName(), ratio, Math::max);
                if (quantization == Quantization.INT8) worst.merge("latency_vs_lucene", ratio, Math::max);
            } finally {
                ShardInProcess.delete(folder);
            }
        }
        table.print(out);
        return figures;
    }

    /** int8 is compared again in any case that matters; for the others both figures have a name of their own. */
    private static SequencedMap<String, Double> names(Quantization quantization, double byDefault, double found) {
        SequencedMap<String, Double> names = new LinkedHashMap<>();
        String name = "recall_" + quantization.wireName();
        switch (quantization) {
            case NONE -> names.put(name, byDefault);
            case INT8 -> {
                names.put(name, byDefault);
                names.put(name + "_not_compared_again", found);
            }
            case INT4, BINARY -> {
                names.put(name, found);
                names.put(name + "_rescored", byDefault);
            }
        }
        return names;
    }

    private static String field(VectorSet set, Quantization quantization) {
        return "{\"type\": \"embedding\", \"dimension\": " + set.dimension() + ", \"quantization\": \"" + quantization.wireName()
                + "\"}";
    }

    private String withoutRescore() {
        int rescore = clause.indexOf(", \"rescore\"");
        return (rescore < 0 ? clause : clause.substring(0, rescore)) + NOT_COMPARED;
    }

    private static List<SemanticQueryBuilder> clause(VectorSet set, ShardInProcess shard, String parameters) throws IOException {
        List<SemanticQueryBuilder> clauses = new ArrayList<>();
        for (float[] question : set.questions()) clauses.add(shard.clause(question, parameters));
        return clauses;
    }

    private static double recall(ShardInProcess shard, VectorSet set, ExactNeighbours exact, List<SemanticQueryBuilder> clauses)
            throws IOException {
        double sum = 0;
        for (int i = 0; i < clauses.size(); i++) {
            sum += exact.recall(i, shard.searcher().search(shard.toQuery(clauses.get(i)), K).scoreDocs);
        }
        return sum / clauses.size();
    }

    private Way way(ShardInProcess shard, VectorSet set, ExactNeighbours exact, String parameters) throws IOException {
        List<SemanticQueryBuilder> clauses = clause(set, shard, parameters);
        double recall = recall(shard, set, exact, clauses);
        int candidates = ShardInProcess.candidates(shard.toQuery(clauses.getFirst()));
        IndexSearcher searcher = shard.searcher();
        int[] next = new int[2];
        try {
            Turns turns = Turns.ofThisThread().add("ours", () -> {
                Query query = shard.toQuery(clauses.get(next[0]++ % clauses.size()));
                searcher.search(query, K);
            }).add("Lucene", () -> {
                float[] target = set.questions()[next[1]++ % clauses.size()];
                searcher.search(new KnnFloatVectorQuery(shard.luceneName(), target, candidates), K);
            }).run(rounds, TURN_MILLIS);
            return new Way(recall, 1_000 * turns.seconds("ours"), 1_000 * turns.seconds("Lucene"));
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new BenchmarkException("a search failed: " + e, e);
        }
    }

}
