package io.semanticsearch.field;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A vector as it stands in {@code _source}: one atomic string, {@code sv1:space:origin:hash:base64}, so that every way of copying or
 * merging documents (updates, reindexing, replicas, snapshots) carries it whole or not at all, together with what tells whether it
 * still belongs to its text.
 *
 * @param space id of the space the vector lives in, or {@link #OWN} for a field that only takes vectors
 * @param origin who made it
 * @param textHash {@link TextHash} of the text it belongs to
 * @param vector float32 [dimension]; not copied, not to be changed
 */
public record StoredVector(String space, Origin origin, String textHash, float[] vector) implements StoredForm {

    /** The space of a field without a model: whatever its users say. */
    public static final String OWN = "own";

    private static final String PREFIX = "sv1:";

    /** Who made a vector. A brought one is replaced only once its text changes. */
    public enum Origin {
        MADE('m'), BROUGHT('b');

        private final char code;

        Origin(char code) {
            this.code = code;
        }

        private static Optional<Origin> of(char code) {
            return Arrays.stream(values()).filter(origin -> origin.code == code).findFirst();
        }
    }

    public StoredVector {
        if (space.isEmpty() || space.indexOf(':') >= 0) throw new IllegalArgumentException("space [" + space + "] is not an id");
        if (textHash.length() != TextHash.LENGTH)
            throw new IllegalArgumentException("text hash [" + textHash + "] has not "
                    + TextHash.LENGTH + " characters");
        if (vector.length == 0) throw new IllegalArgumentException("a vector needs at least one dimension");
    }

    /** Whether a string is meant to be a stored vector, without decoding it. */
    public static boolean isStored(String value) {
        return value.startsWith(PREFIX);
    }

    @Override
    public Label label() {
        return new Label(space, origin, textHash, Optional.empty());
    }

    @Override
    public List<float[]> vectors() {
        return List.of(vector);
    }

    @Override
    public String encode() {
        return PREFIX + space + ":" + origin.code + ":" + textHash + ":" + VectorBytes.encode(vector);
    }

    /** What a stored string belongs to, without its floats. Empty if it is none. */
    static Optional<Label> label(Object value) {
        if (!(value instanceof String text) || !isStored(text)) return Optional.empty();
        int space = text.indexOf(':', PREFIX.length());
        if (space < 0 || text.length() < space + 4 + TextHash.LENGTH || text.charAt(space + 2) != ':') return Optional.empty();
        int hash = space + 3 + TextHash.LENGTH;
        if (text.charAt(hash) != ':') return Optional.empty();
        return Origin.of(text.charAt(space + 1)).map(origin -> new Label(
                text.substring(PREFIX.length(), space), origin, text.substring(space + 3, hash), Optional.empty()));
    }

    /** @throws IllegalArgumentException if the string is damaged */
    public static StoredVector decode(String text) {
        Label label = label(text).orElseThrow(() -> damaged(text));
        int floats = PREFIX.length() + label.space().length() + 4 + TextHash.LENGTH;
        try {
            return new StoredVector(label.space(), label.origin(), label.textHash(), VectorBytes.decode(text.substring(floats)));
        } catch (IllegalArgumentException e) {
            throw damaged(text);
        }
    }

    private static IllegalArgumentException damaged(String text) {
        return new IllegalArgumentException("[" + (text.length() <= 48 ? text : text.substring(0, 48) + "…")
                + "] is a damaged stored vector; expected sv1:space:origin:hash:base64. Leave the field out and it is made anew");
    }
}
