package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class QueryCacheTest {

    private static final Embedding VECTOR = new Embedding.Vector(new float[]{1, 0}, 1, false);

    private final List<String> computed = new ArrayList<>();
    private final QueryCache cache = new QueryCache(100_000);

    @Test
    void a_text_is_computed_once() {
        assertSame(VECTOR, cache.get("s", "a", this::compute).join());
        assertSame(VECTOR, cache.get("s", "a", this::compute).join());
        assertEquals(List.of("a"), computed);
        QueryCache.Stats stats = cache.stats();
        assertEquals(1, stats.hits());
        assertEquals(1, stats.misses());
        assertEquals(1, stats.entries());
        assertTrue(stats.bytes() > 8, "bytes: " + stats.bytes());
    }

    @Test
    void another_text_or_another_space_is_another_entry() {
        cache.get("s", "a", this::compute).join();
        cache.get("s", "b", this::compute).join();
        cache.get("t", "a", this::compute).join();
        assertEquals(List.of("a", "b", "a"), computed);
    }

    @Test
    void equal_texts_in_flight_share_one_computation() {
        CompletableFuture<Embedding> computation = new CompletableFuture<>();
        CompletableFuture<Embedding> first = cache.get("s", "a", text -> computation);
        CompletableFuture<Embedding> second = cache.get("s", "a", this::compute);
        assertFalse(first.isDone() || second.isDone());
        computation.complete(VECTOR);
        assertSame(VECTOR, first.join());
        assertSame(VECTOR, second.join());
        assertEquals(List.of(), computed);
        assertEquals(1, cache.stats().shared());
    }

    @Test
    void what_is_not_to_be_kept_is_made_anew_and_still_shared() {
        cache.get("s", "a", this::compute).join();
        cache.share("s", "a", this::compute).join();
        cache.share("s", "b", this::compute).join();
        cache.get("s", "b", this::compute).join();
        assertEquals(List.of("a", "a", "b", "b"), computed);
        CompletableFuture<Embedding> computation = new CompletableFuture<>();
        CompletableFuture<Embedding> first = cache.share("s", "c", text -> computation);
        CompletableFuture<Embedding> second = cache.share("s", "c", this::compute);
        computation.complete(VECTOR);
        assertSame(VECTOR, first.join());
        assertSame(VECTOR, second.join());
        assertEquals(1, cache.stats().shared());
    }

    @Test
    void one_callers_cancel_leaves_the_computation_to_the_others() {
        CompletableFuture<Embedding> computation = new CompletableFuture<>();
        CompletableFuture<Embedding> first = cache.get("s", "a", text -> computation);
        CompletableFuture<Embedding> second = cache.get("s", "a", this::compute);
        assertTrue(first.cancel(true));
        assertFalse(computation.isCancelled());
        computation.complete(VECTOR);
        assertSame(VECTOR, second.join());
    }

    @Test
    void a_failure_reaches_all_who_wait_and_is_not_kept() {
        CompletableFuture<Embedding> computation = new CompletableFuture<>();
        CompletableFuture<Embedding> first = cache.get("s", "a", text -> computation);
        CompletableFuture<Embedding> second = cache.get("s", "a", this::compute);
        EmbeddingException cause = new EmbeddingException.Unavailable("gone");
        computation.completeExceptionally(cause);
        for (CompletableFuture<Embedding> each : List.of(first, second)) {
            assertSame(cause, EmbeddingException.of(assertThrows(ExecutionException.class, each::get)));
        }
        assertSame(VECTOR, cache.get("s", "a", this::compute).join());
    }

    @Test
    void a_computation_that_does_not_even_start_is_a_failure_like_any_other() {
        Error cause = new StackOverflowError();
        CompletableFuture<Embedding> failed = cache.get("s", "a", text -> {
            throw cause;
        });
        assertSame(cause, EmbeddingException.of(assertThrows(CompletionException.class, failed::join)).getCause());
        CompletableFuture<Embedding> none = cache.get("s", "a", text -> CompletableFuture.completedFuture(null));
        assertEquals("embed gave no result", assertThrows(CompletionException.class, none::join).getCause().getMessage());
        assertSame(VECTOR, cache.get("s", "a", this::compute).join());
    }

    @Test
    void a_refusal_is_not_kept() {
        Embedding refused = new Embedding.Refused("too long");
        assertSame(refused, cache.get("s", "a", text -> CompletableFuture.completedFuture(refused)).join());
        assertSame(VECTOR, cache.get("s", "a", this::compute).join());
    }

    @Test
    void a_text_with_nothing_to_embed_is_kept() {
        cache.get("s", "?", text -> CompletableFuture.completedFuture(Embedding.NOTHING)).join();
        assertSame(Embedding.NOTHING, cache.get("s", "?", this::compute).join());
        assertEquals(List.of(), computed);
    }

    @Test
    void what_is_kept_stays_below_the_bound() {
        for (int i = 0; i < 5_000; i++) {
            cache.get("s", "text " + i, this::compute).join();
        }
        QueryCache.Stats stats = cache.stats();
        assertTrue(stats.bytes() <= 100_000 && stats.entries() > 100, stats.toString());
    }

    @Test
    void one_entry_larger_than_the_bound_is_not_kept() {
        cache.get("s", "x".repeat(60_000), this::compute).join();
        assertEquals(0, cache.stats().entries());
    }

    @Test
    void a_bound_of_zero_keeps_nothing() {
        QueryCache off = new QueryCache(0);
        off.get("s", "a", this::compute).join();
        off.get("s", "a", this::compute).join();
        assertEquals(List.of("a", "a"), computed);
        assertEquals(0, off.stats().entries());
    }

    @Test
    void a_space_can_be_cleared_alone() {
        cache.get("s", "a", this::compute).join();
        cache.get("t", "a", this::compute).join();
        cache.clear("s");
        cache.get("t", "a", this::compute).join();
        assertEquals(2, computed.size());
        cache.get("s", "a", this::compute).join();
        assertEquals(3, computed.size());
        cache.clear();
        assertEquals(0, cache.stats().entries());
    }

    private CompletableFuture<Embedding> compute(String text) {
        computed.add(text);
        return CompletableFuture.completedFuture(VECTOR);
    }
}
