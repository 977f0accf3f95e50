package io.semanticsearch.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.trainer.Gemm.View;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arithmetic under the training, and what the figures are computed with. */
class NumbersTest {

    @Test
    void a_product_of_matrices_is_the_sum_of_products_in_order() {
        Dice dice = new Dice(1);
        int rows = 101;
        int inner = 300;
        int columns = 77;
        float[] a = random(rows * inner, dice);
        float[] b = random(inner * columns, dice);
        float[] c = new float[rows * columns];
        try (Shards shards = new Shards(3)) {
            new Gemm(shards).multiply(new View(a, 0, inner, 1), new View(b, 0, columns, 1), new View(c, 0, columns, 1), rows,
                    inner, columns,
                    false);
        }
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                float sum = 0;
                for (int k = 0; k < inner; k++) sum = Math.fma(a[i * inner + k], b[k * columns + j], sum);
                assertEquals(sum, c[i * columns + j], "to the last bit, at " + i + ", " + j);
            }
        }
    }

    @Test
    void exponentials_are_right_to_six_digits() {
        float[] x = new float[160];
        float[] y = new float[160];
        for (int i = 0; i < x.length; i++) x[i] = 1 - i / 80f;
        Lanes.exponentials(20, x, y, 0, x.length);
        for (int i = 0; i < x.length; i++) {
            double exact = StrictMath.exp(20 * ((double) x[i] - 1));
            // A float exponent of 40 is itself off by 4e-6.
            assertEquals(1, y[i] / exact, 6e-6, "of " + x[i]);
        }
    }

    @Test
    void int8_is_off_by_half_a_step_at_most() {
        Dice dice = new Dice(2);
        float[] rows = random(40 * 32, dice);
        Arrays.fill(rows, 0, 32, 0);
        Int8Rows rounded = Int8Rows.of(rows, 32);
        for (int row = 0; row < 40; row++) {
            float max = 0;
            for (int i = row * 32; i < row * 32 + 32; i++) max = Math.max(max, Math.abs(rows[i]));
            for (int i = row * 32; i < row * 32 + 32; i++) {
                assertEquals(rows[i], rounded.codes()[i] * rounded.scales()[row], max / 254 * 1.0001, "row " + row);
            }
        }
        assertEquals(0, rounded.scales()[0]);
    }

    @Test
    void adam_moves_a_row_by_the_rate_at_its_first_step() {
        float[] rows = new float[6 * 16];
        int[] ends = new int[32];
        Arrays.setAll(ends, i -> i + 1);
        int[] tokens = new int[32];
        Arrays.setAll(tokens, i -> i % 2 == 0 ? 3 : WordPieces.UNKNOWN);
        float[] gradients = new float[32 * 16];
        Arrays.fill(gradients, 0.25f);
        try (Shards shards = new Shards(1)) {
            new AdamRows(rows, 16, shards).step(new Batch(16, tokens, ends, new int[16][0]), gradients, 0.01f);
        }
        for (int i = 0; i < rows.length; i++) assertEquals(i / 16 == 3 ? -0.01 : 0, rows[i], 1e-7, "at " + i);
    }

    @Test
    void neighbours_stand_together() {
        Dice dice = new Dice(6);
        float[] vectors = new float[400 * 16];
        for (int i = 0; i < 400; i++) vectors[i * 16 + i % 8] = 1 + 0.1f * dice.bell();
        int[] order = Neighbourhoods.order(vectors, 16, 1);
        assertArrayEquals(java.util.stream.IntStream.range(0, 400).toArray(), Arrays.stream(order).sorted().toArray());
        int together = 0;
        for (int i = 1; i < order.length; i++) if (order[i] % 8 == order[i - 1] % 8) together++;
        assertTrue(together > 280, together + " of 399 stand beside one of their kind");
    }

    @Test
    void spearman_is_the_correlation_of_ranks() {
        assertArrayEquals(new double[]{2.5, 1, 2.5, 4}, Judge.ranks(new double[]{5, -1, 5, 9}));
        assertEquals(-1, Judge.correlation(new double[]{1, 2, 3}, new double[]{6, 4, 2}), 1e-12);
    }

    @Test
    void quoted_cells_may_hold_commas_and_quotes() {
        assertEquals(List.of("a, b", "say \"c\"", "1.5"), Csv.cells("\"a, b\",\"say \"\"c\"\"\",1.5"));
    }

    @Test
    void wrong_options_are_refused_by_name() {
        assertTrue(message("--fast", "1").startsWith("unknown option [--fast]\ntrainer/run [OPTION …]"));
        assertEquals("[--sample] needs a value", message("--sample"));
        assertEquals("[--threads] is [0], expected a number from 1.0 to 1024.0", message("--threads", "0"));
        assertEquals("[steps] is [many], expected a number", message("--set", "steps=many"));
        assertTrue(message("--set", "speed=1").startsWith("the recipe has no [speed], expected one of [seed, vocabulary, "));
    }

    private static String message(String... words) {
        return assertThrows(TrainerException.class, () -> Options.parse(List.of(words), Path.of(""))).getMessage();
    }

    private static float[] random(int count, Dice dice) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) numbers[i] = dice.bell();
        return numbers;
    }
}
