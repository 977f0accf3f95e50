package io.semanticsearch.onnx.graph;

/** How alike two vectors are; in double, since fp32 and fp64 encoders differ in the sixth digit. */
final class Cosine {

    private Cosine() {}

    static double of(double[] a, double[] b) {
        double product = 0;
        double lengthA = 0;
        double lengthB = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            lengthA += a[i] * a[i];
            lengthB += b[i] * b[i];
        }
        return product / Math.sqrt(lengthA * lengthB);
    }

    static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) doubles[i] = values[i];
        return doubles;
    }

    /** The mean of the first rows. */
    static double[] mean(float[][] rows, int count) {
        double[] mean = new double[rows[0].length];
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < mean.length; i++) mean[i] += rows[row][i] / count;
        }
        return mean;
    }

    static double[] mean(double[][] rows) {
        double[] mean = new double[rows[0].length];
        for (double[] row : rows) {
            for (int i = 0; i < mean.length; i++) mean[i] += row[i] / rows.length;
        }
        return mean;
    }
}
