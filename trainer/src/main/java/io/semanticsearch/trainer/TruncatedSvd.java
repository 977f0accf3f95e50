package io.semanticsearch.trainer;

import io.semanticsearch.trainer.Gemm.View;

/**
 * The largest singular values of a symmetric sparse matrix, and their vectors, by subspace iteration from a random start (Halko, Martinsson
 * and Tropp 2011, https://arxiv.org/abs/0909.4061). For a symmetric matrix a singular value is the magnitude of an eigenvalue.
 *
 * @param values descending
 * @param vectors [size, wanted], row-major, column {@code i} belongs to value {@code i}
 */
record TruncatedSvd(double[] values, float[] vectors) {

    /** Directions carried besides those wanted: they take up what would blur the last wanted ones. */
    private static final int SPARE = 32;
    /** What is left of a column's square when rounding is all that is left. */
    private static final double SPANNED = 1e-6;
    private static final int BLOCK = 1024;

    /** @param iterations products with the matrix; 5 settle all but the last few of some hundred values */
    static TruncatedSvd of(SparseMatrix matrix, int wanted, int iterations, long seed, Shards shards, Progress progress) {
        int n = matrix.size();
        int width = roundUp(wanted + SPARE);
        Gemm gemm = new Gemm(shards);
        float[] basis = new float[Math.multiplyExact(n, width)];
        shards.ranges(n, 256, (from, to) -> {
            for (int row = from; row < to; row++) {
                Dice dice = Dice.of(seed, 1, row);
                for (int d = 0; d < width; d++) basis[row * width + d] = dice.bell();
            }
        });
        float[] product = new float[basis.length];
        float[] q = basis;
        float[] spare = product;
        progress.begin("singular values", iterations + 1L);
        for (int i = 0; i < iterations; i++) {
            matrix.multiply(q, spare, width, shards);
            orthonormalize(spare, q, n, width, gemm);
            orthonormalize(q, spare, n, width, gemm);
            float[] other = q;
            q = spare;
            spare = other;
            progress.step();
        }
        matrix.multiply(q, spare, width, shards);
        Eigen eigen = Eigen.of(symmetric(product(q, spare, n, width, gemm), width));
        float[] turn = new float[width * wanted];
        double[] values = new double[wanted];
        for (int i = 0; i < wanted; i++) {
            values[i] = Math.abs(eigen.values()[i]);
            for (int k = 0; k < width; k++) turn[k * wanted + i] = (float) eigen.vectors()[k][i];
        }
        float[] vectors = new float[n * wanted];
        gemm.multiply(new View(q, 0, width, 1), new View(turn, 0, wanted, 1), new View(vectors, 0, wanted, 1), n, width, wanted,
                false);
        progress.end();
        return new TruncatedSvd(values, vectors);
    }

    /** {@code to} spans what {@code from} does, with columns at right angles: from the Cholesky factor of the products of columns. */
    private static void orthonormalize(float[] from, float[] to, int n, int width, Gemm gemm) {
        double[][] gram = symmetric(product(from, from, n, width, gemm), width);
        double[][] lower = new double[width][width];
        for (int i = 0; i < width; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = gram[i][j];
                for (int k = 0; k < j; k++) sum -= lower[i][k] * lower[j][k];
                if (i == j) {
                    // A direction that the others already span would be nothing but rounding; it becomes zero.
                    lower[i][i] = sum > SPANNED * gram[i][i] ? Math.sqrt(sum) : 0;
                } else {
                    lower[i][j] = lower[j][j] == 0 ? 0 : sum / lower[j][j];
                }
            }
        }
        float[] inverse = new float[width * width];
        for (int column = 0; column < width; column++) {
            double[] x = new double[width];
            for (int i = column; i < width; i++) {
                if (lower[i][i] == 0) continue;
                double sum = i == column ? 1 : 0;
                for (int k = column; k < i; k++) sum -= lower[i][k] * x[k];
                x[i] = sum / lower[i][i];
                inverse[column * width + i] = (float) x[i];
            }
        }
        gemm.multiply(new View(from, 0, width, 1), new View(inverse, 0, width, 1), new View(to, 0, width, 1), n, width, width,
                false);
    }

    /** The products of columns, added up in double over blocks of rows: long sums of float32 lose too much. */
    private static double[] product(float[] left, float[] right, int n, int width, Gemm gemm) {
        double[] total = new double[width * width];
        float[] product = new float[width * width];
        for (int from = 0; from < n; from += BLOCK) {
            int rows = Math.min(BLOCK, n - from);
            gemm.multiply(new View(left, from * width, width, 1).transposed(), new View(right, from * width, width, 1),
                    new View(product, 0, width, 1), width, rows, width, false);
            for (int i = 0; i < total.length; i++) total[i] += product[i];
        }
        return total;
    }

    private static double[][] symmetric(double[] product, int n) {
        double[][] matrix = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) matrix[i][j] = (product[i * n + j] + product[j * n + i]) / 2;
        }
        return matrix;
    }

    private static int roundUp(int width) {
        // The widest chunk of any machine, so that the machine does not decide how many directions there are.
        int step = Math.max(64, SparseMatrix.CHUNK);
        return (width + step - 1) / step * step;
    }
}
