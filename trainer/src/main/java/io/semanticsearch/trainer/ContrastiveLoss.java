package io.semanticsearch.trainer;

import io.semanticsearch.trainer.Gemm.View;
import java.util.Arrays;

/**
 * How far pairs of texts are from being told from all other pairs of a batch, and which way to move their vectors.
 *
 * <p>The cosine of each first text with each second one, times a scale, goes through a softmax over the second texts, and one over the
 * first texts; the loss is the mean of minus the logarithms of what the right ones get (InfoNCE with in-batch negatives, both ways; van den
 * Oord and others 2018, https://arxiv.org/abs/1807.03748). The same is asked of the vectors' beginnings, so that these can be used alone
 * (Matryoshka; Kusupati and others 2022, https://arxiv.org/abs/2205.13147). All sizes share one product of the texts' sums.
 *
 * <p>Keeps its arrays from batch to batch; for one batch at a time.
 */
final class ContrastiveLoss {

    private static final int ROWS_OF_SHARD = 32;
    private static final float MAX_SCALE = 27;

    private final int[] sizes;
    private final int dimension;
    private final float scale;
    private final Shards shards;
    private final Gemm gemm;

    private float[] sums = {};
    private float[] gradients = {};
    private float[][] cosines;
    private float[][] shares;
    private float[][] inverseNorms;

    /**
     * @param sizes of the beginnings, ascending; the last is the dimension of the rows
     * @param scale what cosines are multiplied with: the inverse of the temperature
     */
    ContrastiveLoss(int[] sizes, float scale, Shards shards) {
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] % Lanes.WIDTH != 0 || sizes[i] <= (i == 0 ? 0 : sizes[i - 1])) {
                throw new TrainerException(
                        "sizes are " + Arrays.toString(sizes) + ", expected ascending multiples of " + Lanes.WIDTH);
            }
        }
        if (!(scale >= 1 && scale <= MAX_SCALE)) {
            throw new TrainerException("the scale is [" + scale + "], expected 1 to " + MAX_SCALE);
        }
        this.sizes = sizes.clone();
        this.dimension = sizes[sizes.length - 1];
        this.scale = scale;
        this.shards = shards;
        this.gemm = new Gemm(shards);
        this.cosines = new float[sizes.length][0];
        this.shares = new float[sizes.length][0];
        this.inverseNorms = new float[sizes.length][0];
    }

    /** The gradient by the sums of the tokens' rows, float32 [2 · pairs, dimension], of the last batch. */
    float[] gradients() {
        return gradients;
    }

    /**
     * Computes the loss of a batch and {@link #gradients}.
     *
     * @param rows float32 [tokens, dimension]
     * @return the loss at the full size
     */
    double compute(Batch batch, float[] rows) {
        int n = batch.pairs();
        makeRoom(n);
        shards.ranges(2 * n, ROWS_OF_SHARD, (from, to) -> sum(batch, rows, from, to));
        for (int size = 0; size < sizes.length; size++) products(n, size);
        int parts = (n + ROWS_OF_SHARD - 1) / ROWS_OF_SHARD;
        float[][][] columnParts = new float[parts][sizes.length][n];
        float[][] rowSums = new float[sizes.length][n];
        shards.run(parts, part -> softmax(n, part, batch.alike(), rowSums, columnParts[part]));
        float[][] columnSums = added(columnParts, n);
        double loss = loss(n, rowSums[sizes.length - 1], columnSums[sizes.length - 1]);
        float[][] rowPulls = new float[sizes.length][n];
        float[][][] pullParts = new float[parts][sizes.length][n];
        shards.run(parts, part -> slopes(n, part, rowSums, columnSums, rowPulls, pullParts[part]));
        backward(n);
        float[][] columnPulls = added(pullParts, n);
        shards.ranges(n, ROWS_OF_SHARD, (from, to) -> {
            for (int i = from; i < to; i++) {
                takeOut(i, i, rowPulls);
                takeOut(n + i, i, columnPulls);
            }
        });
        return loss;
    }

    private void makeRoom(int n) {
        if (sums.length == 2 * n * dimension) return;
        sums = new float[2 * n * dimension];
        gradients = new float[2 * n * dimension];
        for (int size = 0; size < sizes.length; size++) {
            cosines[size] = new float[n * n];
            shares[size] = new float[n * n];
            inverseNorms[size] = new float[2 * n];
        }
    }

    private void sum(Batch batch, float[] rows, int from, int to) {
        for (int text = from; text < to; text++) {
            int at = text * dimension;
            Arrays.fill(sums, at, at + dimension, 0);
            for (int t = batch.start(text); t < batch.end(text); t++)
                Lanes.add(rows, batch.tokens()[t] * dimension, sums, at, dimension);
            float squares = 0;
            for (int size = 0; size < sizes.length; size++) {
                int begin = begin(size);
                squares += Lanes.dot(sums, at + begin, sums, at + begin, sizes[size] - begin);
                // A text of nothing known has no direction: it stays out of the way.
                inverseNorms[size][text] = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0;
            }
        }
    }

    private int begin(int size) {
        return size == 0 ? 0 : sizes[size - 1];
    }

    private View firsts(float[] data, int size) {
        return new View(data, begin(size), dimension, 1);
    }

    private View seconds(float[] data, int n, int size) {
        return new View(data, n * dimension + begin(size), dimension, 1);
    }

    /** What the numbers between one size and the one before it add to the products. */
    private void products(int n, int size) {
        gemm.multiply(firsts(sums, size), seconds(sums, n, size).transposed(), new View(cosines[size], 0, n, 1), n,
                sizes[size] - begin(size), n, false);
    }

    /** Makes cosines of the products, exponentials of these, and their sums. */
    private void softmax(int n, int part, int[][] alike, float[][] rowSums, float[][] columnSums) {
        float[] product = new float[n];
        float[] secondNorms = new float[n];
        for (int i = part * ROWS_OF_SHARD; i < Math.min(n, (part + 1) * ROWS_OF_SHARD); i++) {
            Arrays.fill(product, 0);
            int at = i * n;
            for (int size = 0; size < sizes.length; size++) {
                Lanes.add(cosines[size], at, product, 0, n);
                System.arraycopy(product, 0, cosines[size], at, n);
                System.arraycopy(inverseNorms[size], n, secondNorms, 0, n);
                Lanes.scale(inverseNorms[size][i], secondNorms, 0, cosines[size], at, n);
                Lanes.exponentials(scale, cosines[size], shares[size], at, n);
                for (int j : alike[i]) shares[size][at + j] = 0;
                rowSums[size][i] = Lanes.sum(shares[size], at, n);
                Lanes.add(shares[size], at, columnSums[size], 0, n);
            }
        }
    }

    private double loss(int n, float[] rowSums, float[] columnSums) {
        double loss = 0;
        float[] exponentials = shares[sizes.length - 1];
        for (int i = 0; i < n; i++) {
            double right = exponentials[i * n + i];
            loss -= StrictMath.log(right / rowSums[i]) + StrictMath.log(right / columnSums[i]);
        }
        return loss / (2 * n);
    }

    /**
     * Makes of the exponentials the slopes of the loss by the products of sums, those of a beginning and of all that it is part of added up;
     * and the sums of slope times cosine, which is what the lengths of the sums have to do with it.
     */
    private void slopes(int n, int part, float[][] rowSums, float[][] columnSums, float[][] rowPulls, float[][] columnPulls) {
        float factor = scale / (2 * n);
        float[][] ofColumns = new float[sizes.length][n];
        float[][] norms = new float[sizes.length][];
        for (int size = 0; size < sizes.length; size++) {
            for (int j = 0; j < n; j++) ofColumns[size][j] = factor / columnSums[size][j];
            norms[size] = Arrays.copyOfRange(inverseNorms[size], n, 2 * n);
        }
        for (int i = part * ROWS_OF_SHARD; i < Math.min(n, (part + 1) * ROWS_OF_SHARD); i++) {
            int at = i * n;
            for (int size = sizes.length - 1; size >= 0; size--) {
                float[] slope = shares[size];
                Lanes.weigh(factor / rowSums[size][i], ofColumns[size], slope, at, n);
                slope[at + i] -= 2 * factor;
                rowPulls[size][i] = Lanes.dot(slope, at, cosines[size], at, n);
                Lanes.addProducts(slope, at, cosines[size], at, columnPulls[size], n);
                Lanes.scale(inverseNorms[size][i], norms[size], 0, slope, at, n);
                if (size + 1 < sizes.length) Lanes.add(shares[size + 1], at, slope, at, n);
            }
        }
    }

    private void backward(int n) {
        for (int size = 0; size < sizes.length; size++) {
            View slopes = new View(shares[size], 0, n, 1);
            int width = sizes[size] - begin(size);
            gemm.multiply(slopes, seconds(sums, n, size), firsts(gradients, size), n, n, width, false);
            gemm.multiply(slopes.transposed(), firsts(sums, size), seconds(gradients, n, size), n, n, width, false);
        }
    }

    /** A cosine does not grow with a sum's length: takes the part along the sum out of its gradient. */
    private void takeOut(int text, int i, float[][] pulls) {
        float factor = 0;
        for (int size = sizes.length - 1; size >= 0; size--) {
            factor -= pulls[size][i] * inverseNorms[size][text] * inverseNorms[size][text];
            int at = text * dimension + begin(size);
            Lanes.addScaled(factor, sums, at, gradients, at, sizes[size] - begin(size));
        }
    }

    private float[][] added(float[][][] parts, int n) {
        float[][] sums = new float[sizes.length][n];
        for (float[][] part : parts) {
            for (int size = 0; size < sizes.length; size++) Lanes.add(part[size], 0, sums[size], 0, n);
        }
        return sums;
    }
}
