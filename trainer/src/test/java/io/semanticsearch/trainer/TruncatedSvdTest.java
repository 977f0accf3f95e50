package io.semanticsearch.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** The truncated decomposition of a sparse matrix against the whole one of the same matrix, dense. */
class TruncatedSvdTest {

    private static final int SIZE = 180;
    private static final int WANTED = 16;

    @Test
    void values_and_vectors_are_those_of_the_whole_decomposition() {
        double[][] dense = matrix();
        SparseMatrix sparse = sparse(dense);
        double[][] copy = new double[SIZE][];
        for (int i = 0; i < SIZE; i++) copy[i] = dense[i].clone();
        Eigen exact = Eigen.of(copy);
        try (Shards shards = new Shards(2)) {
            TruncatedSvd svd = TruncatedSvd.of(sparse, WANTED, 12, 5, shards,
                    new Progress(new PrintStream(OutputStream.nullOutputStream())));
            for (int i = 0; i < WANTED; i++) {
                assertEquals(Math.abs(exact.values()[i]), svd.values()[i], 1e-3 * Math.abs(exact.values()[0]), "value " + i);
                // M u = λ u
                double error = 0;
                for (int r = 0; r < SIZE; r++) {
                    double product = 0;
                    for (int c = 0; c < SIZE; c++) product += dense[r][c] * svd.vectors()[c * WANTED + i];
                    double with = svd.vectors()[r * WANTED + i] * svd.values()[i] * Math.signum(exact.values()[i]);
                    error += (product - with) * (product - with);
                }
                assertTrue(Math.sqrt(error) < 0.02 * svd.values()[0], "vector " + i + " is off by " + Math.sqrt(error));
            }
        }
    }

    @Test
    void the_whole_decomposition_gives_the_matrix_back() {
        double[][] dense = matrix();
        double[][] copy = new double[SIZE][];
        for (int i = 0; i < SIZE; i++) copy[i] = dense[i].clone();
        Eigen eigen = Eigen.of(copy);
        for (int r = 0; r < SIZE; r += 11) {
            for (int c = 0; c < SIZE; c += 7) {
                double sum = 0;
                for (int k = 0; k < SIZE; k++) sum += eigen.vectors()[r][k] * eigen.values()[k] * eigen.vectors()[c][k];
                assertEquals(dense[r][c], sum, 1e-9);
            }
        }
    }

    /** Of falling eigenvalues of both signs, with many zeros. */
    private static double[][] matrix() {
        Dice dice = new Dice(11);
        double[][] matrix = new double[SIZE][SIZE];
        for (int k = 0; k < 40; k++) {
            double[] direction = new double[SIZE];
            for (int i = 0; i < SIZE; i++) direction[i] = dice.chance(0.3f) ? dice.bell() : 0;
            double weight = (k % 3 == 0 ? -1 : 1) * 10 * StrictMath.pow(0.8, k);
            for (int i = 0; i < SIZE; i++) {
                for (int j = 0; j < SIZE; j++) matrix[i][j] += weight * direction[i] * direction[j];
            }
        }
        return matrix;
    }

    private static SparseMatrix sparse(double[][] dense) {
        int[][] columns = new int[SIZE][];
        float[][] values = new float[SIZE][];
        for (int r = 0; r < SIZE; r++) {
            IntList kept = new IntList(SIZE);
            float[] row = new float[SIZE];
            for (int c = 0; c < SIZE; c++) {
                if (dense[r][c] == 0) continue;
                row[kept.size()] = (float) dense[r][c];
                kept.add(c);
            }
            columns[r] = kept.toArray();
            values[r] = java.util.Arrays.copyOf(row, kept.size());
        }
        return new SparseMatrix(columns, values);
    }
}
