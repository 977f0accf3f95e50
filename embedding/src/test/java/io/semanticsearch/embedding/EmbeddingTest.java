package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class EmbeddingTest {

    @Test
    void a_vector_with_a_number_that_is_not_finite_is_the_models_fault() {
        Exception e = assertThrows(EmbeddingException.BrokenModel.class,
                () -> new Embedding.Vector(new float[]{1, Float.NaN}, 1, false));
        assertEquals("the model returned [NaN] at dimension [1], expected finite numbers; check its files", e.getMessage());
    }

    @Test
    void an_empty_vector_is_the_models_fault() {
        Exception e = assertThrows(EmbeddingException.BrokenModel.class, () -> new Embedding.Vector(new float[0], 1, false));
        assertEquals("the model returned a vector of [0] dimensions", e.getMessage());
    }

    @Test
    void each_failure_has_its_status() {
        assertEquals(400, new EmbeddingException.BadRequest("").status());
        assertEquals(429, new EmbeddingException.Overloaded("").status());
        assertEquals(503, new EmbeddingException.Unavailable("").status());
        assertEquals(504, new EmbeddingException.DeadlineExceeded("").status());
        assertEquals(500, new EmbeddingException.BrokenModel("").status());
    }

    @Test
    void the_failure_of_a_future_comes_out_of_its_wrappers() {
        EmbeddingException cause = new EmbeddingException.Overloaded("full");
        CompletableFuture<Object> future = CompletableFuture.failedFuture(cause).thenApply(x -> x).thenApply(x -> x);
        assertSame(cause, EmbeddingException.of(assertThrows(CompletionException.class, future::join)));
    }

    @Test
    void an_unforeseen_failure_becomes_one_of_the_family() {
        EmbeddingException failure = EmbeddingException.of(new CompletionException(new IllegalStateException("odd")));
        assertEquals("embedding failed: [java.lang.IllegalStateException: odd]", failure.getMessage());
        assertEquals(500, failure.status());
    }

    @Test
    void roles_are_read_by_their_wire_names() {
        assertEquals(Role.QUERY, Role.of(Role.QUERY.wireName()));
        assertEquals("document", Role.DOCUMENT.wireName());
        Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> Role.of("Query"));
        assertEquals("role [Query] is not known, expected one of [document, query]", e.getMessage());
    }
}
