package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingWorkers;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelFacts;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.embedding.TextBatches;
import io.semanticsearch.embedding.local.LocalModels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/** The models of this node that are in memory: loaded when first needed, on the workers that embed, and let go when nobody uses them. */
public final class LoadedModels implements AutoCloseable {

    /** Small enough that a query waits for no more than a few milliseconds of documents. */
    private static final TextBatches BATCHES = new TextBatches(64, 64 * 1024);

    private final LocalModels local;
    private final EmbeddingWorkers workers;
    private final Map<Model, ModelSlot> slots = new ConcurrentHashMap<>();

    public LoadedModels(LocalModels local, EmbeddingWorkers workers) {
        this.local = local;
        this.workers = workers;
    }

    /** Embeds on the workers; never blocks. Result i belongs to text i. */
    public CompletableFuture<List<Embedding>> run(Model model, Role role, List<String> texts) {
        List<CompletableFuture<List<Embedding>>> parts = new ArrayList<>();
        for (TextBatches.Batch batch : BATCHES.split(texts)) {
            // The slot is asked for when it is their turn: waiting must not keep a model in memory.
            parts.add(workers.embed(role, batch.texts(), () -> slot(model).lease()));
        }
        CompletableFuture<?>[] all = parts.toArray(CompletableFuture<?>[]::new);
        for (CompletableFuture<?> part : all) {
            // What is left of a failed request need not run.
            part.whenComplete((rows, failure) -> {
                if (failure != null) for (CompletableFuture<?> other : all) other.cancel(false);
            });
        }
        return CompletableFuture.allOf(all).handle((ignored, failure) -> {
            if (failure == null) return parts.stream().flatMap(part -> part.join().stream()).toList();
            throw new CompletionException(firstFailure(parts));
        });
    }

    /** Why a request failed: what was cancelled thereupon is not the reason. */
    private static Throwable firstFailure(List<CompletableFuture<List<Embedding>>> parts) {
        Throwable reason = new CancellationException("embedding was cancelled");
        for (CompletableFuture<?> part : parts) {
            if (part.isCompletedExceptionally() && !part.isCancelled()) reason = part.exceptionNow();
        }
        return reason;
    }

    /** Loads a model and keeps it until nobody used it for its [keep_alive]. */
    public CompletableFuture<Void> load(Model model) {
        return workers.submit(Role.QUERY, 0, () -> {
            slot(model).use(function -> null);
            return null;
        });
    }

    /** Opens a model that is not defined yet, embeds a probe text and lets it go. */
    public CompletableFuture<ModelFacts> probe(LocalModel definition) {
        return workers.submit(Role.QUERY, 0, () -> {
            try (var function = local.open(definition)) {
                List<Embedding> rows = function.encodeQueries(List.of("a probe of the model"));
                if (rows.size() != 1 || rows.getFirst() instanceof Embedding.Refused) {
                    throw new EmbeddingException.BrokenModel(
                            "model [" + definition.model() + "] could not embed a probe text: " + rows);
                }
                return ModelFacts.of(function);
            }
        });
    }

    /** Lets a model go once no call uses it. */
    public boolean unload(String id) {
        boolean unloaded = false;
        for (Map.Entry<Model, ModelSlot> entry : slots.entrySet()) {
            if (entry.getKey().id().equals(id)) unloaded |= entry.getValue().unload();
        }
        return unloaded;
    }

    /** Lets go what nobody used for its [keep_alive]. */
    public void unloadIdle() {
        slots.values().forEach(ModelSlot::unloadIfIdle);
    }

    /** Lets go what is not defined any more or was defined anew. */
    public void retain(Collection<Model> models) {
        Set<Model> defined = new HashSet<>(models);
        slots.forEach((model, slot) -> {
            if (!defined.contains(model) && slots.remove(model, slot)) slot.unload();
        });
    }

    /** Of each model in memory: its bytes, how long it took to load. */
    public Map<String, Object> stats() {
        Map<String, Object> stats = new LinkedHashMap<>();
        slots.forEach((model, slot) -> slot.stats().ifPresent(loaded -> stats.put(model.id(), loaded)));
        return stats;
    }

    public boolean isLoaded(String id) {
        return slots.entrySet().stream().anyMatch(entry -> entry.getKey().id().equals(id) && entry.getValue().isLoaded());
    }

    @Override
    public void close() {
        slots.values().forEach(ModelSlot::unload);
        slots.clear();
    }

    private ModelSlot slot(Model model) {
        return slots.computeIfAbsent(model, m -> new ModelSlot(m, () -> local.open((LocalModel) m.definition())));
    }
}
