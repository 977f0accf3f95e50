package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.benchmarks.BenchmarkNode.NodeChoice;
import io.semanticsearch.benchmarks.EvaluationSet.Question;
import io.semanticsearch.benchmarks.PassageIndex.Answer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Asks all questions of a set by keyword, by meaning, and by both fused, and compares what is found with what should be.
 *
 * @param limit how many questions are asked
 * @param candidates the semantic clause's [num_candidates]; empty for its default
 */
record Relevance(Path data, NodeChoice choice, int limit, int shards, OptionalInt candidates) implements Measurement {
    static final List<String> OPTIONS = Stream.concat(Stream.of("--data", "--limit", "--shards", "--candidates"),
            NodeChoice.OPTIONS.stream()).toList();

    private static final int BULK = 500;
    private static final int SIZE = 100;
    private static final int AT_ONCE = 50;
    private static final int TIMED = 500;

    static Relevance of(CommandLine options) {
        // Without the cache every question is embedded, so the times are those of questions never asked before.
        NodeChoice choice = NodeChoice.of(options).with("plugins.semantic.query_cache_bytes", "0");
        return new Relevance(options.requiredFolder("--data"), choice, options.number("--limit", Integer.MAX_VALUE),
                options.number("--shards", 1), options.number("--candidates"));
    }

    @Override
    public ObjectNode run(PrintStream out) throws IOException {
        EvaluationSet set = new BeirFolder(data).read().withQuestions(limit);
        try (BenchmarkNode node = BenchmarkNode.start("relevance", choice, out)) {
            PassageIndex index = new PassageIndex(node.rest(), "passages");
            index.create(shards, choice.model());
            for (byte[] bulk : PassageIndex.bulks(set.documents(), BULK)) index.add(bulk);
            index.refresh();
            out.println("Indexed " + set.documents().size() + " documents; asking " + set.questions().size()
                    + " questions in four ways …");

            Map<String, Clause> ways = new LinkedHashMap<>();
            ways.put("bm25", new Clause.MultiMatch(List.of(PassageIndex.TITLE, PassageIndex.TEXT)));
            ways.put("semantic", new Clause.Semantic(candidates));
            List<Clause> both = List.copyOf(ways.values());
            for (String method : List.of("min_max", "rrf")) ways.put(method, new Clause.Fusion(method, both));
            Map<String, RankingQuality> qualities = new LinkedHashMap<>();
            for (Map.Entry<String, Clause> way : ways.entrySet())
                qualities.put(way.getKey(), quality(index, way.getValue(), set));
            // Last, when the node is warm.
            Map<String, List<Answer>> answers = timed(index, ways, set);
            return figures(set, qualities, answers, out);
        }
    }

    private static RankingQuality quality(PassageIndex index, Clause clause, EvaluationSet set) throws IOException {
        List<RankingQuality> all = new ArrayList<>();
        for (int from = 0; from < set.questions().size(); from += AT_ONCE) {
            List<Question> part = set.questions().subList(from, Math.min(set.questions().size(), from + AT_ONCE));
            List<List<String>> rankings = index.askAll(clause, part.stream().map(Question::text).toList(), SIZE);
            for (int i = 0; i < part.size(); i++) {
                Question question = part.get(i);
                // Where documents are questions too, as in ArguAna, BEIR leaves a question's own document out.
                List<String> others = rankings.get(i).stream().filter(id -> !id.equals(question.id())).toList();
                all.add(RankingQuality.of(others, question.judged()));
            }
        }
        return RankingQuality.mean(all);
    }

    /** Asks some questions one after the other, by turns in each way so that noise of the machine meets all. */
    private static Map<String, List<Answer>> timed(PassageIndex index, Map<String, Clause> ways, EvaluationSet set)
            throws IOException {
        int step = Math.ceilDiv(set.questions().size(), TIMED);
        Map<String, List<Answer>> answers = new LinkedHashMap<>();
        for (int i = 0; i < set.questions().size(); i += step) {
            for (Map.Entry<String, Clause> way : ways.entrySet()) {
                Answer answer = index.ask(way.getValue(), set.questions().get(i).text(), SIZE);
                answers.computeIfAbsent(way.getKey(), name -> new ArrayList<>()).add(answer);
            }
        }
        return answers;
    }

    private ObjectNode figures(EvaluationSet set,
            Map<String, RankingQuality> qualities,
            Map<String, List<Answer>> answers,
            PrintStream out) {
        ObjectNode figures = JsonNodeFactory.instance.objectNode()
                .put("set", set.name())
                .put("model", choice.model().name())
                .put("documents", set.documents().size())
                .put("questions", set.questions().size())
                .put("shards", shards);
        candidates.ifPresent(n -> figures.put("num_candidates", n));
        Table table = new Table(set.name(), "nDCG@10", "MRR@10", "recall@100", "took ms", "p95", "round trip ms", "p95");
        qualities.forEach((way, quality) -> {
            Latencies took = new Latencies(answers.get(way).stream().mapToDouble(Answer::tookMillis).toArray());
            Latencies roundTrip = new Latencies(answers.get(way).stream().mapToDouble(Answer::roundTripMillis).toArray());
            table.row(way, Table.cell(quality.ndcg10(), 4), Table.cell(quality.mrr10(), 4), Table.cell(quality.recall100(), 4),
                    Table.cell(took.mean(), 2), Table.cell(took.percentile(95), 0), Table.cell(roundTrip.median(), 2),
                    Table.cell(roundTrip.percentile(95), 2));
            figures.set(way, quality.toJson()
                    .put("took_ms_mean", Decimals.round(took.mean(), 2))
                    .put("took_ms_p95", Math.round(took.percentile(95)))
                    .put("round_trip_ms_p50", Decimals.round(roundTrip.median(), 2))
                    .put("round_trip_ms_p95", Decimals.round(roundTrip.percentile(95), 2)));
        });
        table.print(out);
        return figures;
    }
}
