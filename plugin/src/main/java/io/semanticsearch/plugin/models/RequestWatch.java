package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingRequest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Sees every request that a model of this node is asked for: counts it, and writes slow ones into the slow log. Safe for many threads. */
public final class RequestWatch {

    private final Map<String, ModelUse> models = new ConcurrentHashMap<>();
    private final SlowLog slowLog;
    private final Supplier<Optional<String>> opaqueId;

    /** @param opaqueId what the client of the thread that asks calls its request */
    public RequestWatch(SlowLog slowLog, Supplier<Optional<String>> opaqueId) {
        this.slowLog = slowLog;
        this.opaqueId = opaqueId;
    }

    CompletableFuture<List<Embedding>> watch(Model model,
            EmbeddingRequest request,
            Function<RequestTiming, CompletableFuture<List<Embedding>>> run) {
        RequestTiming timing = new RequestTiming();
        // On the thread that asks: the one that answers knows nothing of the client.
        Optional<String> client = opaqueId.get();
        return run.apply(timing).whenComplete((rows, failure) -> {
            long nanos = timing.tookNanos();
            use(model.id()).ended(request, rows, failure, nanos);
            slowLog.ended(model, request, timing, nanos, rows, failure, client);
        });
    }

    /** A query that needed no model. */
    void cached(Model model) {
        use(model.id()).cached();
    }

    private ModelUse use(String id) {
        ModelUse known = models.get(id);
        return known == null ? models.computeIfAbsent(id, ignored -> new ModelUse()) : known;
    }

    /** Forgets models that are not defined any more. */
    public void retain(Collection<Model> defined) {
        models.keySet().retainAll(defined.stream().map(Model::id).collect(Collectors.toSet()));
    }

    /** By the ids of models. */
    public Map<String, Object> stats() {
        Map<String, Object> stats = new TreeMap<>();
        models.forEach((id, use) -> stats.put(id, use.toMap()));
        return stats;
    }
}
