package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.Role;
import java.time.Duration;

/**
 * What the calls of one request have in common: until when, and how they end before that. Safe for many threads.
 */
final class RequestScope {

    final Role role;
    final Abort abort = new Abort();
    final Duration timeout;
    private final Timers timers;
    private final long deadline;
    private volatile String lastReason = "";

    RequestScope(Role role, Duration timeout, Timers timers) {
        this.role = role;
        this.timeout = timeout;
        this.timers = timers;
        this.deadline = timers.nanoTime() + timeout.toNanos();
    }

    /** What is left of the time; zero when it is over. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, deadline - timers.nanoTime()));
    }

    /** Does something later unless the request has ended by then. */
    void after(Duration delay, Runnable action) {
        if (abort.isAborted()) return;
        if (delay.isZero()) {
            action.run();
        } else {
            Runnable takeBack = timers.after(delay, action);
            abort.add(takeBack);
        }
    }

    /** Keeps why a call did not succeed, for the message when time runs out. */
    void failed(String reason) {
        lastReason = reason;
    }

    /** The last reason as the end of a message. */
    String because() {
        String reason = lastReason;
        return reason.isEmpty() ? "" : "; the last time: " + reason;
    }
}
