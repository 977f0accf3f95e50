package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.local.LocalModels;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Writes to a cluster and searches it while its nodes are killed and stopped short and a provider fails, and then compares every document
 * and its vectors with what was acknowledged.
 *
 * @param minutes how long documents are written
 * @param writers how many write at the same time
 * @param searchers how many search at the same time
 * @param heap of each node
 */
record Soak(int minutes, int writers, int searchers, String heap) implements Measurement {
    static final List<String> OPTIONS = List.of("--minutes", "--writers", "--searchers", "--heap");
    static final String FIELD = "meaning";

    private static final String BUILT_IN = "built-in:english-small";
    private static final String LOCAL = "soak-local";
    private static final String REMOTE = "soak-remote";
    /** The provider is the slower one, so it gets a part of the writes. */
    private static final List<String> WRITTEN = List.of(LOCAL, LOCAL, LOCAL, REMOTE);
    private static final int EXAMPLES = 5;
    private static final int REASONS = 12;

    static Soak of(CommandLine options) {
        return new Soak(options.number("--minutes", 30), options.number("--writers", 3), options.number("--searchers", 2),
                options.text("--heap", "512m"));
    }

    /** What a client does until it is over. */
    private interface Loop {
        void run(BooleanSupplier over) throws Exception;
    }

    @Override
    public boolean namesItsCommand() {
        return false;
    }

    @Override
    public List<String> mustBeZero() {
        return List.of("lost", "stale", "doubled");
    }

    @Override
    public ObjectNode run(PrintStream out) throws IOException {
        List<String> sentences = EnglishText.read().sentences();
        try (EmbeddingFunction function = builtIn();
                UnsteadyProvider provider = new UnsteadyProvider(function);
                SoakCluster cluster = SoakCluster.start("soak", heap, out);
                SoakClient client = new SoakClient(cluster.ports());
                Rest rest = new Rest(cluster.ports().getLast());
                ExecutorService threads = Executors.newFixedThreadPool(writers + searchers)) {
            createIndices(rest, provider);
            SoakCounts counts = new SoakCounts();
            List<SoakWriter> writing = new ArrayList<>();
            List<Loop> loops = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                SoakWriter writer = new SoakWriter(i, WRITTEN, sentences, client, counts);
                writing.add(writer);
                loops.add(writer::run);
            }
            for (int i = 0; i < searchers; i++) loops.add(new SoakSearcher(i, WRITTEN, sentences, client, counts)::run);

            Duration whole = Duration.ofMinutes(minutes);
            AtomicBoolean over = new AtomicBoolean();
            long deadline = System.nanoTime() + whole.toNanos();
            SoakFaults faults = new SoakFaults(cluster, provider, out);
            List<Future<?>> clients = new ArrayList<>();
            for (Loop loop : loops) clients.add(threads.submit(() -> {
                loop.run(over::get);
                return null;
            }));
            ProcessMemory.Resident start;
            try {
                // Without faults at first: what is made once, compiled code say, is no growth.
                Thread.sleep(whole.toMillis() / 6);
                start = ProcessMemory.Resident.afterCollection(cluster.pid(SoakCluster.NODES - 1));
                faults.run(deadline);
            } finally {
                over.set(true);
            }
            counts.end();
            for (Future<?> each : clients) each.get();
            faults.awaitGreen();
            ProcessMemory.Resident end = ProcessMemory.Resident.afterCollection(cluster.pid(SoakCluster.NODES - 1));

            SoakAudit audit = new SoakAudit(writing.stream().flatMap(writer -> writer.documents().stream()).toList(), function);
            rest.call("POST", "/" + LOCAL + "," + REMOTE + "/_refresh", "");
            audit.read(rest, LOCAL + "," + REMOTE, "_replica");
            audit.read(rest, LOCAL + "," + REMOTE, "_primary");
            return report(counts, audit, faults, start, end, out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        } catch (ExecutionException e) {
            throw new BenchmarkException("a client failed: " + e.getCause(), e);
        }
    }

    private static EmbeddingFunction builtIn() {
        Map<String, Object> definition = Map.of("provider", "local", "model", BUILT_IN);
        return new LocalModels(null).open((LocalModel) ModelDefinition.of("soak", definition));
    }

    private static void createIndices(Rest rest, UnsteadyProvider provider) throws IOException {
        rest.call("PUT", "/_plugins/_semantic/models/unsteady", """
                {"provider": "openai", "model": "soak", "endpoint": "%s", "timeout": "20s", "call_timeout": "4s"}"""
                .formatted(provider.endpoint()));
        for (Map.Entry<String, String> index : Map.of(LOCAL, BUILT_IN, REMOTE, "unsteady").entrySet()) {
            rest.call("PUT", "/" + index.getKey(),
                    """
                            {"settings": {"number_of_shards": 2, "number_of_replicas": 1},
                             "mappings": {"dynamic": "strict", "properties": {
                               "key": {"type": "keyword"}, "title": {"type": "text"}, "body": {"type": "text"}, "revision": {"type": "long"},
                               "%s": {"type": "embedding", "model": "%s", "source_fields": ["title", "body"]}}}}"""
                            .formatted(FIELD, index.getValue()));
        }
        rest.get("/_cluster/health?wait_for_nodes=" + SoakCluster.NODES + "&wait_for_status=green&timeout=60s");
    }

    private static ObjectNode report(SoakCounts counts,
            SoakAudit audit,
            SoakFaults faults,
            ProcessMemory.Resident start,
            ProcessMemory.Resident end,
            PrintStream out) {
        double growth = end.rssMb() - start.rssMb();
        Table table = new Table("soak", "");
        table.row("writes sent", Long.toString(counts.sent.sum())).row("acknowledged", Long.toString(counts.acknowledged.sum()))
                .row("searches answered", Long.toString(counts.searches.sum()))
                .row("searches failed", Long.toString(counts.searchesFailed.sum())).row("faults", Integer.toString(faults.done()))
                .row("documents found", Long.toString(audit.found())).row("lost", Integer.toString(audit.lost().size()))
                .row("stale", Integer.toString(audit.stale().size())).row("doubled", Integer.toString(audit.doubled().size()))
                .row("longest pause of all, s", Table.cell(counts.any.longestSeconds(), 1))
                .row("of writes, s", Table.cell(counts.writes.longestSeconds(), 1))
                .row("of searches, s", Table.cell(counts.searching.longestSeconds(), 1))
                .row("RSS MB, start", Table.cell(start.rssMb(), 1)).row("RSS MB, end", Table.cell(end.rssMb(), 1))
                .row("anonymous MB, start", Table.cell(start.anonMb(), 1))
                .row("anonymous MB, end", Table.cell(end.anonMb(), 1)).print(out);
        counts.reasons(REASONS).forEach(reason -> out.println(reason.getValue() + " x " + reason.getKey()));
        Map.of("lost", audit.lost(), "stale", audit.stale(), "doubled", audit.doubled()).forEach((what, documents) -> documents
                .entrySet().stream().limit(EXAMPLES)
                .forEach(one -> out.println(what + ": " + one.getKey() + " " + one.getValue())));
        return JsonNodeFactory.instance.objectNode().put("sent", counts.sent.sum()).put("acknowledged", counts.acknowledged.sum())
                .put("found", audit.found()).put("lost", audit.lost().size()).put("stale", audit.stale().size())
                .put("doubled", audit.doubled().size())
                .put("longest_pause_s", Decimals.round(counts.any.longestSeconds(), 1))
                .put("rss_growth_mb", Decimals.round(growth, 1));
    }
}
