package io.semanticsearch.trainer;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A square sparse matrix of float32.
 *
 * @param columns for each row the columns that hold something, ascending
 * @param values what they hold
 */
record SparseMatrix(int[][] columns, float[][] values) {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    /** Columns of the dense factor that are taken at a time. */
    static final int CHUNK = 4 * LANES;
    private static final int ROWS_OF_SHARD = 64;

    int size() {
        return columns.length;
    }

    long entries() {
        long entries = 0;
        for (int[] row : columns) entries += row.length;
        return entries;
    }

    /**
     * {@code to = this · from}; each number is one chain of fused multiply-adds over a row.
     *
     * @param from [size, width], row-major
     * @param to [size, width], row-major
     * @param width a multiple of {@link #CHUNK}
     */
    void multiply(float[] from, float[] to, int width, Shards shards) {
        if (width % CHUNK != 0) throw new IllegalArgumentException("width is [" + width + "], expected a multiple of " + CHUNK);
        shards.ranges(size(), ROWS_OF_SHARD, (first, end) -> {
            for (int row = first; row < end; row++) {
                for (int at = 0; at < width; at += CHUNK) chunk(columns[row], values[row], from, width, at, to, row * width + at);
            }
        });
    }

    private static void chunk(int[] columns, float[] values, float[] from, int width, int at, float[] to, int toAt) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int i = 0; i < columns.length; i++) {
            FloatVector value = FloatVector.broadcast(SPECIES, values[i]);
            int base = columns[i] * width + at;
            s0 = value.fma(FloatVector.fromArray(SPECIES, from, base), s0);
            s1 = value.fma(FloatVector.fromArray(SPECIES, from, base + LANES), s1);
            s2 = value.fma(FloatVector.fromArray(SPECIES, from, base + 2 * LANES), s2);
            s3 = value.fma(FloatVector.fromArray(SPECIES, from, base + 3 * LANES), s3);
        }
        s0.intoArray(to, toAt);
        s1.intoArray(to, toAt + LANES);
        s2.intoArray(to, toAt + 2 * LANES);
        s3.intoArray(to, toAt + 3 * LANES);
    }
}
