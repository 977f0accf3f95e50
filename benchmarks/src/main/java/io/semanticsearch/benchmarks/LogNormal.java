package io.semanticsearch.benchmarks;

import java.util.Random;

/** Lengths as texts of a real collection have them: about 90 tokens on average, from 4 to 512, few of them long; the same ones each time. */
final class LogNormal {
    private static final long SEED = 20_260_101;
    private static final int SHORTEST = 4;
    private static final int LONGEST = 512;
    private static final double SPREAD = 1;
    private static final double MEAN = 90;

    private LogNormal() {}

    static int[] lengths(int texts) {
        Random random = new Random(SEED);
        int[] lengths = new int[texts];
        for (int i = 0; i < texts; i++) {
            double length = Math.exp(Math.log(MEAN) - SPREAD * SPREAD / 2 + SPREAD * random.nextGaussian());
            lengths[i] = Math.clamp(Math.round(length), SHORTEST, LONGEST);
        }
        return lengths;
    }
}
