package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.EmbeddingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

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
    /** Whose call tries it, while one does, and what its other calls do when that is decided. */
    private Object trier = this;
    private final List<Runnable> others = new ArrayList<>();

    CircuitBreaker(Timers timers, int maxFailures, Duration pause) {
        this.timers = timers;
        this.maxFailures = maxFailures;
        this.pause = pause;
    }

    /**
     * Lets a call pass; who passes must say how it went, by one of the methods below.
     *
     * @param request what the call belongs to. Calls of one request fail together, so those that come while one of them tries the server
     *        wait for it; those of other requests do not.
     * @param decided done when the call that tries it has ended, where it has to be waited for; must not throw
     * @return the number of the call; empty where it has to wait
     * @throws EmbeddingException.Unavailable when it may not pass, with the reason
     */
    synchronized OptionalLong enter(Object request, Runnable decided) {
        if (state == State.OPEN && left() <= 0) {
            state = State.HALF_OPEN;
            trial = entered + 1;
            trier = request;
        } else if (state == State.HALF_OPEN && request == trier) {
            others.add(decided);
            return OptionalLong.empty();
        } else if (state != State.CLOSED) {
            String when = state == State.HALF_OPEN
                    ? "one call is trying it again now"
                    : "it is tried again in [" + Math.ceilDiv(left(), 1_000_000) + "] ms";
            throw new EmbeddingException.Unavailable("failed [" + failures + "] times in a row and is left alone, " + when
                    + "; the last time: " + reason);
        }
        return OptionalLong.of(++entered);
    }

    /** The server answered in its right mind. */
    void succeeded() {
        List<Runnable> waiting;
        synchronized (this) {
            state = State.CLOSED;
            failures = 0;
            waiting = takeOthers();
        }
        waiting.forEach(Runnable::run);
    }

    void failed(long call, String why) {
        List<Runnable> waiting;
        synchronized (this) {
            count(call, why);
            waiting = takeOthers();
        }
        waiting.forEach(Runnable::run);
    }

    private void count(long call, String why) {
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
    void gaveUp(long call) {
        List<Runnable> waiting;
        synchronized (this) {
            if (state == State.HALF_OPEN && call == trial) state = State.OPEN;
            waiting = takeOthers();
        }
        waiting.forEach(Runnable::run);
    }

    /** Those that wait no more; to be run outside of the lock, for they come back at once. */
    private List<Runnable> takeOthers() {
        if (state == State.HALF_OPEN) return List.of();
        List<Runnable> waiting = List.copyOf(others);
        others.clear();
        trier = this;
        return waiting;
    }

    synchronized State state() {
        return state;
    }

    private long left() {
        return openedAt + pause.toNanos() - timers.nanoTime();
    }
}
