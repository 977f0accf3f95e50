package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.EmbeddingWorkers;
import io.semanticsearch.embedding.FunctionLease;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelFacts;
import io.semanticsearch.embedding.PassageCutter;
import io.semanticsearch.embedding.PassageEmbedding;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.embedding.TextBatches;
import io.semanticsearch.embedding.local.LocalModels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** The models of this node that are in memory: loaded when first needed, on the workers that embed, and let go when nobody uses them. */
public final class LoadedModels implements AutoCloseable {

    /** The setting that bounds the memory of models; messages name it. */
    public static final String MEMORY_SETTING = "plugins.semantic.local.memory";

    /** Small enough that a query waits for no more than a few milliseconds of documents. */
    private static final TextBatches BATCHES = new TextBatches(64, 64 * 1024);

    /** Decoded and run on one thread, without a query in between. */
    private static final int IMAGES = 4;

    /** Chars of a text that a static model embeds within some tens of microseconds. */
    private static final int SHORT = 1_000;

    private final LocalModels local;
    private final EmbeddingWorkers workers;
    private final Map<Model, ModelSlot> slots = new ConcurrentHashMap<>();
    private final MemoryBudget budget;
    private final ModelLoads loads;

    /** @param memoryBytes how much memory the models may take */
    public LoadedModels(LocalModels local, EmbeddingWorkers workers, long memoryBytes) {
        this.local = local;
        this.workers = workers;
        this.budget = new MemoryBudget(memoryBytes, slots.values());
        this.loads = new ModelLoads(local);
    }

    /**
     * Embeds on the workers; never blocks. Result i belongs to text or image i.
     *
     * @param request whose model and space are those of the given model
     */
    public CompletableFuture<List<Embedding>> run(Model model, EmbeddingRequest request) {
        return run(model, request, new RequestTiming());
    }

    /** As the other, and tells how long it waited and loaded. */
    CompletableFuture<List<Embedding>> run(Model model, EmbeddingRequest request, RequestTiming timing) {
        LocalModel definition = (LocalModel) model.definition();
        if (!loads.isHere(definition)) return CompletableFuture.failedFuture(loads.fetchFor(model.id(), definition));
        // At once, so that the slot is not given up in between.
        ModelSlot slot = slots.compute(model, (m, known) -> {
            ModelSlot begun = known == null ? newSlot(m) : known;
            begun.beginRequest(request.keepAlive());
            return begun;
        });
        Optional<FunctionLease> immediate = isShortQuery(request) ? slot.leaseIfImmediate() : Optional.empty();
        return immediate.map(lease -> workers.embedHere(Role.QUERY, request.texts().getFirst(), timing.lend(() -> lease)))
                .orElseGet(() -> runParts(model, request, timing))
                .whenComplete((rows, failure) -> slot.endRequest());
    }

    /** Whether a model of microseconds may embed it on the thread of the search, which would otherwise wait for two others to wake. */
    private static boolean isShortQuery(EmbeddingRequest request) {
        return request.role() == Role.QUERY && request.passages().isEmpty() && request.images().isEmpty()
                && request.texts().size() == 1 && request.texts().getFirst().length() <= SHORT;
    }

    /** Cuts texts into passages by a model's own tokens, on the workers. */
    CompletableFuture<PassageEmbedding> cut(Model model, EmbeddingRequest request) {
        LocalModel definition = (LocalModel) model.definition();
        if (!loads.isHere(definition)) return CompletableFuture.failedFuture(loads.fetchFor(model.id(), definition));
        return workers.submit(request.role(), bytes(request), () -> {
            try (FunctionLease lease = slot(model).lease()) {
                return PassageEmbedding.cut(PassageCutter.of(lease.function()), request);
            }
        });
    }

    /** Cuts texts into passages without a model, on the workers. */
    CompletableFuture<PassageEmbedding> cut(PassageCutter cutter, EmbeddingRequest request) {
        return workers.submit(request.role(), bytes(request), () -> PassageEmbedding.cut(cutter, request));
    }

    private static long bytes(EmbeddingRequest request) {
        return Character.BYTES * request.texts().stream().mapToLong(String::length).sum();
    }

    private CompletableFuture<List<Embedding>> runParts(Model model, EmbeddingRequest request, RequestTiming timing) {
        List<CompletableFuture<List<Embedding>>> parts = new ArrayList<>();
        // The slot is asked for when it is their turn: waiting must not keep a model in memory.
        for (TextBatches.Batch batch : BATCHES.split(request.texts())) {
            parts.add(request.passages().isPresent()
                    ? cut(model, request.part(batch.from(), batch.texts().size()))
                            .thenCompose(passages -> passages.embed(plain -> runParts(model, plain, timing)))
                    : workers.embed(request.role(), batch.texts(), () -> timing.lend(() -> slot(model).lease())));
        }
        List<byte[]> images = request.images();
        for (int from = 0; from < images.size(); from += IMAGES) {
            List<byte[]> some = images.subList(from, Math.min(images.size(), from + IMAGES));
            parts.add(workers.embedImages(request.role(), some, () -> timing.lend(() -> slot(model).lease())));
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

    /**
     * Loads a model, even if that failed a moment ago, and keeps it until nobody used it for its [keep_alive].
     *
     * @return what {@link #stats} says of it
     */
    public CompletableFuture<Map<String, Object>> load(Model model) {
        return loads.begin(model.id(), (LocalModel) model.definition())
                .thenCompose(here -> loads.run(() -> {
                    ModelSlot slot = slot(model);
                    slot.forgetFailure();
                    return slot.use(function -> slot.stats().orElseThrow());
                }));
    }

    /** Fetches and opens a model that is not defined yet, embeds a probe text and lets it go. */
    public CompletableFuture<ModelFacts> probe(String id, LocalModel definition) {
        return tryOut(id, definition, function -> {
            List<Embedding> rows = function.encodeQueries(List.of("a probe of the model"));
            if (rows.size() != 1 || rows.getFirst() instanceof Embedding.Refused) {
                throw new EmbeddingException.BrokenModel(
                        "model [" + definition.model() + "] could not embed a probe text: " + rows);
            }
            return ModelFacts.of(function);
        });
    }

    /** As the other, with texts that it embeds for each role. */
    CompletableFuture<DynamicProof.Probed> probe(String id, LocalModel definition, List<String> texts) {
        return tryOut(id, definition, function -> new DynamicProof.Probed(ModelFacts.of(function),
                function.encodeDocuments(texts), function.encodeQueries(texts)));
    }

    private <T> CompletableFuture<T> tryOut(String id, LocalModel definition, Function<EmbeddingFunction, T> use) {
        return loads.begin(id, definition).thenCompose(here -> loads.run(() -> {
            try (MemoryBudget.Reservation memory = budget.reserve(
                    "the probe of model [" + definition.model() + "]", local.bytesOnDisk(definition));
                    EmbeddingFunction function = local.open(definition)) {
                memory.resize(function.memoryBytes());
                return use.apply(function);
            }
        }));
    }

    /** Lets a model go once no call uses it; whether there was anything to let go. May close it, so not for threads that must not wait. */
    public boolean unload(String id) {
        boolean unloaded = false;
        for (Map.Entry<Model, ModelSlot> entry : slots.entrySet()) {
            if (entry.getKey().id().equals(id)) unloaded |= entry.getValue().unload();
        }
        return unloaded;
    }

    /** Lets go what nobody used for its [keep_alive], and what is beyond a bound that was lowered. */
    public void unloadIdle() {
        slots.values().forEach(ModelSlot::unloadIfIdle);
        budget.trim();
    }

    /**
     * Lets go, once no request uses it, what is not defined any more or was defined anew. May close models.
     *
     * @param defined the models as they are defined when it is asked
     */
    public synchronized void retain(Supplier<? extends Collection<Model>> defined) {
        Set<Model> models = new HashSet<>(defined.get());
        loads.retain(models);
        slots.forEach((model, slot) -> {
            if (models.contains(model)) {
                slot.reinstate();
            } else {
                slot.retire();
                slots.computeIfPresent(model, (m, known) -> known.isOver() ? null : known);
            }
        });
    }

    /** Changes how much memory the models may take. */
    public void setMemory(long bytes) {
        budget.setLimit(bytes);
    }

    /** Of each model that is in memory, on its way there, or failed to get there: how it is, its bytes, how long it took to load. */
    public Map<String, Object> stats() {
        Map<String, Object> stats = new LinkedHashMap<>(loads.stats());
        // Where one was defined anew, the old one that still serves its last requests is not shown.
        for (boolean retired : new boolean[]{false, true}) {
            slots.forEach((model, slot) -> {
                if (slot.isRetired() == retired) slot.stats().ifPresent(loaded -> stats.putIfAbsent(model.id(), loaded));
            });
        }
        return stats;
    }

    /** Bytes that the models may take and do. */
    public Map<String, Object> memory() {
        return Map.of("budget_bytes", budget.limit(), "used_bytes", budget.used());
    }

    /** Lets everything go; to be called when the workers are closed. */
    @Override
    public void close() {
        loads.close();
        slots.values().forEach(ModelSlot::retire);
        slots.clear();
    }

    private ModelSlot slot(Model model) {
        return slots.computeIfAbsent(model, this::newSlot);
    }

    private ModelSlot newSlot(Model model) {
        return new ModelSlot(model, new ModelLoader(model, local, budget));
    }
}
