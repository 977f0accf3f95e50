package io.semanticsearch.trainer;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The eigenvalues and eigenvectors of a small dense symmetric matrix by Jacobi's rotations, in double.
 *
 * @param values those of the largest magnitude first
 * @param vectors [size][size], column {@code i} belongs to value {@code i}
 */
record Eigen(double[] values, double[][] vectors) {

    private static final int SWEEPS = 30;

    /** @param matrix [size][size], changed */
    static Eigen of(double[][] matrix) {
        int n = matrix.length;
        double[][] vectors = new double[n][n];
        for (int i = 0; i < n; i++) vectors[i][i] = 1;
        double scale = Arrays.stream(matrix).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
        for (int sweep = 0; sweep < SWEEPS && offDiagonal(matrix) > 1e-13 * scale; sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) rotate(matrix, vectors, p, q);
            }
        }
        Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble((Integer i) -> -Math.abs(matrix[i][i])).thenComparing(i -> i));
        double[] values = new double[n];
        double[][] sorted = new double[n][n];
        for (int i = 0; i < n; i++) {
            values[i] = matrix[order[i]][order[i]];
            // The rows of [vectors] are the eigenvectors: rotations of rows keep memory in order.
            for (int k = 0; k < n; k++) sorted[k][i] = vectors[order[i]][k];
        }
        return new Eigen(values, sorted);
    }

    private static void rotate(double[][] m, double[][] vectors, int p, int q) {
        double off = m[p][q];
        if (off == 0) return;
        double theta = (m[q][q] - m[p][p]) / (2 * off);
        double t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double c = 1 / Math.sqrt(t * t + 1);
        double s = t * c;
        double[] rowP = m[p];
        double[] rowQ = m[q];
        for (int k = 0; k < m.length; k++) {
            double x = rowP[k];
            double y = rowQ[k];
            rowP[k] = c * x - s * y;
            rowQ[k] = s * x + c * y;
        }
        for (double[] row : m) {
            double x = row[p];
            double y = row[q];
            row[p] = c * x - s * y;
            row[q] = s * x + c * y;
        }
        double[] u = vectors[p];
        double[] v = vectors[q];
        for (int k = 0; k < u.length; k++) {
            double x = u[k];
            double y = v[k];
            u[k] = c * x - s * y;
            v[k] = s * x + c * y;
        }
    }

    private static double offDiagonal(double[][] m) {
        double max = 0;
        for (int i = 0; i < m.length; i++) {
            for (int j = 0; j < i; j++) max = Math.max(max, Math.abs(m[i][j]));
        }
        return max;
    }
}
