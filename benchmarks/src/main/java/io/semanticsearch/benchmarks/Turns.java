package io.semanticsearch.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Times several ways of doing the same work by turns, each second round in the opposite order, so that noise of the machine meets all. What
 * counts is the fastest turn of each: others on the machine only ever slow a turn down.
 */
final class Turns {
    private final Map<String, Work> works = new LinkedHashMap<>();
    private final Map<String, Double> fastest = new LinkedHashMap<>();

    private final LongSupplier clock;

    private Turns(LongSupplier clock) {
        this.clock = clock;
    }

    /** By the processor time of the thread, for work that is all done on it: the time that others get does not count. */
    static Turns ofThisThread() {
        return new Turns(ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
    }

    /** By the clock on the wall, for work that several threads do. */
    static Turns onTheWall() {
        return new Turns(System::nanoTime);
    }

    interface Work {
        void run() throws Exception;
    }

    Turns add(String name, Work work) {
        works.put(name, work);
        return this;
    }

    /**
     * Does all of it.
     *
     * @param rounds how many count; one more warms up
     * @param leastMillis how long a turn lasts at least; the work is repeated for that long
     */
    Turns run(int rounds, int leastMillis) throws Exception {
        return run(rounds, leastMillis, 0);
    }

    /**
     * Does all of it.
     *
     * @param rounds how many count at least; one more warms up
     * @param leastMillis how long a turn lasts at least; the work is repeated for that long
     * @param leastSeconds how long all rounds last at least, so that short works too meet quiet moments of a machine that others use
     */
    Turns run(int rounds, int leastMillis, int leastSeconds) throws Exception {
        List<String> order = new ArrayList<>(works.keySet());
        long start = System.nanoTime();
        for (int round = 0; round <= rounds || System.nanoTime() - start < leastSeconds * 1_000_000_000L; round++) {
            for (String name : round % 2 == 0 ? order : order.reversed()) {
                double seconds = turn(works.get(name), leastMillis * 1_000_000L);
                if (round > 0) fastest.merge(name, seconds, Math::min);
            }
        }
        return this;
    }

    /** What the work took once, in the fastest turn. */
    double seconds(String name) {
        return fastest.get(name);
    }

    /** How many times as fast as the other this one is. */
    double speedup(String name, String other) {
        return seconds(other) / seconds(name);
    }

    private double turn(Work work, long leastNanos) throws Exception {
        long start = clock.getAsLong();
        long taken = 0;
        int times = 0;
        while (taken < leastNanos || times == 0) {
            work.run();
            times++;
            taken = clock.getAsLong() - start;
        }
        return taken / 1e9 / times;
    }
}
