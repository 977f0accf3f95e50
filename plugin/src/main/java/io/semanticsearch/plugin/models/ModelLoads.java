package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.hub.HubProgress;
import io.semanticsearch.embedding.local.LocalModels;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Brings the files of named models to this node, and opens models that are asked for before any text is, on threads of its own: that takes
 * seconds to minutes, and embedding goes on meanwhile.
 */
final class ModelLoads implements AutoCloseable {

    private static final int THREADS = 2;
    private static final int MAX_WAITING = 32;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final LocalModels local;
    // To look at the disk for each text would take longer than a small model.
    private final Set<LocalModel> seenHere = ConcurrentHashMap.newKeySet();
    private final Map<String, Fetch> running = new ConcurrentHashMap<>();
    private final Map<LocalModel, Failure> failed = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final ThreadPoolExecutor threads;

    private record Fetch(LocalModel definition, CompletableFuture<Void> done) {}

    private record Failure(EmbeddingException reason, long nanos) {}

    ModelLoads(LocalModels local) {
        this.local = local;
        Thread.Builder builder = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("semantic-load-", 0);
        this.threads = new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING),
                builder::unstarted);
        threads.allowCoreThreadTimeOut(true);
    }

    /** Whether the files of a model are on this node. */
    boolean isHere(LocalModel definition) {
        if (seenHere.contains(definition)) return true;
        if (!local.isHere(definition)) return false;
        seenHere.add(definition);
        return true;
    }

    /** Forgets what is known of models that are defined no more. */
    void retain(Collection<Model> models) {
        List<ModelDefinition> defined = models.stream().map(Model::definition).toList();
        seenHere.retainAll(defined);
        failed.keySet().retainAll(defined);
    }

    /**
     * Has the files of a model fetched for texts that need it, and says how far that is, or why it failed a moment ago: the texts would wait
     * for minutes, in numbers that nobody bounds, and a server that refuses must not be asked again for each of them.
     */
    EmbeddingException fetchFor(String id, LocalModel definition) {
        Failure last = failed.get(definition);
        if (last != null && System.nanoTime() - last.nanos < RETRY_AFTER.toNanos()) return last.reason;
        CompletableFuture<Void> fetch = begin(id, definition);
        if (fetch.isCompletedExceptionally()) return EmbeddingException.of(fetch.exceptionNow());
        return new EmbeddingException.Unavailable("the files of model [" + id + "] are being fetched to this node"
                + progress(id).map(progress -> ", [" + progress.doneBytes() + "] of [" + progress.totalBytes()
                        + "] bytes are here").orElse("")
                + "; try again later");
    }

    /**
     * Fetches the files of a model, or joins the fetch that runs; complete at once where they are here.
     *
     * @param id the name under which its progress is told
     * @return fails with an {@link EmbeddingException}
     */
    CompletableFuture<Void> begin(String id, LocalModel definition) {
        if (isHere(definition)) return CompletableFuture.completedFuture(null);
        Fetch mine = new Fetch(definition, new CompletableFuture<>());
        Fetch known = running.compute(id, (name, other) -> other != null && other.definition.equals(definition) ? other : mine);
        if (known != mine) return known.done.copy();
        // For one that finds no thread.
        mine.done.whenComplete((here, failure) -> running.remove(id, mine));
        execute(mine.done, () -> {
            try {
                local.fetch(definition, closed);
                return null;
            } catch (RuntimeException e) {
                EmbeddingException reason = EmbeddingException.of(e);
                failed.put(definition, new Failure(reason, System.nanoTime()));
                throw reason;
            } finally {
                // Before anybody hears of the end, who might come back at once.
                running.remove(id, mine);
            }
        });
        return mine.done.copy();
    }

    /** Does something that takes long on one of the threads. */
    <T> CompletableFuture<T> run(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        execute(result, work);
        return result;
    }

    private <T> void execute(CompletableFuture<T> result, Callable<T> work) {
        try {
            threads.execute(() -> {
                try {
                    result.complete(work.call());
                } catch (Throwable e) {
                    // Whatever it is, who waits must hear of it.
                    result.completeExceptionally(EmbeddingException.of(e));
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(closed.isDone()
                    ? new EmbeddingException.Unavailable("models are not loaded any more, because the node is closing")
                    : new EmbeddingException.Overloaded("[" + MAX_WAITING + "] models wait to be loaded; try again later"));
        }
    }

    /** How far the fetch under this name is, if it has begun. */
    Optional<HubProgress> progress(String id) {
        return Optional.ofNullable(running.get(id)).flatMap(fetch -> local.fetching(fetch.definition));
    }

    /** Of each model that is being fetched how far that is. */
    Map<String, Object> stats() {
        Map<String, Object> stats = new LinkedHashMap<>();
        running.forEach((id, fetch) -> {
            Map<String, Object> state = new LinkedHashMap<>();
            state.put("state", "fetching");
            progress(id).ifPresent(progress -> {
                state.put("file", progress.file());
                state.put("done_bytes", progress.doneBytes());
                state.put("total_bytes", progress.totalBytes());
            });
            stats.put(id, state);
        });
        return stats;
    }

    @Override
    public void close() {
        closed.complete(null);
        threads.shutdownNow();
    }
}
