package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.benchmarks.EvaluationSet.Question;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.local.LocalModels;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Moves a field to another model while it is searched and written, kills the node that works on it half-way, and then compares every
 * document of all copies with what was written and with the new model.
 *
 * @param throttle documents a second that the job writes at most, so that there is a half-way
 * @param searchers how many search at the same time
 * @param heap of each node
 */
record Reembed(Path data, int throttle, int searchers, String heap) implements Measurement {
    static final List<String> OPTIONS = List.of("--data", "--throttle", "--searchers", "--heap");

    private static final String OLD = "built-in:english-small";
    private static final String NEXT = "next";
    private static final int DIMENSION = 128;
    private static final int BULK = 500;
    private static final String INDEX = "passages";
    private static final String STATUS = "/_plugins/_semantic/status/" + INDEX;
    private static final long PATIENCE_NANOS = 600_000_000_000L;

    static Reembed of(CommandLine options) {
        return new Reembed(options.requiredFolder("--data"), options.number("--throttle", 100), options.number("--searchers", 2),
                options.text("--heap", "512m"));
    }

    @Override
    public boolean namesItsCommand() {
        return false;
    }

    @Override
    public List<String> mustBeZero() {
        return List.of("missing", "stale", "lost", "not_deleted", "wrong_text", "wrong_vector", "query_errors", "write_errors");
    }

    @Override
    public ObjectNode run(PrintStream out) throws IOException {
        EvaluationSet set = new BeirFolder(data).read();
        try (SoakCluster cluster = SoakCluster.start("reembed", heap, out);
                EmbeddingFunction next = model();
                ExecutorService threads = Executors.newFixedThreadPool(searchers + 1)) {
            try (Rest first = new Rest(cluster.ports().getFirst())) {
                index(first, set);
            }
            ReembedLoad load = new ReembedLoad(INDEX, set.documents(), set.questions().stream().map(Question::text).toList(),
                    cluster.ports());
            try {
                List<Future<?>> clients = load.start(threads, searchers);
                Move move = move(cluster, load, out);
                load.end();
                for (Future<?> client : clients) client.get();
                return audit(cluster, load, next, move, out);
            } finally {
                load.end();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        } catch (ExecutionException e) {
            throw new BenchmarkException("a client failed: " + e.getCause(), e);
        }
    }

    private static Map<String, Object> definition() {
        return Map.of("provider", "local", "model", OLD, "dimensions", DIMENSION);
    }

    private static EmbeddingFunction model() {
        return new LocalModels(null).open((LocalModel) ModelDefinition.of(NEXT, definition()));
    }

    private static void index(Rest rest, EvaluationSet set) throws IOException {
        rest.call("PUT", "/_plugins/_semantic/models/" + NEXT,
                "{\"provider\": \"local\", \"model\": \"" + OLD + "\", \"dimensions\": " + DIMENSION + "}");
        rest.call("PUT", "/" + INDEX, """
                {"settings": {"number_of_shards": 2, "number_of_replicas": 1},
                 "mappings": {"properties": {
                   "%s": {"type": "text", "analyzer": "english"}, "%s": {"type": "text", "analyzer": "english"},
                   "%s": {"type": "embedding", "model": "%s", "source_fields": ["%s", "%s"]}}}}""".formatted(PassageIndex.TITLE,
                PassageIndex.TEXT, PassageIndex.MEANING, OLD, PassageIndex.TITLE, PassageIndex.TEXT));
        PassageIndex index = new PassageIndex(rest, INDEX);
        for (byte[] bulk : PassageIndex.bulks(set.documents(), BULK)) index.add(bulk);
        index.refresh();
        rest.get("/_cluster/health?wait_for_nodes=" + SoakCluster.NODES + "&wait_for_status=green&timeout=60s");
    }

    /**
     * What was seen of the move.
     *
     * @param killed the node that worked on it
     * @param before documents with a vector of the new model when it was killed
     * @param seconds from the request until the new model was in use
     */
    private record Move(int killed, long before, double seconds) {}

    private Move move(SoakCluster cluster, ReembedLoad load, PrintStream out) throws IOException, InterruptedException {
        long began = System.nanoTime();
        String job;
        long documents;
        try (Rest rest = new Rest(cluster.ports().getFirst())) {
            rest.call("POST", "/_plugins/_semantic/reembed/" + INDEX,
                    "{\"field\": \"%s\", \"model\": \"%s\", \"throttle\": %s}".formatted(PassageIndex.MEANING, NEXT, throttle));
            JsonNode field = awaitHalf(rest);
            documents = field.at("/next/fresh").asLong();
            job = rest.get("/_nodes/" + field.at("/job/node").asText() + "?filter_path=nodes.*.name").findValue("name").asText();
        }
        int killed = -1;
        for (int i = 0; i < SoakCluster.NODES; i++) if (cluster.name(i).equals(job)) killed = i;
        int other = (killed + 1) % SoakCluster.NODES;
        // A request on its way through the node that dies would get no answer, whatever the cluster does.
        load.through(other);
        out.println("After " + documents + " documents " + job + " is killed, which works on them …");
        cluster.kill(killed);
        cluster.startAgain(killed);
        try (Rest rest = new Rest(cluster.ports().get(other))) {
            while (true) {
                JsonNode field = field(rest);
                if (field.path("next").isMissingNode() && field.path("job").isMissingNode()
                        && field.path("model").asText().equals(NEXT)) {
                    break;
                }
                if (System.nanoTime() - began > PATIENCE_NANOS) throw new BenchmarkException("the move does not end: " + field);
                Thread.sleep(500);
            }
        }
        return new Move(killed, documents, (System.nanoTime() - began) / 1e9);
    }

    private static JsonNode awaitHalf(Rest rest) throws IOException, InterruptedException {
        long began = System.nanoTime();
        while (true) {
            JsonNode field = field(rest);
            boolean works = field.at("/job/node").isTextual();
            if (works && field.at("/next/fresh").asLong() * 2 >= field.path("documents").asLong()) return field;
            if (field.path("model").asText().equals(NEXT) || System.nanoTime() - began > PATIENCE_NANOS) {
                throw new BenchmarkException("the job was not seen half-way; give a smaller [--throttle]: " + field);
            }
            Thread.sleep(200);
        }
    }

    private static JsonNode field(Rest rest) throws IOException {
        return rest.get(STATUS).at("/indices/" + INDEX + "/fields/" + PassageIndex.MEANING);
    }

    private static ObjectNode audit(SoakCluster cluster, ReembedLoad load, EmbeddingFunction next, Move move, PrintStream out)
            throws IOException {
        try (Rest rest = new Rest(cluster.ports().get((move.killed() + 1) % SoakCluster.NODES))) {
            rest.get("/_cluster/health?wait_for_nodes=" + SoakCluster.NODES + "&wait_for_status=green&timeout=120s");
            rest.call("POST", "/" + INDEX + "/_refresh", "");
            JsonNode status = field(rest);
            ReembedAudit primaries = ReembedAudit.of(rest, INDEX, "_primary", load.written(), next);
            ReembedAudit replicas = ReembedAudit.of(rest, INDEX, "_replica", load.written(), next);
            ObjectNode figures = JsonNodeFactory.instance.objectNode()
                    .put("documents", load.written().size())
                    .put("before_kill", move.before())
                    .put("fresh", status.path("fresh").asLong())
                    .put("missing", status.path("missing").asLong())
                    .put("stale", status.path("stale").asLong())
                    .put("lost", primaries.lost() + replicas.lost())
                    .put("not_deleted", primaries.notDeleted() + replicas.notDeleted())
                    .put("wrong_text", primaries.wrongText() + replicas.wrongText())
                    .put("wrong_vector", primaries.wrongVector() + replicas.wrongVector())
                    .put("queries", load.queries())
                    .put("query_errors", load.queryErrors())
                    .put("writes", load.writes())
                    .put("write_errors", load.writeErrors())
                    .put("seconds", Decimals.round(move.seconds(), 1));
            Table table = new Table("reembed", "");
            figures.properties().forEach(figure -> table.row(figure.getKey(), figure.getValue().asText()));
            table.print(out);
            load.errors().forEach(out::println);
            return figures;
        }
    }
}
