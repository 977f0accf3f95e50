package io.semanticsearch.embedding.remote;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The time of this machine, and one daemon thread. */
final class DaemonTimers implements Timers {

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, action -> {
        Thread daemon = Executors.defaultThreadFactory().newThread(action);
        daemon.setName("semantic-remote-timer");
        daemon.setDaemon(true);
        return daemon;
    });

    DaemonTimers() {
        // Most are taken back long before their time.
        thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Runnable after(Duration delay, Runnable action) {
        Future<?> future = thread.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
