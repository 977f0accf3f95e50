package io.semanticsearch.trainer;

import java.util.Arrays;

/**
 * Moves the rows of tokens against their gradients, by Adam. Only the tokens of a batch are touched, and each row counts its own steps: one
 * that is rarely met moves as far at its first meeting as a common one at its own.
 */
final class AdamRows {

    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final int TOKENS_OF_SHARD = 64;

    private final float[] rows;
    private final int dimension;
    private final float[] means;
    private final float[] squares;
    private final int[] steps;
    private final int[] count;
    private final Shards shards;

    /** @param rows float32 [tokens, dimension], changed by every step */
    AdamRows(float[] rows, int dimension, Shards shards) {
        this.rows = rows;
        this.dimension = dimension;
        this.means = new float[rows.length];
        this.squares = new float[rows.length];
        this.steps = new int[rows.length / dimension];
        this.count = new int[rows.length / dimension + 1];
        this.shards = shards;
    }

    /** @param gradients by the sums of the rows of each text, float32 [texts, dimension] */
    void step(Batch batch, float[] gradients, float rate) {
        Arrays.fill(count, 0);
        int[] tokens = batch.tokens();
        int total = batch.ends()[batch.ends().length - 1];
        for (int t = 0; t < total; t++) count[tokens[t] + 1]++;
        IntList met = new IntList(1 << 14);
        for (int t = 0; t + 1 < count.length; t++) {
            if (count[t + 1] > 0 && t >= WordPieces.SPECIAL.size()) met.add(t);
            count[t + 1] += count[t];
        }
        int[] next = Arrays.copyOf(count, count.length - 1);
        int[] texts = new int[total];
        for (int text = 0; text < batch.ends().length; text++) {
            for (int t = batch.start(text); t < batch.end(text); t++) texts[next[tokens[t]]++] = text;
        }
        shards.ranges(met.size(), TOKENS_OF_SHARD, (from, to) -> {
            float[] gradient = new float[dimension];
            for (int i = from; i < to; i++) {
                int token = met.get(i);
                Arrays.fill(gradient, 0);
                for (int t = count[token]; t < count[token + 1]; t++) {
                    Lanes.add(gradients, texts[t] * dimension, gradient, 0, dimension);
                }
                move(token, gradient, rate);
            }
        });
    }

    private void move(int token, float[] gradient, float rate) {
        int step = ++steps[token];
        double mean = 1 - StrictMath.pow(BETA1, step);
        double square = 1 - StrictMath.pow(BETA2, step);
        Lanes.adam(gradient, rows, means, squares, token * dimension, dimension, BETA1, BETA2, (float) (rate / mean),
                (float) (1 / square));
    }
}
