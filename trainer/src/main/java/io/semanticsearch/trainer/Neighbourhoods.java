package io.semanticsearch.trainer;

import java.util.Arrays;

/**
 * Puts vectors into an order in which those near each other stand near each other: cuts them into two halves along the line between two
 * that are far apart, and each half again.
 */
final class Neighbourhoods {

    private static final int LEAF = 4;
    /** Of which the two that are farthest apart give the line. */
    private static final int CANDIDATES = 12;

    private final float[] vectors;
    private final int dimension;
    private final Dice dice;
    private final float[] place;

    private Neighbourhoods(float[] vectors, int dimension, long seed) {
        this.vectors = vectors;
        this.dimension = dimension;
        this.dice = new Dice(seed);
        this.place = new float[vectors.length / dimension];
    }

    /**
     * @param vectors float32 [count, dimension], the dimension a multiple of {@link Lanes#WIDTH}
     * @return a permutation of 0 to below the count
     */
    static int[] order(float[] vectors, int dimension, long seed) {
        Neighbourhoods neighbourhoods = new Neighbourhoods(vectors, dimension, seed);
        Integer[] order = new Integer[vectors.length / dimension];
        Arrays.setAll(order, i -> i);
        neighbourhoods.cut(order, 0, order.length);
        return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
    }

    private void cut(Integer[] order, int from, int to) {
        if (to - from <= LEAF) return;
        int[] poles = poles(order, from, to);
        float[] line = new float[dimension];
        Lanes.add(vectors, poles[0] * dimension, line, 0, dimension);
        Lanes.addScaled(-1, vectors, poles[1] * dimension, line, 0, dimension);
        for (int i = from; i < to; i++) place[order[i]] = Lanes.dot(vectors, order[i] * dimension, line, 0, dimension);
        Arrays.sort(order, from, to, (a, b) -> place[a] != place[b] ? Float.compare(place[a], place[b]) : Integer.compare(a, b));
        int middle = (from + to) >>> 1;
        cut(order, from, middle);
        cut(order, middle, to);
    }

    private int[] poles(Integer[] order, int from, int to) {
        int[] candidates = new int[CANDIDATES];
        for (int i = 0; i < CANDIDATES; i++) candidates[i] = order[from + dice.below(to - from)];
        int[] poles = {candidates[0], candidates[1]};
        float least = Float.POSITIVE_INFINITY;
        for (int i = 0; i < CANDIDATES; i++) {
            for (int j = 0; j < i; j++) {
                float near = Lanes.dot(vectors, candidates[i] * dimension, vectors, candidates[j] * dimension, dimension);
                if (near >= least) continue;
                least = near;
                poles[0] = candidates[i];
                poles[1] = candidates[j];
            }
        }
        return poles;
    }
}
