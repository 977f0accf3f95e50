package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.DynamicModel;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.ModelFacts;
import io.semanticsearch.embedding.PassageCutter;
import io.semanticsearch.embedding.RemoteModel;
import io.semanticsearch.embedding.remote.RemoteModels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The models of a node that runs models: in its memory, or on servers that it calls. */
public final class NodeModels implements AutoCloseable {

    private final LoadedModels loaded;
    private final RemoteCalls remote;
    private final RequestWatch watch;

    public NodeModels(LoadedModels loaded, RemoteModels remote, RequestWatch watch) {
        this.loaded = loaded;
        this.remote = new RemoteCalls(remote);
        this.watch = watch;
    }

    /** Embeds; never blocks. Result i belongs to text or image i. */
    public CompletableFuture<List<Embedding>> run(Model model, EmbeddingRequest request) {
        return watch.watch(model, request, timing -> run(model, request, timing));
    }

    private CompletableFuture<List<Embedding>> run(Model model, EmbeddingRequest request, RequestTiming timing) {
        return switch (model.definition()) {
            case LocalModel local -> loaded.run(model, request, timing);
            case RemoteModel server when request.passages().isPresent() ->
                loaded.cut(PassageCutter.approximate(model.facts()), request)
                        .thenCompose(passages -> passages.embed(plain -> remote.run(model, plain)));
            case RemoteModel server -> remote.run(model, request);
            case DynamicModel dynamic -> {
                DynamicParts parts = DynamicParts.of(model, dynamic);
                if (request.passages().isPresent()) {
                    // One of its tokenizers is here, and a text is cut alike wherever its passages go.
                    yield loaded.cut(parts.local(), request)
                            .thenCompose(passages -> passages.embed(plain -> run(model, plain, timing)));
                }
                boolean here = request.images().isEmpty() && dynamic.runsHere(request.texts(), model.facts().device());
                yield here ? loaded.run(parts.local(), request, timing) : remote.run(parts.remote(), request);
            }
        };
    }

    /** Has a model that is not defined yet embed a text. */
    CompletableFuture<ModelFacts> probe(String id, ModelDefinition definition) {
        return switch (definition) {
            case LocalModel local -> loaded.probe(id, local);
            case RemoteModel server -> remote.probe(server);
            case DynamicModel dynamic -> loaded.probe(id, dynamic.local(), DynamicProof.TEXTS)
                    .thenCombine(remote.probe(dynamic.remote(), DynamicProof.TEXTS),
                            (here, there) -> DynamicProof.check(dynamic, here, there));
        };
    }

    /** Brings a model into memory; there is nothing to do for one on a server. */
    CompletableFuture<Map<String, Object>> load(Model model) {
        return switch (model.definition()) {
            case LocalModel local -> loaded.load(model);
            case DynamicModel dynamic -> loaded.load(DynamicParts.of(model, dynamic).local());
            case RemoteModel server -> CompletableFuture.completedFuture(Map.of("memory_bytes", 0L, "load_ms", 0L));
        };
    }

    boolean unload(String id) {
        return loaded.unload(id);
    }

    public void unloadIdle() {
        loaded.unloadIdle();
    }

    /** Lets go what is not defined any more or was defined anew. */
    public void retain(Supplier<? extends Collection<Model>> defined) {
        loaded.retain(() -> {
            List<Model> local = parts(defined.get());
            local.removeIf(model -> !(model.definition() instanceof LocalModel));
            return local;
        });
        remote.retain(parts(defined.get()));
    }

    /** Each model that is in one place. */
    private static List<Model> parts(Collection<Model> models) {
        List<Model> parts = new ArrayList<>();
        for (Model model : models) {
            if (model.definition() instanceof DynamicModel dynamic) {
                DynamicParts both = DynamicParts.of(model, dynamic);
                parts.add(both.local());
                parts.add(both.remote());
            } else {
                parts.add(model);
            }
        }
        return parts;
    }

    public void setMemory(long bytes) {
        loaded.setMemory(bytes);
    }

    public Map<String, Object> memory() {
        return loaded.memory();
    }

    /** Of each model that is in memory, on its way there or called on a server how it is. */
    public Map<String, Object> stats() {
        Map<String, Object> stats = new LinkedHashMap<>(loaded.stats());
        stats.putAll(remote.stats());
        return stats;
    }

    @Override
    public void close() {
        loaded.close();
    }
}
