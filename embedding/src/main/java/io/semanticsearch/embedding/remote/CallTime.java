package io.semanticsearch.embedding.remote;

import java.time.Duration;

/** How long one call may take, which is less than its request may: a server that hangs once is to be asked again. */
final class CallTime {

    final Duration most;
    /** Aborts when the time is over, or when the request does. */
    final Abort abort = new Abort();
    private final Runnable leaveRequest;
    private final Runnable stopClock;
    private volatile boolean over;

    /** Begins at once. */
    CallTime(Server server, RequestScope scope) {
        Duration usual = server.provider().loadsModels(server.model()) ? scope.timeout : scope.timeout.dividedBy(2);
        this.most = server.model().bounds().callTimeout().orElse(usual);
        this.leaveRequest = scope.abort.add(abort::abort);
        // A request that ends first needs no clock of its call.
        this.stopClock = most.compareTo(scope.left()) < 0 ? server.timers().after(most, this::timeIsOver) : () -> {
        };
    }

    private void timeIsOver() {
        over = true;
        abort.abort();
    }

    /** Whether it was aborted for having taken too long. */
    boolean isOver() {
        return over;
    }

    /** To be called when the call has ended. */
    void end() {
        stopClock.run();
        leaveRequest.run();
    }
}
