package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.ModelFacts;
import io.semanticsearch.embedding.RemoteModel;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.embedding.remote.RemoteFunction;
import io.semanticsearch.embedding.remote.RemoteModels;
import io.semanticsearch.embedding.remote.RemoteStats;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The models on servers, as this node calls them. Nothing is asked of a server before its first texts. */
final class RemoteCalls {

    private final RemoteModels remote;
    private final Map<Model, RemoteFunction> functions = new ConcurrentHashMap<>();

    RemoteCalls(RemoteModels remote) {
        this.remote = remote;
    }

    /** Embeds on the server; never blocks. */
    CompletableFuture<List<Embedding>> run(Model model, EmbeddingRequest request) {
        try {
            RemoteFunction function = functions.computeIfAbsent(model,
                    m -> remote.open((RemoteModel) m.definition(), m.facts()));
            return request.images().isEmpty()
                    ? function.embed(request.role(), request.texts())
                    : function.embedImages(request.role(), request.images());
        } catch (EmbeddingException e) {
            // The secret is not on this node, say.
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Asks the server for a model that is not defined yet. */
    CompletableFuture<ModelFacts> probe(RemoteModel definition) {
        return remote.open(definition).thenApply(RemoteFunction::facts);
    }

    /** As the other, and has it embed texts for each role. */
    CompletableFuture<DynamicProof.Probed> probe(RemoteModel definition, List<String> texts) {
        return remote.open(definition)
                .thenCompose(function -> function.embed(Role.DOCUMENT, texts).thenCombine(function.embed(Role.QUERY, texts),
                        (documents, queries) -> new DynamicProof.Probed(function.facts(), documents, queries)));
    }

    /** Forgets what is not defined any more. */
    void retain(Collection<Model> defined) {
        functions.keySet().retainAll(defined);
    }

    /** Of each model that was called what for. */
    Map<String, Object> stats() {
        Map<String, Object> stats = new LinkedHashMap<>();
        functions.forEach((model, function) -> stats.put(model.id(), describe(function.stats())));
        return stats;
    }

    private static Map<String, Object> describe(RemoteStats stats) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("state", "remote");
        map.put("calls", stats.calls());
        map.put("retries", stats.retries());
        map.put("splits", stats.splits());
        map.put("failures", stats.failures());
        map.put("texts", stats.texts());
        map.put("truncated", stats.truncated());
        map.put("refused", stats.refused());
        map.put("tokens", stats.tokens());
        map.put("breaker", stats.breaker());
        return map;
    }
}
