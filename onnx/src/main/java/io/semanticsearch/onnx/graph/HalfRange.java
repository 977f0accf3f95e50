package io.semanticsearch.onnx.graph;

/** Whether numbers can be written in fp16. */
final class HalfRange {

    /** The largest finite one; IEEE 754, binary16. */
    private static final float LARGEST = 65_504;

    private HalfRange() {}

    /** Reads all weights once. */
    static void check(EncoderWeights weights) throws UnfitException {
        for (Matrix matrix : (Iterable<Matrix>) weights.matrices()::iterator) check(matrix.name(), matrix.largest());
        // What is written of these is a sum of several.
        for (float sum : weights.positionsOfOneType()) check(weights.positions().name(), Math.abs(sum));
        for (LayerWeights layer : weights.layers()) {
            for (float sum : layer.attentionOutputBias()) check(layer.attentionOutput().bias().name(), Math.abs(sum));
        }
    }

    /** @param largest NaN where there is one, which fits nowhere */
    private static void check(String name, float largest) throws UnfitException {
        if (largest <= LARGEST) return;
        throw new UnfitException(
                "the weights [" + name + "] have the number [" + largest + "], the largest of fp16 is [" + LARGEST
                        + "]");
    }
}
