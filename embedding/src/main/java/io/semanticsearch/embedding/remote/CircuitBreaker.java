package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.EmbeddingException;
import java.time.Duration;

/**
 * Leaves a server alone that failed several times in a row; after a pause one call tries it, and decides for the others. Safe for many
 * threads.
 */
final class CircuitBreaker {

    /** As statistics show it. */
    enum State {
        /** Calls pass. */
        CLOSED,
        /** No call passes. */
        OPEN,
        /** One call has passed, to see. */
        HALF_OPEN
    }

    private final Timers timers;
    private final int maxFailures;
    private final Duration pause;
    private State state = State.CLOSED;
    private int failures;
    private long openedAt;
    private long entered;
    private long failedUpTo;
    private long trial;
    private String reason = "";

    CircuitBreaker(Timers timers, int maxFailures, Duration pause) {
        this.timers = timers;
        this.maxFailures = maxFailures;
        this.pause = pause;
    }

    /**
     * Lets a call pass; who passes must say how it went, by one of the methods below.
     *
     * @return the number of the call
     * @throws EmbeddingException.Unavailable when it may not pass, with the reason
     */
    synchronized long enter() {
        if (state == State.OPEN && left() <= 0) {
            state = State.HALF_OPEN;
            trial = entered + 1;
        } else if (state != State.CLOSED) {
            String when = state == State.HALF_OPEN
                    ? "one call is trying it again now"
                    : "it is tried again in [" + Math.ceilDiv(left(), 1_000_000) + "] ms";
            throw new EmbeddingException.Unavailable("failed [" + failures + "] times in a row and is left alone, " + when
                    + "; the last time: " + reason);
        }
        return ++entered;
    }

    /** The server answered in its right mind. */
    synchronized void succeeded() {
        state = State.CLOSED;
        failures = 0;
    }

    synchronized void failed(long call, String why) {
        // Calls that were under way together when it failed tell no more than one of them.
        if (call <= failedUpTo) return;
        failedUpTo = entered;
        failures++;
        reason = why;
        if (state == State.HALF_OPEN || failures >= maxFailures) {
            state = State.OPEN;
            openedAt = timers.nanoTime();
        }
    }

    /** The call ended before it could tell: the next one tries. */
    synchronized void gaveUp(long call) {
        if (state == State.HALF_OPEN && call == trial) state = State.OPEN;
    }

    synchronized State state() {
        return state;
    }

    private long left() {
        return openedAt + pause.toNanos() - timers.nanoTime();
    }
}
