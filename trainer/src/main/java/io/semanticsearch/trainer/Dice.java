package io.semanticsearch.trainer;

/**
 * Pseudo-random numbers that depend on their seed alone: SplitMix64, https://prng.di.unimi.it/splitmix64.c. Written out, so that a model
 * does not change with the Java runtime. For one thread.
 */
final class Dice {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    Dice(long seed) {
        this.state = seed;
    }

    /** Numbers of their own for one of many tasks, whichever thread takes it. */
    static Dice of(long seed, long task, long part) {
        return new Dice(mix(mix(mix(seed + GOLDEN) + task + GOLDEN) + part + GOLDEN));
    }

    long next() {
        state += GOLDEN;
        return mix(state);
    }

    /** @return 0 to below the bound */
    int below(int bound) {
        return (int) ((next() >>> 32) * bound >>> 32);
    }

    /** @return 0 to below 1, in steps of 2⁻²⁴ */
    float fraction() {
        return (next() >>> 40) * 0x1p-24f;
    }

    boolean chance(float probability) {
        return fraction() < probability;
    }

    /** Of mean 0 and variance 1, near enough to normal for projections: the sum of twelve fractions. */
    float bell() {
        float sum = -6;
        for (int i = 0; i < 12; i++) sum += fraction();
        return sum;
    }

    /** Puts the first {@code count} entries into an order of chance. */
    void shuffle(int[] entries, int count) {
        for (int i = count - 1; i > 0; i--) {
            int other = below(i + 1);
            int entry = entries[i];
            entries[i] = entries[other];
            entries[other] = entry;
        }
    }

    private static long mix(long x) {
        long z = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
