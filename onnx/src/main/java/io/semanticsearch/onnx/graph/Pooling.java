package io.semanticsearch.onnx.graph;

/** What a compiled encoder gives for a text. */
public enum Pooling {
    /** A vector for each token: the output {@code last_hidden_state}. */
    NONE,
    /** The mean of the tokens' vectors. */
    MEAN,
    /** The first token's vector. */
    CLS,
    /** The largest of the tokens' numbers, for each dimension. */
    MAX,
    /** The last token's vector. */
    LAST
}
