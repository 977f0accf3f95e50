package io.semanticsearch.benchmarks;

import java.util.Arrays;

/** Durations of requests, in milliseconds. */
final class Latencies {
    private final double[] sorted;

    /** @param millis in any order; at least one */
    Latencies(double[] millis) {
        if (millis.length == 0) throw new IllegalArgumentException("there are no durations");
        sorted = millis.clone();
        Arrays.sort(sorted);
    }

    double mean() {
        return Arrays.stream(sorted).average().orElseThrow();
    }

    double median() {
        return percentile(50);
    }

    /** The smallest duration that at least {@code percent} of all do not exceed. */
    double percentile(int percent) {
        if (percent < 1 || percent > 100) throw new IllegalArgumentException("[percent] is [" + percent + "], expected 1 to 100");
        return sorted[Math.ceilDiv(percent * sorted.length, 100) - 1];
    }
}
