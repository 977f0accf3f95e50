package io.semanticsearch.trainer;

import java.io.PrintStream;
import java.util.Locale;

/** Says what is being done and how long it will still take, at most every few seconds. Safe for many threads. */
final class Progress {

    private static final long BETWEEN_NANOS = 10_000_000_000L;

    private final PrintStream out;
    private final long began = System.nanoTime();
    private String stage = "";
    private long steps;
    private long done;
    private long stageBegan;
    private long said;

    Progress(PrintStream out) {
        this.out = out;
    }

    /** @param steps how often {@link #step} will be called */
    synchronized void begin(String name, long steps) {
        this.stage = name;
        this.steps = steps;
        this.done = 0;
        this.stageBegan = System.nanoTime();
        this.said = stageBegan;
    }

    void step() {
        step("");
    }

    /** @param note what to say besides, such as a loss */
    synchronized void step(String note) {
        done++;
        long now = System.nanoTime();
        if (now - said < BETWEEN_NANOS || done == steps) return;
        said = now;
        double left = (now - stageBegan) / 1e9 / done * (steps - done);
        out.printf(Locale.ROOT, "%s  %s: %d %%, %s left%s%n", clock(now), stage, done * 100 / steps, time(left), note);
    }

    synchronized void end() {
        long now = System.nanoTime();
        out.printf(Locale.ROOT, "%s  %s: %s%n", clock(now), stage, time((now - stageBegan) / 1e9));
    }

    void say(String line) {
        out.printf(Locale.ROOT, "%s  %s%n", clock(System.nanoTime()), line);
    }

    private String clock(long now) {
        long seconds = (now - began) / 1_000_000_000L;
        return String.format(Locale.ROOT, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    private static String time(double seconds) {
        return seconds < 90
                ? String.format(Locale.ROOT, "%.0f s", seconds)
                : String.format(Locale.ROOT, "%.1f min", seconds / 60);
    }
}
