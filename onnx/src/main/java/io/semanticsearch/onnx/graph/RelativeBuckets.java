package io.semanticsearch.onnx.graph;

/**
 * Which row of the table of relative positions belongs to a distance between two tokens: https://github.com/huggingface/transformers, {@code
 * models/mpnet/modeling_mpnet.py}, {@code relative_position_bucket}. Half of the rows are for what lies behind, half for what lies ahead; in
 * each, near distances have a row of their own and far ones share, on a logarithmic scale.
 */
final class RelativeBuckets {

    private static final double MAX_DISTANCE = 128;

    private RelativeBuckets() {}

    /**
     * @param distance position of the token that is looked at minus that of the one that looks
     * @param buckets rows of the table
     */
    static int of(int distance, int buckets) {
        int half = buckets / 2;
        int exact = half / 2;
        int side = distance > 0 ? half : 0;
        int length = Math.abs(distance);
        if (length < exact) return side + length;
        // In float32, as the original, so that both round alike where a bucket begins.
        float logarithm = (float) Math.log((float) length / exact) / (float) Math.log(MAX_DISTANCE / exact);
        int far = exact + (int) (logarithm * (half - exact));
        return side + Math.min(far, half - 1);
    }

    /**
     * The numbers to add to the attention of each head, by distance.
     *
     * @param table [buckets, heads]
     * @return [2 tokens - 1, heads]; row {@code tokens - 1} is the distance 0
     */
    static float[] byDistance(Matrix table, int tokens) {
        float[] values = table.values();
        int heads = table.columns();
        float[] biases = new float[Math.multiplyExact(2 * tokens - 1, heads)];
        for (int row = 0; row < 2 * tokens - 1; row++) {
            System.arraycopy(values, of(row - (tokens - 1), table.rows()) * heads, biases, row * heads, heads);
        }
        return biases;
    }
}
