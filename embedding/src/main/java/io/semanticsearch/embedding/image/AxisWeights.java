package io.semanticsearch.embedding.image;

/**
 * Which pixels of one axis, and how much of each, make the pixels of a part of the resized axis. Weights are fixed-point numbers, so that
 * results are Pillow's to the last bit: https://github.com/python-pillow/Pillow, {@code src/libImaging/Resample.c}. Immutable.
 */
final class AxisWeights {

    /** A weight of 1 has so many bits: a product with a byte fits an int, and two bits are left for weights below 0 and sums above 1. */
    static final int PRECISION_BITS = 32 - 8 - 2;

    private final int[] first;
    private final int[][] weights;

    /**
     * @param size pixels of the axis
     * @param resized pixels of the resized axis
     * @param from the first of its pixels that is wanted
     * @param wanted how many of them are wanted
     */
    AxisWeights(Resampling filter, int size, int resized, int from, int wanted) {
        this.first = new int[wanted];
        this.weights = new int[wanted][];
        double scale = (double) size / resized;
        // When shrinking, the filter widens with the step from pixel to pixel, so that no pixel is passed over.
        double filterScale = Math.max(scale, 1);
        double support = filter.support() * filterScale;
        for (int i = 0; i < wanted; i++) {
            double centre = (from + i + 0.5) * scale;
            first[i] = Math.max((int) (centre - support + 0.5), 0);
            double[] real = new double[Math.min((int) (centre + support + 0.5), size) - first[i]];
            for (int k = 0; k < real.length; k++) {
                real[k] = filter.weight((k + first[i] - centre + 0.5) * (1 / filterScale));
            }
            weights[i] = fixedPoint(real);
        }
    }

    private static int[] fixedPoint(double[] real) {
        double sum = 0;
        for (double weight : real) {
            sum += weight;
        }
        int[] fixed = new int[real.length];
        for (int k = 0; k < real.length; k++) {
            double weight = sum == 0 ? real[k] : real[k] / sum;
            fixed[k] = (int) (weight * (1 << PRECISION_BITS) + (weight < 0 ? -0.5 : 0.5));
        }
        return fixed;
    }

    /** How many pixels are wanted. */
    int wanted() {
        return first.length;
    }

    /** The first pixel that makes the wanted pixel {@code i}; never falls from one {@code i} to the next. */
    int first(int i) {
        return first[i];
    }

    /** The pixel after the last that makes the wanted pixel {@code i}; never falls from one {@code i} to the next. */
    int end(int i) {
        return first[i] + weights[i].length;
    }

    /** What pixel {@code position}, one of those from first to end, adds to the wanted pixel {@code i}. */
    int weight(int i, int position) {
        return weights[i][position - first[i]];
    }

    /** Resizes a row: {@code uint8 [size, 3]} to the wanted pixels, {@code uint8 [wanted, 3]}, from an offset of the target on. */
    void resize(byte[] row, byte[] target, int offset) {
        for (int i = 0; i < first.length; i++) {
            int[] k = weights[i];
            int at = first[i] * 3;
            int red = RowSums.HALF;
            int green = RowSums.HALF;
            int blue = RowSums.HALF;
            for (int j = 0; j < k.length; j++) {
                int weight = k[j];
                red += (row[at + j * 3] & 0xff) * weight;
                green += (row[at + j * 3 + 1] & 0xff) * weight;
                blue += (row[at + j * 3 + 2] & 0xff) * weight;
            }
            target[offset + i * 3] = RowSums.level(red);
            target[offset + i * 3 + 1] = RowSums.level(green);
            target[offset + i * 3 + 2] = RowSums.level(blue);
        }
    }
}
