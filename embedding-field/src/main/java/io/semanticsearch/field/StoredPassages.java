package io.semanticsearch.field;

import io.semanticsearch.field.StoredVector.Origin;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The passages of a text as they stand in {@code _source}: {@code sp1:space:max-overlap:hash:dimension:base64}, where the base64 holds for
 * each passage start and end (int32), the hash of its text (16 bytes) and its vector (float32), little-endian. One string for the reason
 * that {@link StoredVector} is one. Always made by a model: a vector that is brought stands for the whole text.
 *
 * @param space id of the space the vectors live in
 * @param rule how the text was cut
 * @param textHash {@link TextHash} of the whole text
 * @param passages in order of their starts, one or more
 */
public record StoredPassages(String space, PassageRule rule, String textHash, List<Passage> passages) implements StoredForm {

    private static final String PREFIX = "sp1:";
    private static final Pattern HEAD = Pattern.compile(
            PREFIX + "([^:]+):(\\d{1,5})-(\\d{1,5}):([A-Za-z0-9_-]{" + TextHash.LENGTH + "}):(\\d{1,5}):");
    private static final int HEAD_LENGTH = 256;
    private static final int HASH_BYTES = 16;

    /**
     * A passage.
     *
     * @param start index of its first UTF-16 char in the text
     * @param end index after its last UTF-16 char
     * @param hash tells passages with the same text: 16 bytes in base64 for URLs, 22 characters
     * @param vector float32 [dimension]; not copied, not to be changed
     */
    public record Passage(int start, int end, String hash, float[] vector) {

        public Passage {
            if (start < 0 || end <= start) throw new IllegalArgumentException("a passage from [" + start + "] to [" + end + "]");
            if (hash.length() != TextHash.LENGTH) throw new IllegalArgumentException("a passage with the hash [" + hash + "]");
        }
    }

    public StoredPassages {
        if (space.isEmpty() || space.indexOf(':') >= 0) throw new IllegalArgumentException("space [" + space + "] is not an id");
        if (textHash.length() != TextHash.LENGTH) throw new IllegalArgumentException("text hash [" + textHash + "]");
        passages = List.copyOf(passages);
        if (passages.isEmpty()) throw new IllegalArgumentException("[0] passages; expected 1 or more");
        int dimension = passages.getFirst().vector.length;
        for (int i = 0; i < passages.size(); i++) {
            if (passages.get(i).vector.length != dimension || dimension == 0) {
                throw new IllegalArgumentException("vectors of [" + dimension + "] and [" + passages.get(i).vector.length
                        + "] dimensions; expected the same");
            }
            if (i > 0 && passages.get(i).start <= passages.get(i - 1).start) {
                throw new IllegalArgumentException("passage [" + i + "] starts before the one before it");
            }
        }
    }

    static boolean isStored(String value) {
        return value.startsWith(PREFIX);
    }

    @Override
    public Label label() {
        return new Label(space, Origin.MADE, textHash, Optional.of(rule));
    }

    static Optional<Label> label(Object value) {
        if (!(value instanceof String text) || !isStored(text)) return Optional.empty();
        return head(text).flatMap(head -> {
            try {
                PassageRule rule = new PassageRule(Integer.parseInt(head.group(2)), Integer.parseInt(head.group(3)));
                return Optional.of(new Label(head.group(1), Origin.MADE, head.group(4), Optional.of(rule)));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        });
    }

    private static Optional<Matcher> head(String text) {
        Matcher head = HEAD.matcher(text).region(0, Math.min(text.length(), HEAD_LENGTH));
        return head.lookingAt() ? Optional.of(head) : Optional.empty();
    }

    private static int bytes(int dimension) {
        return 2 * Integer.BYTES + HASH_BYTES + dimension * Float.BYTES;
    }

    @Override
    public List<float[]> vectors() {
        return passages.stream().map(Passage::vector).toList();
    }

    @Override
    public String encode() {
        int dimension = passages.getFirst().vector.length;
        ByteBuffer bytes = ByteBuffer.allocate(passages.size() * bytes(dimension)).order(ByteOrder.LITTLE_ENDIAN);
        for (Passage passage : passages) {
            bytes.putInt(passage.start).putInt(passage.end).put(Base64.getUrlDecoder().decode(passage.hash));
            for (float x : passage.vector) bytes.putFloat(x);
        }
        return PREFIX + space + ":" + rule.maxTokens() + "-" + rule.overlapTokens() + ":" + textHash + ":" + dimension + ":"
                + Base64.getEncoder().encodeToString(bytes.array());
    }

    /** @throws IllegalArgumentException if the string is damaged */
    static StoredPassages decode(String text) {
        Label label = label(text).orElseThrow(() -> damaged(text));
        Matcher head = head(text).orElseThrow(() -> damaged(text));
        int dimension = Integer.parseInt(head.group(5));
        try {
            byte[] decoded = Base64.getDecoder().decode(text.substring(head.end()));
            if (dimension == 0 || decoded.length == 0 || decoded.length % bytes(dimension) != 0) throw damaged(text);
            ByteBuffer bytes = ByteBuffer.wrap(decoded).order(ByteOrder.LITTLE_ENDIAN);
            List<Passage> passages = new ArrayList<>(decoded.length / bytes(dimension));
            byte[] hash = new byte[HASH_BYTES];
            while (bytes.hasRemaining()) {
                int start = bytes.getInt();
                int end = bytes.getInt();
                bytes.get(hash);
                float[] vector = new float[dimension];
                for (int i = 0; i < dimension; i++) vector[i] = bytes.getFloat();
                passages.add(new Passage(start, end, Base64.getUrlEncoder().withoutPadding().encodeToString(hash), vector));
            }
            return new StoredPassages(label.space(), label.passages().orElseThrow(), label.textHash(), passages);
        } catch (IllegalArgumentException e) {
            throw damaged(text);
        }
    }

    private static IllegalArgumentException damaged(String text) {
        return new IllegalArgumentException("[" + (text.length() <= 64 ? text : text.substring(0, 64) + "…")
                + "] are damaged stored passages; expected sp1:space:max-overlap:hash:dimension:base64. Leave the field out and they are"
                + " made anew");
    }
}
