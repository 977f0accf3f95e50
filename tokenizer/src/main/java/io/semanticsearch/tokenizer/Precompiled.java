package io.semanticsearch.tokenizer;

/**
 * SentencePiece's own normalizer, a table that comes with the file; usually NFKC and a little more.
 *
 * <p>Looked up as Hugging Face does it: a grapheme cluster of less than six bytes as a whole, where the shortest beginning that the
 * table holds stands for all of it; else code point by code point.
 */
final class Precompiled implements Normalizer {

    private static final int SHORT_CLUSTER = 6;

    private final Charsmap charsmap;
    /** By char: whether it stays what it is, unless it belongs to a cluster with a char that does not. */
    private final boolean[] plain = new boolean[0x10000];

    Precompiled(Charsmap charsmap) {
        this.charsmap = charsmap;
        char[] single = new char[1];
        for (int c = 0; c < plain.length; c++) {
            single[0] = (char) c;
            plain[c] = !Character.isSurrogate(single[0]) && !GraphemeClusters.joins(c)
                    && charsmap.find(single, 0, 1) == Charsmap.NOT_FOUND;
        }
    }

    static Precompiled read(FileSection section) {
        return new Precompiled(Charsmap.read(section.get("precompiled_charsmap")));
    }

    @Override
    public AlignedText normalize(AlignedText text) {
        char[] chars = text.array();
        int length = text.length();
        int special = 0;
        while (special < length && plain[chars[special]])
            special++;
        if (special == length) return text;
        Rewriting result = new Rewriting(length + 16);
        boolean changed = false;
        int end;
        for (int i = 0; i < length; i = end) {
            if (plain[chars[i]] && (i + 1 == length || plain[chars[i + 1]])) {
                result.put(chars[i]);
                end = i + 1;
            } else {
                end = GraphemeClusters.end(chars, i, length);
                changed |= put(chars, i, end, result);
            }
        }
        return changed ? result.of(text) : text;
    }

    @Override
    public boolean contextFree() {
        return false;
    }

    private boolean put(char[] chars, int from, int end, Rewriting result) {
        if (bytes(chars, from, end) < SHORT_CLUSTER && replace(chars, from, end, result)) return true;
        boolean changed = false;
        int next;
        for (int i = from; i < end; i = next) {
            int c = Character.codePointAt(chars, i, end);
            next = i + Character.charCount(c);
            if (replace(chars, i, next, result)) {
                changed = true;
            } else {
                result.put(c);
            }
        }
        return changed;
    }

    private boolean replace(char[] chars, int from, int to, Rewriting result) {
        int found = charsmap.find(chars, from, to);
        if (found == Charsmap.NOT_FOUND) return false;
        result.balance(charsmap.put(found, result), Character.codePointCount(chars, from, to - from));
        return true;
    }

    /** In UTF-8; counted no further than it matters. */
    private static int bytes(char[] chars, int from, int end) {
        int bytes = 0;
        for (int i = from; i < end && bytes < SHORT_CLUSTER; i++)
            bytes += chars[i] < 0x80 ? 1 : chars[i] < 0x800 || Character.isSurrogate(chars[i]) ? 2 : 3;
        return bytes;
    }
}
