package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.FunctionLease;
import io.semanticsearch.embedding.KeepAlive;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * One model of this node, in memory or not. The first call that needs it loads it while the others wait; a model that is let go while calls
 * use it is closed by the last of them. No lock is held while it is loaded or closed, so that nobody but its callers waits for that.
 */
final class ModelSlot {

    /** A model that could not be loaded is not tried again before that: a try may read gigabytes. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Model model;
    private final ModelLoader loader;

    private InMemory loaded;
    private boolean loading;
    private long loads;
    private EmbeddingException failure;
    private long failedNanos;

    private int calls;
    private int requests;
    private Optional<Duration> wantedKeepAlive = Optional.empty();
    private boolean unloadWhenUnused;
    private boolean retired;
    private long lastUsedNanos = System.nanoTime();

    /**
     * A model that might be unloaded.
     *
     * @param bytes what that would free
     * @param lastUsedNanos when its last call began or ended, by {@link System#nanoTime}
     */
    record Evictable(ModelSlot slot, long bytes, long lastUsedNanos) {}

    ModelSlot(Model model, ModelLoader loader) {
        this.model = model;
        this.loader = loader;
    }

    /** Loads the model if need be and calls it; calls run side by side. Blocks while it is loaded. */
    <T> T use(Function<EmbeddingFunction, T> call) {
        EmbeddingFunction used = acquire();
        try {
            return call.apply(used);
        } finally {
            release();
        }
    }

    /** Loads the model if need be and lends it. Blocks while it is loaded. */
    FunctionLease lease() {
        return lend(acquire());
    }

    private FunctionLease lend(EmbeddingFunction lent) {
        AtomicBoolean back = new AtomicBoolean();
        return new FunctionLease() {
            @Override
            public EmbeddingFunction function() {
                return lent;
            }

            @Override
            public void close() {
                if (back.compareAndSet(false, true)) release();
            }
        };
    }

    /** Lends the model if it is in memory and embeds a short text in microseconds. Never blocks. */
    synchronized Optional<FunctionLease> leaseIfImmediate() {
        return loaded != null && loaded.function().isImmediate() ? Optional.of(lend(called())) : Optional.empty();
    }

    /**
     * Begins a request, which may be many calls: between them a model of [keep_alive] 0 stays. A waiting request holds no memory: it neither
     * loads the model nor keeps others from taking its room.
     *
     * @param keepAlive from now on until the model is unloaded, in place of its definition's
     */
    synchronized void beginRequest(Optional<Duration> keepAlive) {
        requests++;
        if (keepAlive.isPresent()) wantedKeepAlive = keepAlive;
    }

    void endRequest() {
        InMemory unused;
        synchronized (this) {
            requests--;
            if (requests == 0 && loaded == null && !loading) wantedKeepAlive = Optional.empty();
            unused = takeIf(mayCloseAtOnce());
        }
        close(unused);
    }

    private EmbeddingFunction acquire() {
        synchronized (this) {
            while (loading)
                awaitLoading();
            if (loaded != null) return called();
            if (failure != null && !mayRetry()) throw failure;
            loading = true;
        }
        InMemory opened = null;
        EmbeddingException failed = null;
        try {
            opened = loader.load();
        } catch (Throwable e) {
            // Whatever it is must end the loading, or callers wait for ever.
            failed = loader.told(e);
        }
        synchronized (this) {
            loading = false;
            notifyAll();
            loaded = opened;
            failure = failed;
            if (failed == null) {
                loads++;
                return called();
            }
            failedNanos = System.nanoTime();
            unloadWhenUnused = false;
            throw failed;
        }
    }

    private void awaitLoading() {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddingException.Unavailable(
                    "model [" + model.id() + "] was not waited for, because the node is closing; try again on another", e);
        }
    }

    /** A lack of memory may be over at once and costs nothing to look at again. */
    private boolean mayRetry() {
        return failure instanceof EmbeddingException.Overloaded || isPast(failedNanos, RETRY_AFTER);
    }

    private EmbeddingFunction called() {
        calls++;
        lastUsedNanos = System.nanoTime();
        return loaded.function();
    }

    private void release() {
        InMemory unused;
        synchronized (this) {
            calls--;
            lastUsedNanos = System.nanoTime();
            unused = takeIf(unloadWhenUnused || mayCloseAtOnce());
        }
        close(unused);
    }

    /** Forgets that it could not be loaded, so that the next call tries again. */
    synchronized void forgetFailure() {
        failure = null;
    }

    /** Lets it go once no call uses it; whether there is anything to let go. */
    boolean unload() {
        InMemory unused;
        synchronized (this) {
            if (loaded == null && !loading) return false;
            unloadWhenUnused = true;
            unused = takeIf(true);
        }
        close(unused);
        return true;
    }

    /** Lets it go for good once no request uses it: its definition is gone. */
    void retire() {
        InMemory unused;
        synchronized (this) {
            retired = true;
            unused = takeIf(mayCloseAtOnce());
        }
        close(unused);
    }

    /** Its definition is back. */
    synchronized void reinstate() {
        retired = false;
    }

    synchronized boolean isRetired() {
        return retired;
    }

    /** Whether nothing would be lost with it. */
    synchronized boolean isOver() {
        return retired && loaded == null && !loading && requests == 0;
    }

    void unloadIfIdle() {
        InMemory unused;
        synchronized (this) {
            unused = takeIf(requests == 0 && !isKeptForEver() && isPast(lastUsedNanos, keepAlive()));
        }
        close(unused);
    }

    /** Lets it go if no call uses it and it is not to be kept for ever; whether it was. */
    boolean evict() {
        InMemory unused;
        synchronized (this) {
            unused = takeIf(!isKeptForEver());
        }
        close(unused);
        return unused != null;
    }

    /** What {@link #evict} would free now. */
    synchronized Optional<Evictable> evictable() {
        if (loaded == null || calls > 0 || isKeptForEver()) return Optional.empty();
        return Optional.of(new Evictable(this, loaded.memory().bytes(), lastUsedNanos));
    }

    /** Whether it is loaded, being loaded or could not be; empty where nobody needs it. */
    synchronized Optional<Map<String, Object>> stats() {
        Map<String, Object> stats = new LinkedHashMap<>();
        if (loaded != null) {
            stats.put("state", "loaded");
            stats.put("memory_bytes", loaded.memory().bytes());
            stats.put("load_ms", loaded.loadMillis());
            stats.put("loads", loads);
            stats.put("running", calls);
            stats.put("last_used",
                    Instant.now().minusNanos(System.nanoTime() - lastUsedNanos).truncatedTo(ChronoUnit.MILLIS).toString());
            stats.put("keep_alive", KeepAlive.format(keepAlive()));
            stats.put("precision", loaded.function().precision());
            stats.put("device", loaded.function().device());
        } else if (loading) {
            stats.put("state", "loading");
        } else if (failure != null) {
            stats.put("state", "failed");
            stats.put("error", failure.getMessage());
        }
        return stats.isEmpty() ? Optional.empty() : Optional.of(stats);
    }

    private Duration keepAlive() {
        return wantedKeepAlive.orElse(model.definition().keepAlive());
    }

    private boolean isKeptForEver() {
        return !retired && keepAlive().isNegative();
    }

    private boolean mayCloseAtOnce() {
        return requests == 0 && (retired || keepAlive().isZero());
    }

    private static boolean isPast(long sinceNanos, Duration duration) {
        return Duration.ofNanos(System.nanoTime() - sinceNanos).compareTo(duration) >= 0;
    }

    /** What is to be closed, outside of the lock; null if it stays. */
    private InMemory takeIf(boolean wanted) {
        if (!wanted || loaded == null || calls > 0) return null;
        InMemory unused = loaded;
        unused.memory().leave();
        loaded = null;
        unloadWhenUnused = false;
        if (requests == 0) wantedKeepAlive = Optional.empty();
        return unused;
    }

    private static void close(InMemory unused) {
        if (unused != null) unused.close();
    }
}
