package io.semanticsearch.embedding.remote;

import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Vectors of one call.
 *
 * @param vectors row {@code i} belongs to text {@code i} of the call; float32 [texts, dimension], of any length
 * @param tokens how many tokens the call was charged for, empty where the provider does not tell
 * @param truncated the texts that the provider says it did not read to the end
 */
record WireAnswer(List<float[]> vectors, OptionalLong tokens, BitSet truncated) {

    WireAnswer {
        vectors = List.copyOf(vectors);
        Objects.requireNonNull(tokens, "tokens");
        Objects.requireNonNull(truncated, "truncated");
    }

    WireAnswer(List<float[]> vectors, OptionalLong tokens) {
        this(vectors, tokens, new BitSet());
    }
}
