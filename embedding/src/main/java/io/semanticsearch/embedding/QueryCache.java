package io.semanticsearch.embedding;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Embeddings of query texts, kept by space and text: people search for the same again, and each shard asks for what the first had embedded.
 * Equal texts in flight share one computation. Bounded in bytes, the least useful leave first. Safe for many threads, needs no closing.
 *
 * <p>What is kept never becomes wrong, because the space names the weights; {@link #clear} only frees memory.
 */
public final class QueryCache {

    // Entry, key, value, text and array headers of a 64-bit JVM with compressed pointers, rounded up.
    private static final int ENTRY_BYTES = 200;

    private final Cache<Key, Embedding> kept;
    private final ConcurrentMap<Key, CompletableFuture<Embedding>> inFlight = new ConcurrentHashMap<>();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder shared = new LongAdder();

    /** @param maxBytes what it may keep; 0 keeps nothing, equal texts in flight still share one computation */
    public QueryCache(long maxBytes) {
        if (maxBytes < 0) throw new IllegalArgumentException("[maxBytes] is [" + maxBytes + "], expected 0 or more");
        // Upkeep on the caller's thread: the common pool belongs to everyone in the process.
        this.kept = Caffeine.newBuilder().maximumWeight(maxBytes).weigher(QueryCache::bytes).executor(Runnable::run).build();
    }

    /**
     * Counters since it was made, and what it holds.
     *
     * @param hits texts found
     * @param misses texts computed
     * @param shared texts that joined a computation in flight
     * @param entries texts held
     * @param bytes estimated bytes of what is held
     */
    public record Stats(long hits, long misses, long shared, long entries, long bytes) {}

    private record Key(String space, String text) {}

    /**
     * The embedding of a text, from memory, from a computation in flight, or from {@code embed}. Vectors are shared: not to be changed. A
     * failure reaches everyone who waits for it and is not kept, nor is {@link Embedding.Refused}.
     *
     * @param space id of the space, see {@link Space#id}
     * @param embed starts the computation; called on the caller's thread at most once for equal texts in flight
     * @return the caller's own future: to cancel it does not cancel the computation for the others
     */
    public CompletableFuture<Embedding> get(String space, String text, Function<String, CompletableFuture<Embedding>> embed) {
        return get(new Key(space, text), true, embed);
    }

    /** As {@link #get}, of a computation in flight or a new one, and without keeping what comes of it. */
    public CompletableFuture<Embedding> share(String space,
            String text,
            Function<String, CompletableFuture<Embedding>> embed) {
        return get(new Key(space, text), false, embed);
    }

    private CompletableFuture<Embedding> get(Key key, boolean keep, Function<String, CompletableFuture<Embedding>> embed) {
        Embedding found = keep ? kept.getIfPresent(key) : null;
        if (found != null) {
            hits.increment();
            return CompletableFuture.completedFuture(found);
        }
        CompletableFuture<Embedding> mine = new CompletableFuture<>();
        CompletableFuture<Embedding> others = inFlight.putIfAbsent(key, mine);
        if (others != null) {
            shared.increment();
            return others.copy();
        }
        // Someone may have finished the same between the two look-ups.
        found = keep ? kept.getIfPresent(key) : null;
        if (found != null) {
            hits.increment();
            land(key, mine, keep, found, null);
        } else {
            misses.increment();
            take(embed, key.text).whenComplete((result, failure) -> land(key, mine, keep, result, failure));
        }
        return mine.copy();
    }

    /** Drops what is kept of a space that nobody uses any more. */
    public void clear(String space) {
        kept.asMap().keySet().removeIf(key -> key.space.equals(space));
    }

    public void clear() {
        kept.invalidateAll();
    }

    public Stats stats() {
        kept.cleanUp();
        long bytes = kept.policy().eviction().orElseThrow().weightedSize().orElseThrow();
        return new Stats(hits.sum(), misses.sum(), shared.sum(), kept.estimatedSize(), bytes);
    }

    private static CompletableFuture<Embedding> take(Function<String, CompletableFuture<Embedding>> embed, String text) {
        try {
            return Objects.requireNonNull(embed.apply(text), "embed gave no future");
        } catch (Throwable e) {
            // Whatever it is must reach those who joined the flight, or they wait for ever.
            return CompletableFuture.failedFuture(e instanceof Exception ? e : EmbeddingException.of(e));
        }
    }

    private void land(Key key, CompletableFuture<Embedding> flight, boolean keep, Embedding result, Throwable failure) {
        try {
            // Kept before it leaves the flights, so that there is no moment at which it is in neither.
            if (keep && (result instanceof Embedding.Vector || result instanceof Embedding.Nothing)) kept.put(key, result);
        } finally {
            inFlight.remove(key, flight);
            if (result != null) {
                flight.complete(result);
            } else {
                flight.completeExceptionally(failure != null ? failure : new NullPointerException("embed gave no result"));
            }
        }
    }

    private static int bytes(Key key, Embedding value) {
        long values = value instanceof Embedding.Vector vector ? (long) vector.values().length * Float.BYTES : 0;
        return (int) Math.min(Integer.MAX_VALUE, ENTRY_BYTES + (long) key.text.length() * Character.BYTES + values);
    }
}
