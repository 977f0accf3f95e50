package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
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
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * Asks questions by meaning and by keyword as fast as some clients can. Each part of the questions is asked twice: the first time its
 * vectors are not in the query cache, the second time they are.
 *
 * @param rounds how often each number of clients has its turn, with questions of its own
 */
record SearchSpeed(Path data, NodeChoice choice, int rounds) implements Measurement {
    static final List<String> OPTIONS = Stream.concat(Stream.of("--data", "--rounds"), NodeChoice.OPTIONS.stream()).toList();

    private static final int BULK = 500;
    private static final int SIZE = 10;
    private static final List<Integer> CLIENTS = List.of(1, 4);
    private static final int WARM_UP = 6_000;
    private static final int MOST_AT_A_TIME = 2_000;
    private static final SequencedMap<String, Clause> WAYS = ways();

    static SearchSpeed of(CommandLine options) {
        return new SearchSpeed(options.requiredFolder("--data"), NodeChoice.of(options), options.number("--rounds", 3));
    }

    /** What is measured apart. */
    private record Case(String way, int clients, boolean warm) {}

    /** What was measured in all rounds. */
    private record Measured(List<Answer> answers, List<Effort> efforts, List<Long> cacheHits) {
        Measured() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    @Override
    public ObjectNode run(PrintStream out) throws IOException {
        EvaluationSet set = new BeirFolder(data).read();
        List<String> questions = set.questions().stream().map(Question::text).distinct().toList();
        int parts = 1 + rounds * CLIENTS.size();
        int size = Math.min(MOST_AT_A_TIME, questions.size() / parts);
        if (size == 0) {
            throw new BenchmarkException(
                    "[" + set.name() + "] has " + questions.size() + " questions; " + rounds + " rounds need "
                            + parts + ", give fewer [--rounds]");
        }
        try (BenchmarkNode node = BenchmarkNode.start("search", choice, out)) {
            PassageIndex index = new PassageIndex(node.rest(), "passages");
            index.create(1, choice.model());
            for (byte[] bulk : PassageIndex.bulks(set.documents(), BULK)) index.add(bulk);
            index.refresh();
            warmUp(index, questions.subList(0, size));
            out.println("Indexed " + set.documents().size() + " documents and warmed up; asking " + size + " questions a part …");

            Map<Case, Measured> measured = new LinkedHashMap<>();
            int part = 1;
            for (int round = 1; round <= rounds; round++) {
                for (int clients : CLIENTS) {
                    List<String> asked = questions.subList(part * size, (part + 1) * size);
                    part++;
                    for (boolean warm : List.of(false, true)) {
                        for (String way : round % 2 == 1 ? WAYS.keySet() : WAYS.reversed().keySet()) {
                            Case key = new Case(way, clients, warm);
                            measure(node, index, asked, key, measured.computeIfAbsent(key, k -> new Measured()));
                        }
                    }
                }
                out.println("Round " + round + " of " + rounds + " done.");
            }
            return figures(set, size, measured, out);
        }
    }

    /** The compilers of the JVM need some thousand requests of each kind before the figures stay the same. */
    private static void warmUp(PassageIndex index, List<String> questions) throws IOException {
        for (int asked = 0; asked < WARM_UP; asked += questions.size()) {
            for (Clause clause : WAYS.values()) new Clients(2).send(questions, text -> index.ask(clause, text, SIZE));
        }
    }

    private static void measure(BenchmarkNode node, PassageIndex index, List<String> questions, Case key, Measured into)
            throws IOException {
        Clause clause = WAYS.get(key.way());
        long hits = node.queryCacheHits();
        into.efforts().add(Effort.of(node.pid(), () -> into.answers().addAll(
                new Clients(key.clients()).send(questions, text -> index.ask(clause, text, SIZE)))));
        into.cacheHits().add(node.queryCacheHits() - hits);
    }

    private ObjectNode figures(EvaluationSet set, int size, Map<Case, Measured> measured, PrintStream out) {
        ObjectNode figures = JsonNodeFactory.instance.objectNode()
                .put("set", set.name())
                .put("model", choice.model().name())
                .put("documents", set.documents().size())
                .put("questions_a_part", size)
                .put("rounds", rounds);
        Table table = new Table(set.name(), "clients", "query cache", "queries/s", "CPU ms/query", "took ms", "p50", "p95",
                "round trip p50 ms", "p95", "cache hits");
        ArrayNode cases = figures.putArray("cases");
        measured.forEach((key, value) -> {
            double[] speeds = value.efforts().stream().mapToDouble(effort -> size / effort.seconds()).toArray();
            double perSecond = new Latencies(speeds).median();
            double cpuMillis = 1_000 * Effort.totalCpuSeconds(value.efforts()) / value.answers().size();
            Latencies took = new Latencies(value.answers().stream().mapToDouble(Answer::tookMillis).toArray());
            Latencies roundTrip = new Latencies(value.answers().stream().mapToDouble(Answer::roundTripMillis).toArray());
            double hits = (double) value.cacheHits().stream().mapToLong(Long::longValue).sum() / value.answers().size();
            String cache = key.warm() ? "warm" : "cold";
            table.row(key.way(), Integer.toString(key.clients()), cache, Table.cell(perSecond, 0), Table.cell(cpuMillis, 3),
                    Table.cell(took.mean(), 2), Table.cell(took.median(), 0), Table.cell(took.percentile(95), 0),
                    Table.cell(roundTrip.median(), 2), Table.cell(roundTrip.percentile(95), 2), Table.cell(100 * hits, 0) + " %");
            cases.addObject()
                    .put("query", key.way())
                    .put("clients", key.clients())
                    .put("query_cache", cache)
                    .put("queries_per_second", Math.round(perSecond))
                    .put("cpu_ms_per_query", Decimals.round(cpuMillis, 3))
                    .put("took_ms_p50", Math.round(took.median()))
                    .put("took_ms_p95", Math.round(took.percentile(95)))
                    .put("took_ms_mean", Decimals.round(took.mean(), 2))
                    .put("round_trip_ms_p50", Decimals.round(roundTrip.median(), 2))
                    .put("round_trip_ms_p95", Decimals.round(roundTrip.percentile(95), 2))
                    .put("query_cache_hit_rate", Decimals.round(hits, 3));
        });
        table.print(out);
        return figures;
    }

    private static SequencedMap<String, Clause> ways() {
        SequencedMap<String, Clause> ways = new LinkedHashMap<>();
        ways.put("match", new Clause.Match(PassageIndex.TEXT));
        ways.put("semantic", new Clause.Semantic(OptionalInt.empty()));
        return ways;
    }
}
