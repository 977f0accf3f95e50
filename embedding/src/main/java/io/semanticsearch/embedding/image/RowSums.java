package io.semanticsearch.embedding.image;

import java.util.Arrays;

/**
 * Resizes from top to bottom while rows go by, so that no more of an image is held than the sums of the rows that are being made.
 * Single-threaded; for one image.
 */
final class RowSums {

    /** What a sum begins with, so that cutting its fraction off rounds it. */
    static final int HALF = 1 << AxisWeights.PRECISION_BITS - 1;

    private final AxisWeights vertical;
    private final int rowLength;
    private final Target target;
    private final int[][] sums;
    private int next;

    /** Takes the finished rows, from top to bottom. */
    interface Target {

        /**
         * @param i the row among those wanted
         * @param row its values; only valid during the call
         */
        void accept(int i, byte[] row);
    }

    /** @param rowLength values in a row, three a pixel */
    RowSums(AxisWeights vertical, int rowLength, Target target) {
        this.vertical = vertical;
        this.rowLength = rowLength;
        this.target = target;
        this.sums = new int[vertical.wanted()][];
    }

    /** Adds a row; each from the first that is needed to the last has to come, in order. */
    void add(int y, byte[] row) {
        for (int i = next; i < sums.length && vertical.first(i) <= y; i++) {
            if (y < vertical.end(i)) add(i, vertical.weight(i, y), row);
        }
        while (next < sums.length && vertical.end(next) <= y + 1) {
            finish();
        }
    }

    private void add(int i, int weight, byte[] row) {
        if (sums[i] == null) {
            sums[i] = new int[rowLength];
            Arrays.fill(sums[i], HALF);
        }
        int[] sum = sums[i];
        for (int k = 0; k < sum.length; k++) {
            sum[k] += (row[k] & 0xff) * weight;
        }
    }

    private void finish() {
        byte[] row = new byte[rowLength];
        for (int k = 0; k < rowLength; k++) {
            row[k] = level(sums[next][k]);
        }
        sums[next] = null;
        target.accept(next++, row);
    }

    /** The uint8 level of a sum of weighted levels. */
    static byte level(int sum) {
        return (byte) Math.clamp(sum >> AxisWeights.PRECISION_BITS, 0, 255);
    }
}
