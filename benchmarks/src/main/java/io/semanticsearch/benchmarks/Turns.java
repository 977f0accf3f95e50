package io.semanticsearch.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Times several ways of doing the same work by turns, each second round in the opposite order, so that noise of the machine meets all. How
 * long a work takes is its fastest turn: others on the machine only ever slow one down. How works compare is the median over the rounds of
 * what they took in the same round, which had the same neighbours: of two works that are one, 35 seconds of turns gave 0.994 to 1.002 on a
 * busy machine, and their fastest turns 0.98 to 1.16.
 */
final class Turns {
    private final Map<String, Work> works = new LinkedHashMap<>();
    private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

    private final LongSupplier clock;

    /** By a clock of nanoseconds. */
    Turns(LongSupplier clock) {
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
                double taken = turn(works.get(name), leastMillis * 1_000_000L);
                if (round > 0) seconds.computeIfAbsent(name, first -> new ArrayList<>()).add(taken);
            }
        }
        return this;
    }

    /** What the work took once, in the fastest turn. */
    double seconds(String name) {
        return Collections.min(seconds.get(name));
    }

    /** How many times as fast as the other this one is: the median over the rounds. */
    double speedup(String name, String other) {
        List<Double> these = seconds.get(name);
        List<Double> others = seconds.get(other);
        double[] ratios = IntStream.range(0, these.size()).mapToDouble(round -> others.get(round) / these.get(round)).sorted()
                .toArray();
        return (ratios[ratios.length / 2] + ratios[(ratios.length - 1) / 2]) / 2;
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
