package io.semanticsearch.onnx.graph;

/** An encoder straight from the formulas, in double and one text at a time. */
interface Reference {

    /** The vector of each token, [tokens][hidden]. */
    double[][] encode(int[] ids);

    static Reference of(RandomWeights weights) {
        return weights.shape().architecture().rotary() ? new RotaryReference(weights) : new ReferenceEncoder(weights);
    }
}
