package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A time that stands still until the test lets it go on. */
final class SteppedTimers implements Timers {

    // For a machine that does many other things; nothing waits for so long that goes well.
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final Set<Duration> deadlines;
    private final List<Entry> entries = new ArrayList<>();
    private long now;

    private record Entry(long due, Duration delay, Runnable action) {}

    /** @param deadlines delays that are no pauses */
    SteppedTimers(Duration... deadlines) {
        this.deadlines = Set.of(deadlines);
    }

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public Runnable after(Duration delay, Runnable action) {
        synchronized (this) {
            Entry entry = new Entry(now + delay.toNanos(), delay, action);
            entries.add(entry);
            notifyAll();
            return () -> {
                synchronized (this) {
                    entries.remove(entry);
                }
            };
        }
    }

    /** Waits until something waits that is no deadline, and gives for how long it does. */
    synchronized Duration awaitPause() {
        long end = System.nanoTime() + PATIENCE;
        while (true) {
            for (Entry entry : entries) {
                if (!deadlines.contains(entry.delay)) return entry.delay;
            }
            long left = end - System.nanoTime();
            if (left <= 0) return fail("nothing waits; deadlines: " + entries.size());
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return fail("interrupted");
            }
        }
    }

    /** Waits for a pause and ends it. */
    Duration endPause() {
        Duration pause = awaitPause();
        advance(pause);
        return pause;
    }

    /** Lets so much time pass, and does what becomes due. */
    void advance(Duration time) {
        List<Entry> due;
        synchronized (this) {
            now += time.toNanos();
            due = entries.stream().filter(entry -> entry.due <= now).sorted(Comparator.comparingLong(Entry::due)).toList();
            entries.removeAll(due);
        }
        due.forEach(entry -> entry.action.run());
    }

    synchronized int waiting() {
        return entries.size();
    }

    @Override
    public synchronized void close() {
        entries.clear();
    }
}
