package io.semanticsearch.onnx.graph;

import java.util.Objects;

/**
 * What to compile a model to.
 *
 * @param pooling other than {@link Pooling#NONE} makes one vector of a text, inside the graph
 * @param normalize whether that vector gets the length 1; only with a pooling
 */
public record EncoderOptions(Precision precision, Pooling pooling, boolean normalize) {

    public EncoderOptions {
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(pooling, "pooling");
        if (normalize && pooling == Pooling.NONE) throw new IllegalArgumentException("[normalize] needs a pooling");
    }

    /** A vector for each token. */
    public static EncoderOptions tokens(Precision precision) {
        return new EncoderOptions(precision, Pooling.NONE, false);
    }

    /** A vector of length 1 for each text. */
    public static EncoderOptions sentences(Precision precision, Pooling pooling) {
        return new EncoderOptions(precision, pooling, true);
    }
}
