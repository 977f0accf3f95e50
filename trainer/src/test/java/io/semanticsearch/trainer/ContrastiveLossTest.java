package io.semanticsearch.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The loss against its formula in double, and its gradient against differences of that. */
class ContrastiveLossTest {

    private static final int DIMENSION = 64;
    private static final int[] SIZES = {16, 32, 64};
    private static final int TOKENS = 90;
    private static final int PAIRS = 48;
    private static final float SCALE = 12;

    private final float[] rows = rows();
    private final Batch batch = batch();

    @Test
    void loss_is_that_of_the_formula() {
        try (Shards shards = new Shards(2)) {
            assertEquals(reference(rows, DIMENSION), new ContrastiveLoss(SIZES, SCALE, shards).compute(batch, rows), 1e-4);
        }
    }

    @Test
    void gradient_is_the_slope_of_the_losses_of_all_sizes() {
        try (Shards shards = new Shards(2)) {
            ContrastiveLoss loss = new ContrastiveLoss(SIZES, SCALE, shards);
            loss.compute(batch, rows);
            double worst = 0;
            double largest = 0;
            for (int token = 2; token < TOKENS; token += 7) {
                for (int d = 0; d < DIMENSION; d += 5) {
                    double analytic = 0;
                    for (int text = 0; text < 2 * PAIRS; text++) {
                        for (int t = batch.start(text); t < batch.end(text); t++) {
                            if (batch.tokens()[t] == token) analytic += loss.gradients()[text * DIMENSION + d];
                        }
                    }
                    worst = Math.max(worst, Math.abs(analytic - slope(token * DIMENSION + d)));
                    largest = Math.max(largest, Math.abs(analytic));
                }
            }
            assertTrue(largest > 0.01, "gradients are as small as " + largest);
            assertTrue(worst < 1e-4 * Math.max(1, largest), "worst " + worst + " of " + largest);
        }
    }

    @Test
    void sizes_and_scale_are_checked() {
        try (Shards shards = new Shards(1)) {
            assertEquals("sizes are [16, 40], expected ascending multiples of 16",
                    assertThrows(TrainerException.class, () -> new ContrastiveLoss(new int[]{16, 40}, 20, shards)).getMessage());
            assertEquals("the scale is [100.0], expected 1 to 27.0",
                    assertThrows(TrainerException.class, () -> new ContrastiveLoss(SIZES, 100, shards)).getMessage());
        }
    }

    private double slope(int at) {
        float before = rows[at];
        float step = 1e-3f;
        rows[at] = before + step;
        double up = all();
        float upper = rows[at];
        rows[at] = before - step;
        double down = all();
        float lower = rows[at];
        rows[at] = before;
        return (up - down) / ((double) upper - lower);
    }

    private double all() {
        double sum = 0;
        for (int size : SIZES) sum += reference(rows, size);
        return sum;
    }

    private double reference(float[] x, int size) {
        double[][] vectors = new double[2 * PAIRS][size];
        for (int text = 0; text < 2 * PAIRS; text++) {
            double squares = 0;
            for (int d = 0; d < size; d++) {
                for (int t = batch.start(text); t < batch.end(text); t++)
                    vectors[text][d] += x[batch.tokens()[t] * DIMENSION + d];
                squares += vectors[text][d] * vectors[text][d];
            }
            for (int d = 0; d < size; d++) vectors[text][d] /= Math.sqrt(squares);
        }
        double[][] e = new double[PAIRS][PAIRS];
        for (int i = 0; i < PAIRS; i++) {
            for (int j = 0; j < PAIRS; j++) {
                double cosine = 0;
                for (int d = 0; d < size; d++) cosine += vectors[i][d] * vectors[PAIRS + j][d];
                e[i][j] = Math.exp(SCALE * (cosine - 1));
            }
            for (int j : batch.alike()[i]) e[i][j] = 0;
        }
        double loss = 0;
        for (int i = 0; i < PAIRS; i++) {
            double row = 0;
            double column = 0;
            for (int j = 0; j < PAIRS; j++) {
                row += e[i][j];
                column += e[j][i];
            }
            loss -= Math.log(e[i][i] / row) + Math.log(e[i][i] / column);
        }
        return loss / (2 * PAIRS);
    }

    private static float[] rows() {
        Dice dice = new Dice(3);
        float[] rows = new float[TOKENS * DIMENSION];
        for (int i = 0; i < rows.length; i++) rows[i] = dice.bell();
        return rows;
    }

    private static Batch batch() {
        Dice dice = new Dice(4);
        IntList tokens = new IntList(16);
        int[] ends = new int[2 * PAIRS];
        for (int text = 0; text < ends.length; text++) {
            for (int t = 1 + dice.below(6); t > 0; t--) tokens.add(2 + dice.below(TOKENS - 2));
            ends[text] = tokens.size();
        }
        int[][] alike = new int[PAIRS][0];
        alike[3] = new int[]{5, 9};
        alike[40] = new int[]{0};
        return new Batch(PAIRS, tokens.toArray(), ends, alike);
    }
}
