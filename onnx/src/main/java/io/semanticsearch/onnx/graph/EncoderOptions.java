package io.semanticsearch.onnx.graph;

import java.util.Objects;

/**
 * What to compile a model to.
 *
 * @param pooling other than {@link Pooling#NONE} makes one vector of a text, inside the graph
 * @param normalize whether that vector gets the length 1; only with a pooling
 * @param shortPasses whether the graph is for passes of a search text's size rather than for those of documents; only some differ, see
 *        {@link Architecture#differsForShortPasses}
 */
public record EncoderOptions(Precision precision, Pooling pooling, boolean normalize, boolean shortPasses) {

    /** For passes of any size. */
    public EncoderOptions(Precision precision, Pooling pooling, boolean normalize) {
        this(precision, pooling, normalize, false);
    }

    public EncoderOptions {
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(pooling, "pooling");
        if (normalize && pooling == Pooling.NONE) throw new IllegalArgumentException("[normalize] needs a pooling");
    }

    public EncoderOptions forShortPasses() {
        return new EncoderOptions(precision, pooling, normalize, true);
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
