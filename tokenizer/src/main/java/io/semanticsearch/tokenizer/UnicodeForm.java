package io.semanticsearch.tokenizer;

import java.text.Normalizer.Form;
import java.util.Arrays;
import java.util.BitSet;

/** The four normalization forms of Unicode. */
enum UnicodeForm implements Normalizer {
    NFC(Form.NFC), NFD(Form.NFD), NFKC(Form.NFKC), NFKD(Form.NFKD);

    /**
     * How many chars are normalized in one go. A letter with its marks is far shorter; a text that is nothing but marks would
     * otherwise cost time quadratic in its length, since marks are sorted.
     */
    private static final int LONGEST_CLUSTER = 64;

    /** How many chars are looked at in one go for whether there is anything to do. */
    private static final int RUN = 256;

    private final Form form;

    UnicodeForm(Form form) {
        this.form = form;
    }

    @Override
    public AlignedText normalize(AlignedText text) {
        AlignedText result = new AlignedText(text.length());
        int next;
        for (int i = 0; i < text.length(); i = next) {
            next = i;
            while (next < text.length() && next - i < RUN)
                next = clusterEnd(text, next);
            if (java.text.Normalizer.isNormalized(text.subSequence(i, next), form)) { // nearly always so for NFC
                result.append(text, i, next);
            } else {
                normalize(text, i, next, result);
            }
        }
        return result;
    }

    private void normalize(AlignedText text, int from, int to, AlignedText result) {
        int next;
        for (int i = from; i < to; i = next) {
            next = clusterEnd(text, i);
            if (next == i + 1 && text.charAt(i) < 0x80) {
                result.append(text.charAt(i), text.start(i), text.end(i));
            } else {
                append(text, i, next, result);
            }
        }
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

    /**
     * Marks, Hangul vowels and final consonants can join what stands before them, and so can what has a compatibility mapping that
     * begins with one: Hangul letters that stand alone, half-width Katakana voicing signs, Thai and Lao AM.
     */
    private static boolean joins(int c) {
        return c >= 0x300 && (CharacterKind.isMark(c) || c >= 0x1160 && c <= 0x11FF || c >= 0x3133 && c <= 0x318E
                || c >= 0xFF9E && c <= 0xFFDC || c == 0xE33 || c == 0xEB3);
    }

    private void append(AlignedText text, int from, int to, AlignedText result) {
        String original = text.subSequence(from, to).toString();
        if (java.text.Normalizer.isNormalized(original, form)) {
            result.append(text, from, to);
            return;
        }
        Parts parts = decompose(text, from, to);
        Rewriting rewriting = new Rewriting(original.length());
        java.text.Normalizer.normalize(original, form).codePoints().forEach(c -> rewriting.put(c, parts.use(c)));
        rewriting.appendTo(result, text, from);
    }

    /** Each character taken apart, in the order of the text: what the result is made of. */
    private Parts decompose(AlignedText text, int from, int to) {
        Form apart = form == Form.NFC || form == Form.NFD ? Form.NFD : Form.NFKD;
        Parts parts = new Parts();
        int next;
        for (int i = from; i < to; i = next) {
            int c = text.codePointAt(i);
            next = i + Character.charCount(c);
            parts.add(java.text.Normalizer.normalize(Character.toString(c), apart).codePoints().toArray());
        }
        return parts;
    }

    private static final class Parts {
        private int[] codePoints = new int[LONGEST_CLUSTER];
        private int count;
        /** Parts that are not the first of their character. */
        private final BitSet further = new BitSet();
        private final BitSet used = new BitSet();

        void add(int[] parts) {
            further.set(count + 1, count + parts.length);
            codePoints = Arrays.copyOf(codePoints, Math.max(codePoints.length, count + parts.length + LONGEST_CLUSTER));
            System.arraycopy(parts, 0, codePoints, count, parts.length);
            count += parts.length;
        }

        /** Uses up what a character of the result was made from; returns what {@link Rewriting} wants to know of it. */
        int use(int codePoint) {
            int change = 1;
            for (int part : java.text.Normalizer.normalize(Character.toString(codePoint), Form.NFD).codePoints().toArray())
                change += (further.get(firstUnused(part)) ? 1 : 0) - 1;
            return change;
        }

        /**
         * Marks are sorted in the result, so a part is looked for by what it is and not by its place. What is not among the parts,
         * which no known version of Unicode makes possible, counts as the first: ranges a little off are better than no tokens.
         */
        private int firstUnused(int codePoint) {
            for (int i = 0; i < count; i++) {
                if (used.get(i) || codePoints[i] != codePoint) continue;
                used.set(i);
                return i;
            }
            return 0;
        }
    }
}
