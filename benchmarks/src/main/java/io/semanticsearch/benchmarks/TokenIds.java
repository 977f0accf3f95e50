package io.semanticsearch.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Texts as models take them: random token ids; the same ones each time. */
final class TokenIds {
    private static final long SEED = 20_260_101;
    private static final int FIRST_WORD = 1_000;
    private static final int SHORTEST = 4;
    private static final int LONGEST = 512;
    private static final double SPREAD = 1;
    private static final double MEAN = 90;

    private TokenIds() {}

    static List<int[]> of(int texts, int tokens, int vocabulary) {
        Random random = new Random(SEED);
        List<int[]> ids = new ArrayList<>();
        for (int i = 0; i < texts; i++) ids.add(random.ints(tokens, FIRST_WORD, vocabulary).toArray());
        return ids;
    }

    /** Lengths as texts of a real collection have them: log-normal, about 90 on average, from 4 to 512. */
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
