package io.semanticsearch.onnx;

import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Ends runs at their deadlines, from a thread that lives only while there are any. Native code cannot be interrupted, so somebody has to
 * tell it. Safe for many threads.
 */
final class DeadlineWatch {

    /** How long the thread waits for more, in nanoseconds. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

    private final long patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Cancellation> waiting = new PriorityQueue<>((a, b) -> Long.signum(a.deadline() - b.deadline()));
    private boolean watched;
    /** When the thread wakes up by itself, on the clock of {@link System#nanoTime}. */
    private long wakesAt;
    private boolean usedSince;

    DeadlineWatch() {
        this(PATIENCE);
    }

    /** @param patience nanoseconds */
    DeadlineWatch(long patience) {
        this.patience = patience;
    }

    void add(Cancellation cancellation) {
        lock.lock();
        try {
            waiting.add(cancellation);
            usedSince = true;
            if (!watched) {
                start(cancellation);
            } else if (cancellation.deadline() - wakesAt < 0) {
                // Only then: to wake it costs more than a short run does.
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether its thread lives. */
    boolean isWatched() {
        lock.lock();
        try {
            return watched;
        } finally {
            lock.unlock();
        }
    }

    void remove(Cancellation cancellation) {
        lock.lock();
        try {
            waiting.remove(cancellation);
        } finally {
            lock.unlock();
        }
    }

    private void start(Cancellation first) {
        try {
            // Inherited thread locals would keep the caller's context alive.
            Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("onnx-deadlines").start(this::watch);
            watched = true;
        } catch (Throwable e) {
            waiting.remove(first);
            throw new OnnxException(OnnxException.NO_CODE, "no thread could be started to watch deadlines: " + e, e);
        }
    }

    private void watch() {
        try {
            for (Cancellation due = next(); due != null; due = next()) {
                // Outside of the lock, which is taken under that of a cancellation elsewhere.
                due.expire();
            }
        } catch (Throwable e) {
            // Uncaught it could end the process. The next deadline starts a new thread.
            lock.lock();
            watched = false;
            lock.unlock();
        }
    }

    /** Waits for the next deadline to pass; null when there has been none for a while, and the thread is to end. */
    private Cancellation next() {
        lock.lock();
        try {
            while (true) {
                Cancellation first = waiting.peek();
                long now = System.nanoTime();
                if (first != null && first.deadline() - now <= 0) return waiting.poll();
                usedSince = false;
                wakesAt = now + patience;
                if (first != null && first.deadline() - wakesAt < 0) wakesAt = first.deadline();
                sleep(wakesAt - now);
                if (waiting.isEmpty() && !usedSince) {
                    watched = false;
                    return null;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void sleep(long nanos) {
        try {
            changed.awaitNanos(nanos);
        } catch (InterruptedException e) {
            // Nobody but us has this thread; it just looks again.
        }
    }
}
