package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.ModelFacts;
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

    public NodeModels(LoadedModels loaded, RemoteModels remote) {
        this.loaded = loaded;
        this.remote = new RemoteCalls(remote);
    }

    /** Embeds; never blocks. Result i belongs to text or image i. */
    public CompletableFuture<List<Embedding>> run(Model model, EmbeddingRequest request) {
        return switch (model.definition()) {
            case LocalModel local -> loaded.run(model, request);
            case RemoteModel server -> remote.run(model, request);
        };
    }

    /** Has a model that is not defined yet embed a text. */
    CompletableFuture<ModelFacts> probe(String id, ModelDefinition definition) {
        return switch (definition) {
            case LocalModel local -> loaded.probe(id, local);
            case RemoteModel server -> remote.probe(server);
        };
    }

    /** Brings a model into memory; there is nothing to do for one on a server. */
    CompletableFuture<Map<String, Object>> load(Model model) {
        return switch (model.definition()) {
            case LocalModel local -> loaded.load(model);
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
            List<Model> local = new ArrayList<>(defined.get());
            local.removeIf(model -> !(model.definition() instanceof LocalModel));
            return local;
        });
        remote.retain(defined.get());
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
