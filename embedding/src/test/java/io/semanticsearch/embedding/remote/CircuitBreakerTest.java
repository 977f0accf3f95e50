package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import io.semanticsearch.embedding.EmbeddingException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final SteppedTimers timers = new SteppedTimers();
    private final CircuitBreaker breaker = new CircuitBreaker(timers, 2, PAUSE);

    @Test
    void failures_of_calls_side_by_side_count_once() {
        long first = enter();
        long second = enter();
        long third = enter();
        breaker.failed(second, "x");
        breaker.failed(first, "x");
        breaker.failed(third, "x");
        assertEquals(CircuitBreaker.State.CLOSED, breaker.state());
        breaker.failed(enter(), "x");
        assertEquals(CircuitBreaker.State.OPEN, breaker.state());
    }

    @Test
    void one_call_decides_for_all() {
        open();
        timers.advance(PAUSE.minusMillis(1));
        assertEquals("failed [2] times in a row and is left alone, it is tried again in [1] ms; the last time: down",
                assertThrows(EmbeddingException.Unavailable.class, this::enter).getMessage());
        timers.advance(Duration.ofMillis(1));
        long trial = enter();
        assertEquals("failed [2] times in a row and is left alone, one call is trying it again now; the last time: down",
                assertThrows(EmbeddingException.Unavailable.class, this::enter).getMessage());
        breaker.failed(trial, "down still");
        assertEquals(CircuitBreaker.State.OPEN, breaker.state());
        timers.advance(PAUSE);
        enter();
        breaker.succeeded();
        assertEquals(CircuitBreaker.State.CLOSED, breaker.state());
    }

    @Test
    void a_trial_that_is_given_up_leaves_it_to_the_next() {
        long old = enter();
        open();
        timers.advance(PAUSE);
        long trial = enter();
        breaker.failed(old, "old news");
        breaker.gaveUp(old);
        assertEquals(CircuitBreaker.State.HALF_OPEN, breaker.state());
        breaker.gaveUp(trial);
        enter();
        breaker.succeeded();
        assertEquals(CircuitBreaker.State.CLOSED, breaker.state());
    }

    private void open() {
        breaker.failed(enter(), "down");
        breaker.failed(enter(), "down");
    }

    /** The number of a call of a request of its own. */
    private long enter() {
        return breaker.enter(new Object(), () -> fail("no call of its request tries the server")).getAsLong();
    }
}
