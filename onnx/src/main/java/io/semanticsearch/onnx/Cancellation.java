package io.semanticsearch.onnx;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Ends runs before they are done: when another thread says so, or at a deadline. One for a request, used for all runs that work for it,
 * also at the same time. A run ends between two operators of the model, so within milliseconds, not at once. Safe for many threads; holds
 * nothing native.
 */
public final class Cancellation {

    /** For runs that nothing ends. */
    static final Cancellation NEVER = new Cancellation(false, 0);

    private final ReentrantLock lock = new ReentrantLock();
    private final List<NativeRunOptions> running = new ArrayList<>(1);
    private final boolean hasDeadline;
    private final long deadline;
    private Reason reason = Reason.NONE;

    private enum Reason {
        NONE, CANCELLED, DEADLINE
    }

    private Cancellation(boolean hasDeadline, long deadline) {
        this.hasDeadline = hasDeadline;
        this.deadline = deadline;
    }

    /** Without a deadline. */
    public Cancellation() {
        this(false, 0);
    }

    /** With a deadline that far from now. */
    public static Cancellation after(Duration time) {
        return at(System.nanoTime() + time.toNanos());
    }

    /** @param nanoTime deadline, on the clock of {@link System#nanoTime} */
    public static Cancellation at(long nanoTime) {
        return new Cancellation(true, nanoTime);
    }

    /** Ends the runs that use it, and any that begin later. */
    public void cancel() {
        stop(Reason.CANCELLED);
    }

    /** Whether it was cancelled or its deadline has passed. */
    public boolean isCancelled() {
        lock.lock();
        try {
            return reason != Reason.NONE || isPast();
        } finally {
            lock.unlock();
        }
    }

    /** On the clock of {@link System#nanoTime}: only differences mean something. */
    long deadline() {
        return deadline;
    }

    /** Its deadline has come. */
    void expire() {
        stop(Reason.DEADLINE);
    }

    /** A run begins; {@link #end} must follow unless this throws. */
    void begin(NativeRunOptions run) {
        if (this == NEVER) return;
        lock.lock();
        try {
            if (reason == Reason.NONE && isPast()) reason = Reason.DEADLINE;
            check(run.what());
            if (hasDeadline && running.isEmpty()) run.deadlines().add(this);
            running.add(run);
        } finally {
            lock.unlock();
        }
    }

    /** A run has ended, for whatever reason. */
    void end(NativeRunOptions run) {
        if (this == NEVER) return;
        lock.lock();
        try {
            running.remove(run);
            if (hasDeadline && running.isEmpty()) run.deadlines().remove(this);
            if (reason != Reason.NONE) run.undoTerminate();
        } finally {
            lock.unlock();
        }
    }

    /** Throws if it was used. */
    void check(String what) {
        lock.lock();
        try {
            switch (reason) {
                case NONE -> {
                }
                case CANCELLED -> throw new OnnxCancelledException(what + " was cancelled", false);
                case DEADLINE -> throw new OnnxCancelledException(what + " did not end before its deadline", true);
            }
        } finally {
            lock.unlock();
        }
    }

    private void stop(Reason why) {
        lock.lock();
        try {
            if (reason != Reason.NONE) return;
            reason = why;
            running.forEach(NativeRunOptions::terminate);
        } finally {
            lock.unlock();
        }
    }

    private boolean isPast() {
        return hasDeadline && deadline - System.nanoTime() <= 0;
    }
}
