package io.semanticsearch.trainer;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of dense float32 matrices, row-major.
 *
 * <p>The lanes of a vector run over the columns of the result, and each number of it is one chain of fused multiply-adds in the order of
 * the inner index. So the result is the same for every width of vectors and every number of threads.
 */
final class Gemm {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int PANEL = 2 * LANES;
    private static final int ROWS = 6;
    /** Inner indices taken before the sums go back to memory: a packed panel of them stays in the first cache. */
    private static final int DEPTH = 256;
    private static final int ROWS_OF_SHARD = 96;

    private final Shards shards;
    private float[] packed = new float[0];

    Gemm(Shards shards) {
        this.shards = shards;
    }

    /**
     * A matrix, or a part of one, seen in rows and columns.
     *
     * @param start index of its first number
     * @param rowStep from a number to the one below it
     * @param columnStep from a number to the one right of it
     */
    record View(float[] data, int start, int rowStep, int columnStep) {

        View transposed() {
            return new View(data, start, columnStep, rowStep);
        }
    }

    /**
     * {@code c = a · b}, or {@code c += a · b}.
     *
     * @param a [rows, inner]
     * @param b [inner, columns]
     * @param c [rows, columns], a column step of 1
     */
    void multiply(View a, View b, View c, int rows, int inner, int columns, boolean add) {
        int panels = (columns + PANEL - 1) / PANEL;
        int size = panels * PANEL * inner;
        if (packed.length < size) packed = new float[size];
        float[] into = packed;
        shards.run(panels, panel -> pack(b, panel, inner, columns, into));
        shards.ranges(rows, ROWS_OF_SHARD, (from, to) -> {
            for (int depth = 0; depth < inner; depth += DEPTH) {
                int end = Math.min(inner, depth + DEPTH);
                boolean keep = add || depth > 0;
                for (int panel = 0; panel < panels; panel++) {
                    tile(a, into, panel, c, from, to, depth, end, inner, columns, keep);
                }
            }
        });
    }

    private static void pack(View b, int panel, int inner, int columns, float[] into) {
        int first = panel * PANEL;
        int width = Math.min(PANEL, columns - first);
        for (int k = 0; k < inner; k++) {
            int to = (panel * inner + k) * PANEL;
            int from = b.start + k * b.rowStep + first * b.columnStep;
            for (int j = 0; j < width; j++) into[to + j] = b.data[from + j * b.columnStep];
            for (int j = width; j < PANEL; j++) into[to + j] = 0;
        }
    }

    private static void tile(View a,
            float[] packed,
            int panel,
            View c,
            int from,
            int to,
            int depth,
            int end,
            int inner,
            int columns,
            boolean keep) {
        int width = Math.min(PANEL, columns - panel * PANEL);
        int base = (panel * inner + depth) * PANEL;
        int column = c.start + panel * PANEL;
        int row = from;
        if (width == PANEL) {
            for (; row + ROWS <= to; row += ROWS) {
                six(a.data, a.start + row * a.rowStep + depth * a.columnStep, a.rowStep, a.columnStep, packed, base, end - depth,
                        c.data, column + row * c.rowStep, c.rowStep, keep);
            }
        }
        for (; row < to; row++) {
            one(a.data, a.start + row * a.rowStep + depth * a.columnStep, a.columnStep, packed, base, end - depth, c.data,
                    column + row * c.rowStep, width, keep);
        }
    }

    private static void six(float[] a,
            int aAt,
            int aRow,
            int aColumn,
            float[] b,
            int bAt,
            int depth,
            float[] c,
            int cAt,
            int cRow,
            boolean keep) {
        FloatVector c00 = load(c, cAt, keep);
        FloatVector c01 = load(c, cAt + LANES, keep);
        FloatVector c10 = load(c, cAt + cRow, keep);
        FloatVector c11 = load(c, cAt + cRow + LANES, keep);
        FloatVector c20 = load(c, cAt + 2 * cRow, keep);
        FloatVector c21 = load(c, cAt + 2 * cRow + LANES, keep);
        FloatVector c30 = load(c, cAt + 3 * cRow, keep);
        FloatVector c31 = load(c, cAt + 3 * cRow + LANES, keep);
        FloatVector c40 = load(c, cAt + 4 * cRow, keep);
        FloatVector c41 = load(c, cAt + 4 * cRow + LANES, keep);
        FloatVector c50 = load(c, cAt + 5 * cRow, keep);
        FloatVector c51 = load(c, cAt + 5 * cRow + LANES, keep);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt + k * PANEL);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + k * PANEL + LANES);
            int at = aAt + k * aColumn;
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + aRow]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2 * aRow]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3 * aRow]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4 * aRow]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5 * aRow]);
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
        }
        store(c00, c01, c, cAt);
        store(c10, c11, c, cAt + cRow);
        store(c20, c21, c, cAt + 2 * cRow);
        store(c30, c31, c, cAt + 3 * cRow);
        store(c40, c41, c, cAt + 4 * cRow);
        store(c50, c51, c, cAt + 5 * cRow);
    }

    private static FloatVector load(float[] c, int at, boolean keep) {
        return keep ? FloatVector.fromArray(SPECIES, c, at) : FloatVector.zero(SPECIES);
    }

    private static void store(FloatVector left, FloatVector right, float[] c, int at) {
        left.intoArray(c, at);
        right.intoArray(c, at + LANES);
    }

    private static void one(float[] a,
            int aAt,
            int aColumn,
            float[] b,
            int bAt,
            int depth,
            float[] c,
            int cAt,
            int width,
            boolean keep) {
        for (int j = 0; j < width; j++) {
            float sum = keep ? c[cAt + j] : 0;
            for (int k = 0; k < depth; k++) sum = Math.fma(a[aAt + k * aColumn], b[bAt + k * PANEL + j], sum);
            c[cAt + j] = sum;
        }
    }
}
