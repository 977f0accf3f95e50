package io.semanticsearch.field;

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
public record StoredVector(String space, Origin origin, String textHash, float[] vector) {

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

    public String encode() {
        return PREFIX + space + ":" + origin.code + ":" + textHash + ":" + VectorBytes.encode(vector);
    }

    /** Space and hash of a stored string without its floats: what deciding on reuse needs. Empty if it is none. */
    public static Optional<Label> label(Object value) {
        if (!(value instanceof String text) || !isStored(text)) return Optional.empty();
        int space = text.indexOf(':', PREFIX.length());
        if (space < 0 || text.length() < space + 4 + TextHash.LENGTH || text.charAt(space + 2) != ':') return Optional.empty();
        int hash = space + 3 + TextHash.LENGTH;
        if (text.charAt(hash) != ':') return Optional.empty();
        return Optional.of(new Label(text.substring(PREFIX.length(), space), text.substring(space + 3, hash)));
    }

    /** @throws IllegalArgumentException if the string is damaged */
    public static StoredVector decode(String text) {
        Label label = label(text).orElseThrow(() -> damaged(text));
        int origin = PREFIX.length() + label.space().length() + 1;
        int floats = origin + 3 + TextHash.LENGTH;
        Origin made = switch (text.charAt(origin)) {
            case 'm' -> Origin.MADE;
            case 'b' -> Origin.BROUGHT;
            default -> throw damaged(text);
        };
        try {
            return new StoredVector(label.space(), made, label.textHash(), VectorBytes.decode(text.substring(floats)));
        } catch (IllegalArgumentException e) {
            throw damaged(text);
        }
    }

    private static IllegalArgumentException damaged(String text) {
        return new IllegalArgumentException("[" + (text.length() <= 48 ? text : text.substring(0, 48) + "…")
                + "] is a damaged stored vector; expected sv1:space:origin:hash:base64. Leave the field out and it is made anew");
    }

    /** What a stored vector belongs to. */
    public record Label(String space, String textHash) {}
}
