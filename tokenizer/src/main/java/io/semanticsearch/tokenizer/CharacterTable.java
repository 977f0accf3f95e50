package io.semanticsearch.tokenizer;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What a context-free normalizer followed by {@link BertPreTokenizer} makes of each code point, worked out once and kept.
 *
 * <p>An entry is an int: below {@link #SPACE} the one letter that becomes part of a word, else one of the kinds below in the
 * upper half and its argument in the lower. Entries are made by running the normalizer itself, 256 code points at a time when
 * the first of them is met. Thread-safe.
 */
final class CharacterTable {

    /** Ends a word; nothing else. */
    static final int SPACE = 1 << 16;
    /** Ends a word and is a word of its own: the char in the lower half. */
    static final int APART = 2 << 16;
    /** Vanishes. */
    static final int DROPPED = 3 << 16;
    /** A surrogate: the entry is that of the code point it is half of. */
    static final int SURROGATE = 4 << 16;
    /** Becomes several chars, see {@link #text}. */
    static final int TEXT = 5 << 16;

    private static final int ROW = 256;

    private final Normalizer normalizer;
    private final AtomicReferenceArray<Row> rows = new AtomicReferenceArray<>((Character.MAX_CODE_POINT + 1) / ROW);

    /** @param texts what entries of the kind {@link #TEXT} stand for; null beside the others */
    private record Row(int[] entries, String[] texts) {}

    CharacterTable(Normalizer normalizer) {
        if (!normalizer.contextFree())
            throw new IllegalArgumentException("a table of [" + normalizer + "] would not tell what it does");
        this.normalizer = normalizer;
    }

    static int kind(int entry) {
        return entry & 0xFFFF_0000;
    }

    /** The entries of code points 0 to 255. */
    int[] latin() {
        return row(0).entries();
    }

    int entry(int codePoint) {
        return row(codePoint / ROW).entries()[codePoint % ROW];
    }

    /** The normalized text of a code point whose entry is {@link #TEXT}. */
    String text(int codePoint) {
        return row(codePoint / ROW).texts()[codePoint % ROW];
    }

    private Row row(int index) {
        Row row = rows.get(index);
        if (row == null) {
            row = make(index * ROW); // by several threads at once perhaps, all with the same result
            rows.set(index, row);
        }
        return row;
    }

    private Row make(int first) {
        int[] entries = new int[ROW];
        String[] texts = new String[ROW];
        for (int i = 0; i < ROW; i++) {
            int codePoint = first + i;
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                entries[i] = SURROGATE;
                continue;
            }
            AlignedText original = new AlignedText(2);
            original.appendCodePoint(codePoint, 0, Character.charCount(codePoint));
            String normalized = normalizer.normalize(original).toString();
            entries[i] = entryOf(normalized);
            if (entries[i] == TEXT) texts[i] = normalized;
        }
        return new Row(entries, texts);
    }

    private static int entryOf(String normalized) {
        String bare = normalized.length() == 3 && normalized.startsWith(" ") && normalized.endsWith(" ")
                ? normalized.substring(1, 2)
                : normalized;
        if (bare.isEmpty()) return DROPPED;
        char c = bare.charAt(0);
        if (bare.length() > 1 || Character.isSurrogate(c)) return TEXT;
        if (CharacterKind.isWhitespace(c)) return SPACE;
        return bare != normalized || CharacterKind.isPunctuation(c) ? APART | c : c;
    }
}
