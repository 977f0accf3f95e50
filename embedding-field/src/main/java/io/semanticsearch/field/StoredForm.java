package io.semanticsearch.field;

import io.semanticsearch.field.StoredVector.Origin;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an {@code embedding} field holds in {@code _source}: one atomic string, of a whole text or of its passages. While a field moves to
 * another model, that string holds one such form for each generation, with {@value #SEPARATOR} between them; it stays one string, so that it
 * travels whole.
 */
public sealed interface StoredForm permits StoredVector, StoredPassages {

    char SEPARATOR = '|';

    /** Id of the space that the vectors live in. */
    String space();

    /** float32 [dimension] each, one or more: of the whole text or of its passages in their order; not to be changed. */
    List<float[]> vectors();

    String encode();

    /** What it belongs to. */
    Label label();

    /** Whether a string is meant to be a stored form, without decoding it. */
    static boolean isStored(String value) {
        return StoredVector.isStored(value) || StoredPassages.isStored(value);
    }

    /** The forms of all generations that a string holds; one where it holds one. */
    static List<String> generations(String text) {
        if (text.indexOf(SEPARATOR) < 0) return List.of(text);
        return List.of(text.split(Pattern.quote(String.valueOf(SEPARATOR))));
    }

    /** One string of the forms of several generations, of one or more. */
    static String join(List<String> generations) {
        return String.join(String.valueOf(SEPARATOR), generations);
    }

    /** The form of one generation that a value of a document holds. */
    static Optional<String> in(Object value, String space) {
        if (!(value instanceof String text) || !isStored(text)) return Optional.empty();
        return generations(text).stream()
                .filter(one -> labelOf(one).filter(label -> label.space().equals(space)).isPresent())
                .findFirst();
    }

    /**
     * What a stored string of one generation belongs to, without its floats: what deciding on reuse needs. Empty if it is none.
     */
    static Optional<Label> labelOf(Object value) {
        return StoredVector.label(value).or(() -> StoredPassages.label(value));
    }

    /**
     * Reads the string of one generation.
     *
     * @throws IllegalArgumentException if the string is damaged
     */
    static StoredForm decode(String text) {
        return StoredPassages.isStored(text) ? StoredPassages.decode(text) : StoredVector.decode(text);
    }

    /**
     * What a stored form belongs to.
     *
     * @param space id of the space
     * @param origin who made it
     * @param textHash {@link TextHash} of the text
     * @param passages how the text was cut; empty where it is one vector of the whole text
     */
    record Label(String space, Origin origin, String textHash, Optional<PassageRule> passages) {

        /**
         * Whether a field of this space and these passages takes it, if the text is right. A brought vector stands for the whole text in
         * any field, a made one is made in the way of its field.
         */
        public boolean fits(String fieldSpace, Optional<PassageRule> fieldPassages) {
            return space.equals(fieldSpace) && (origin == Origin.BROUGHT || passages.equals(fieldPassages));
        }
    }
}
