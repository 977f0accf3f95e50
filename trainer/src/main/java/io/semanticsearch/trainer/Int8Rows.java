package io.semanticsearch.trainer;

/**
 * Rows rounded to int8 with a scale for each: number = code · scale, so that it is off by at most half a scale, which is a 254th of the
 * largest magnitude of its row.
 *
 * @param codes int8 [rows, dimension]
 * @param scales float32 [rows]
 */
record Int8Rows(byte[] codes, float[] scales) {

    private static final int LARGEST = 127;

    /** @param rows float32 [rows, dimension] */
    static Int8Rows of(float[] rows, int dimension) {
        byte[] codes = new byte[rows.length];
        float[] scales = new float[rows.length / dimension];
        for (int row = 0; row < scales.length; row++) {
            float max = 0;
            for (int i = row * dimension; i < (row + 1) * dimension; i++) max = Math.max(max, Math.abs(rows[i]));
            scales[row] = max / LARGEST;
            if (max == 0) continue;
            for (int i = row * dimension; i < (row + 1) * dimension; i++) {
                codes[i] = (byte) Math.max(-LARGEST, Math.min(LARGEST, Math.rint((double) rows[i] / scales[row])));
            }
        }
        return new Int8Rows(codes, scales);
    }
}
