package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.query.SemanticQueryBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.queries.function.FunctionScoreQuery;
import org.apache.lucene.search.FullPrecisionFloatVectorSimilarityValuesSource;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.RangeQueryBuilder;

/**
 * How many of the ten nearest documents that pass a filter a clause with a ready vector finds, and how long that takes, next to comparing
 * with all that pass and to Lucene's own filtered query. Which documents pass has nothing to do with what they are near.
 *
 * @param data folders in BEIR layout
 * @param texts a folder of {@code .jsonl.gz} files
 * @param documents how many of each at most
 * @param questions how many of each at most
 * @param rounds how many rounds of timing count
 */
record Filtered(Optional<Path> data, Optional<Path> texts, int documents, int questions, int rounds) implements Measurement {

    static final List<String> OPTIONS = List.of("--data", "--texts", "--documents", "--questions", "--rounds");

    private static final int K = 10;
    private static final int TURN_MILLIS = 150;
    private static final long SEED = 7;
    /** Parts that pass, by the name of their figures. */
    private static final Map<String, Double> PARTS = new LinkedHashMap<>();

    static {
        PARTS.put("50pct", 0.5);
        PARTS.put("20pct", 0.2);
        PARTS.put("5pct", 0.05);
        PARTS.put("0.5pct", 0.005);
        PARTS.put("0.01pct", 0.0001);
    }

    static Filtered of(CommandLine options) {
        Optional<Path> data = options.existingFolder("--data");
        Optional<Path> texts = options.existingFolder("--texts");
        if (data.isEmpty() && texts.isEmpty())
            throw new BenchmarkException("[--data] or [--texts] is needed, see benchmarks/run --help");
        return new Filtered(data, texts, options.number("--documents", 100_000), options.number("--questions", 300),
                options.number("--rounds", 12));
    }

    @Override
    public ObjectNode run(PrintStream out) throws IOException {
        ObjectNode figures = JsonNodeFactory.instance.objectNode().put("model", VectorSet.MODEL);
        Map<String, Double> worst = new LinkedHashMap<>();
        for (VectorSet set : VectorSet.of(data, texts, documents, questions)) {
            Path folder = Files.createTempDirectory("filter");
            try (ShardInProcess shard = new ShardInProcess(folder,
                    "{\"type\": \"embedding\", \"dimension\": " + set.dimension() + "}")) {
                shard.write(set.documents(), shuffled(set.documents().length));
                measure(set, shard, worst, out);
            } finally {
                ShardInProcess.delete(folder);
            }
        }
        worst.forEach((name, value) -> figures.put(name, Decimals.round(value, name.startsWith("latency") ? 3 : 4)));
        return figures;
    }

    private static int[] shuffled(int length) {
        int[] places = new int[length];
        Random random = new Random(SEED);
        for (int i = 0; i < length; i++) {
            int other = random.nextInt(i + 1);
            places[i] = places[other];
            places[other] = i;
        }
        return places;
    }

    /** @param worst lowest recall and highest ratio of all sets so far, by the name of the figure */
    private void measure(VectorSet set, ShardInProcess shard, Map<String, Double> worst, PrintStream out) throws IOException {
        out.println(set.name() + ": " + set.documents().length + " documents, " + set.questions().length + " questions …");
        Table table = new Table(set.name(), "pass", "recall@10", "hits", "ms", "all that pass, ms", "Lucene, ms",
                "to all that pass");
        for (Map.Entry<String, Double> part : PARTS.entrySet()) {
            int passing = (int) Math.max(1, Math.round(part.getValue() * set.documents().length));
            String filter = ", \"filter\": {\"range\": {\"" + ShardInProcess.PLACE + "\": {\"lt\": " + passing + "}}}";
            QueryBuilder passes = new RangeQueryBuilder(ShardInProcess.PLACE).lt(passing);
            List<SemanticQueryBuilder> clauses = new ArrayList<>();
            for (float[] question : set.questions()) clauses.add(shard.clause(question, filter));
            double recall = 0;
            int fewest = Integer.MAX_VALUE;
            for (int i = 0; i < clauses.size(); i++) {
                ScoreDoc[] hits = shard.searcher().search(shard.toQuery(clauses.get(i)), K).scoreDocs;
                fewest = Math.min(fewest, hits.length);
                recall += recall(hits, shard.searcher().search(exact(shard, set.questions()[i], passes), K).scoreDocs);
            }
            recall /= clauses.size();
            Turns turns = timed(shard, set, clauses, passes);
            double ratio = turns.seconds("ours") / turns.seconds("all that pass");
            table.row(part.getKey(), Integer.toString(passing), Table.cell(recall, 4), Integer.toString(fewest),
                    Table.cell(1_000 * turns.seconds("ours"), 3), Table.cell(1_000 * turns.seconds("all that pass"), 3),
                    Table.cell(1_000 * turns.seconds("Lucene"), 3), Table.cell(ratio, 2));
            worst.merge("recall_filter_" + part.getKey(), recall, Math::min);
            worst.merge("hits_filter_" + part.getKey(), (double) fewest / Math.min(K, passing), Math::min);
            worst.merge("latency_filter_" + part.getKey() + "_vs_exact", ratio, Math::max);
        }
        table.print(out);
    }

    private static Query exact(ShardInProcess shard, float[] question, QueryBuilder passes) throws IOException {
        return new FunctionScoreQuery(shard.toQuery(passes),
                new FullPrecisionFloatVectorSimilarityValuesSource(question, shard.luceneName()));
    }

    private static double recall(ScoreDoc[] hits, ScoreDoc[] nearest) {
        Set<Integer> wanted = Arrays.stream(nearest).map(hit -> hit.doc).collect(Collectors.toSet());
        return wanted.isEmpty()
                ? 1
                : (double) Arrays.stream(hits).filter(hit -> wanted.contains(hit.doc)).count() / wanted.size();
    }

    /** Every search is made from its clauses, as a shard does with each request: the filter too, whoever searches with it. */
    private Turns timed(ShardInProcess shard, VectorSet set, List<SemanticQueryBuilder> clauses, QueryBuilder passes) {
        IndexSearcher searcher = shard.searcher();
        int[] next = new int[3];
        try {
            int candidates = ShardInProcess.candidates(shard.toQuery(clauses.getFirst()));
            return Turns.ofThisThread()
                    .add("ours", () -> searcher.search(shard.toQuery(clauses.get(next[0]++ % clauses.size())), K))
                    .add("all that pass",
                            () -> searcher.search(exact(shard, set.questions()[next[1]++ % clauses.size()], passes), K))
                    .add("Lucene", () -> searcher.search(new KnnFloatVectorQuery(shard.luceneName(),
                            set.questions()[next[2]++ % clauses.size()], candidates, shard.toQuery(passes)), K))
                    .run(rounds, TURN_MILLIS);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new BenchmarkException("a search failed: " + e, e);
        }
    }
}
