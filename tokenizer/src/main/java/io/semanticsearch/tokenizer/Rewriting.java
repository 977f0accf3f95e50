package io.semanticsearch.tokenizer;

import java.util.Arrays;

/**
 * The code points that a text becomes, each with how many of the old ones it stands for; counted as Hugging Face's tokenizers
 * count, since the ranges of the result depend on it.
 *
 * <p>For one text on one thread.
 */
final class Rewriting {

    private int[] codePoints;
    private int[] changes;
    private int count;

    Rewriting(int capacity) {
        codePoints = new int[capacity];
        changes = new int[capacity];
    }

    /** One code point in the place of one old one. */
    void put(int codePoint) {
        put(codePoint, 0);
    }

    /** @param change 1 for one that comes in addition, 0 for one in the place of an old one, -n for one in the place of n + 1 */
    void put(int codePoint, int change) {
        if (count == codePoints.length) {
            codePoints = Arrays.copyOf(codePoints, 16 + count * 2);
            changes = Arrays.copyOf(changes, 16 + count * 2);
        }
        changes[count] = change;
        codePoints[count++] = codePoint;
    }

    /**
     * Says that the {@code added} code points put last came in the place of {@code replaced} old ones: those too many stand where
     * the one before them stands, those missing are passed over after the last. Where none was put at the beginning of a text,
     * the old ones are not passed over, and the whole text stands too far to the left; so it does in the original.
     */
    void balance(int added, int replaced) {
        for (int i = count - (added - replaced); i < count; i++) changes[i] = 1;
        if (added < replaced && count > 0) changes[count - 1] += added - replaced;
    }

    /** @param old what the counts are about, all of it */
    AlignedText of(AlignedText old) {
        AlignedText result = new AlignedText(count);
        appendTo(result, old, 0);
        return result;
    }

    /** @param from where in {@code old} begins what the counts are about */
    void appendTo(AlignedText result, AlignedText old, int from) {
        int at = from;
        for (int i = 0; i < count; i++) {
            boolean added = at > from && (changes[i] > 0 || at == old.length());
            int first = added ? at - Character.charCount(Character.codePointBefore(old, at)) : at;
            int next = first + Character.charCount(old.codePointAt(first));
            result.appendCodePoint(codePoints[i], old.start(first), old.end(next - 1));
            for (int passed = changes[i]; passed < 0 && next < old.length(); passed++)
                next += Character.charCount(old.codePointAt(next));
            at = next;
        }
    }
}
