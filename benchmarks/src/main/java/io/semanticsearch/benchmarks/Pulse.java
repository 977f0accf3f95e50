package io.semanticsearch.benchmarks;

/** Measures the longest time between two things that went well. Safe for many threads. */
final class Pulse {
    private long last = System.nanoTime();
    private long longest;
    private boolean ended;

    synchronized void beat() {
        if (ended) return;
        long now = System.nanoTime();
        longest = Math.max(longest, now - last);
        last = now;
    }

    /** The last pause ends now. */
    synchronized void end() {
        beat();
        ended = true;
    }

    synchronized double longestSeconds() {
        return longest / 1e9;
    }
}
