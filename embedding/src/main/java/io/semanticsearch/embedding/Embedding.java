package io.semanticsearch.embedding;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What became of one text or image. One that cannot be embedded fails alone, so that the others of its batch do not suffer. */
public sealed interface Embedding {

    /** The one {@link Nothing} that is needed. */
    Nothing NOTHING = new Nothing();

    /**
     * A vector, checked when built, because a NaN would otherwise be indexed without anyone noticing.
     *
     * @param values float32 [dimension], of L2 norm 1; not copied, not to be changed afterwards
     * @param tokens how many tokens of the text the model read, its prompt included; 0 for an image
     * @param truncated whether the text had more tokens than that
     */
    record Vector(float[] values, int tokens, boolean truncated) implements Embedding {

        public Vector {
            if (values.length == 0) throw new EmbeddingException.BrokenModel("the model returned a vector of [0] dimensions");
            for (int i = 0; i < values.length; i++) {
                if (!Float.isFinite(values[i])) {
                    throw new EmbeddingException.BrokenModel(
                            "the model returned [" + values[i] + "] at dimension [" + i
                                    + "], expected finite numbers; check its files");
                }
            }
            if (tokens < 0) throw new IllegalArgumentException("[tokens] is [" + tokens + "], expected 0 or more");
        }
    }

    /** The text holds nothing that the model knows: no tokens, or a zero vector, which has no direction to search in. */
    record Nothing() implements Embedding {}

    /**
     * This text or image alone cannot be embedded.
     *
     * @param reason a sentence for the one who sent it
     */
    record Refused(String reason) implements Embedding {

        public Refused {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * A text embedded by passage, when an {@link EmbeddingRequest} says so. Parts that hold nothing are left out.
     *
     * @param passages in order of their starts, one or more
     */
    record Passages(List<Passage> passages) implements Embedding {

        public Passages {
            passages = List.copyOf(passages);
            if (passages.isEmpty()) throw new IllegalArgumentException("[0] passages, expected 1 or more");
        }
    }

    /**
     * A passage of a text.
     *
     * @param span where it lies in the text
     * @param hash tells passages with the same text; 22 characters of base64 for URLs
     * @param vector its vector; empty where the asker said that it has it
     */
    record Passage(TextSpan span, String hash, Optional<Vector> vector) {

        public Passage {
            Objects.requireNonNull(span, "span");
            Objects.requireNonNull(hash, "hash");
            Objects.requireNonNull(vector, "vector");
        }
    }
}
