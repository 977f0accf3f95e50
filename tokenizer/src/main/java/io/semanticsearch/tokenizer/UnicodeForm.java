package io.semanticsearch.tokenizer;

import java.text.Normalizer.Form;
import java.util.Arrays;
import java.util.BitSet;

/** The four normalization forms of Unicode. A char of the result stands where the first character stood that it was made from. */
enum UnicodeForm implements Normalizer {
    NFC(Form.NFC), NFD(Form.NFD), NFKC(Form.NFKC), NFKD(Form.NFKD);

    /**
     * How many chars are normalized in one go. A letter with its marks is far shorter; a text that is nothing but marks would
     * otherwise cost time quadratic in its length, since marks are sorted.
     */
    private static final int LONGEST_CLUSTER = 64;

    private final Form form;

    UnicodeForm(Form form) {
        this.form = form;
    }

    @Override
    public AlignedText normalize(AlignedText text) {
        AlignedText result = new AlignedText(text.length());
        int next;
        for (int i = 0; i < text.length(); i = next) {
            next = clusterEnd(text, i);
            if (next == i + 1 && text.charAt(i) < 0x80) {
                result.append(text.charAt(i), text.start(i), text.end(i));
            } else {
                append(text, i, next, result);
            }
        }
        return result;
    }

    @Override
    public boolean contextFree() {
        return false;
    }

    /** The end of a character and all that may combine with it. */
    private static int clusterEnd(AlignedText text, int from) {
        int end = from + Character.charCount(text.codePointAt(from));
        while (end < text.length() && end - from < LONGEST_CLUSTER) {
            int c = text.codePointAt(end);
            if (!joins(c)) break;
            end += Character.charCount(c);
        }
        return end;
    }

    /** Marks, Hangul vowels and final consonants, and the half-width Katakana voicing signs can join what stands before them. */
    private static boolean joins(int c) {
        return c >= 0x300 && (CharacterKind.isMark(c) || c >= 0x1160 && c <= 0x11FF || c == 0xFF9E || c == 0xFF9F);
    }

    private void append(AlignedText text, int from, int to, AlignedText result) {
        String original = text.subSequence(from, to).toString();
        if (java.text.Normalizer.isNormalized(original, form)) {
            appendUnchanged(text, from, to, result);
            return;
        }
        AlignedText parts = decompose(text, from, to);
        BitSet used = new BitSet(parts.length());
        int[] codePoints = java.text.Normalizer.normalize(original, form).codePoints().toArray();
        int[] origins = new int[codePoints.length];
        for (int i = 0; i < codePoints.length; i++) origins[i] = origin(codePoints[i], parts, used);
        Arrays.sort(origins); // marks are sorted in the result, offsets are not to jump back
        for (int i = 0; i < codePoints.length; i++) {
            int origin = origins[i];
            result.appendCodePoint(codePoints[i], parts.start(origin),
                    parts.end(origin + Character.charCount(parts.codePointAt(origin)) - 1));
        }
    }

    /** The first of the parts that a character of the result was made from; all of them become used. */
    private static int origin(int codePoint, AlignedText parts, BitSet used) {
        int origin = -1;
        for (int part : java.text.Normalizer.normalize(Character.toString(codePoint), Form.NFD).codePoints().toArray()) {
            int at = firstUnused(parts, part, used);
            if (origin < 0) origin = at;
        }
        return origin;
    }

    private static void appendUnchanged(AlignedText text, int from, int to, AlignedText result) {
        int next;
        for (int i = from; i < to; i = next) {
            int c = text.codePointAt(i);
            next = i + Character.charCount(c);
            result.appendCodePoint(c, text.start(i), text.end(next - 1));
        }
    }

    /** Each character taken apart, in the order of the text: what the result is made of. */
    private AlignedText decompose(AlignedText text, int from, int to) {
        Form apart = form == Form.NFC || form == Form.NFD ? Form.NFD : Form.NFKD;
        AlignedText parts = new AlignedText(2 * (to - from));
        int next;
        for (int i = from; i < to; i = next) {
            int c = text.codePointAt(i);
            next = i + Character.charCount(c);
            int start = text.start(i);
            int end = text.end(next - 1);
            java.text.Normalizer.normalize(Character.toString(c), apart).codePoints()
                    .forEach(p -> parts.appendCodePoint(p, start, end));
        }
        return parts;
    }

    /**
     * Marks are sorted in the result, so a part is looked for by what it is and not by its place. What is not among the parts,
     * which no known version of Unicode makes possible, counts as the first: offsets a little off are better than no tokens.
     */
    private static int firstUnused(AlignedText parts, int codePoint, BitSet used) {
        for (int i = 0; i < parts.length(); i++) {
            if (!used.get(i) && parts.codePointAt(i) == codePoint) {
                used.set(i, i + Character.charCount(codePoint));
                return i;
            }
        }
        return 0;
    }
}
