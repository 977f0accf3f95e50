package io.semanticsearch.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

/** The tokens of single characters, which BPE begins with, and what stands for a character that has none. Immutable. */
final class BpeSymbols {

    static final int NONE = -1;

    private static final int PAGE = 256;

    /** By whether the character begins the word and ends it, 1 and 2: ids by code point in pages, null for one without ids. */
    private final int[][][] ids = new int[4][][];
    private final boolean plain;
    private final int[] bytes;
    private final int unknown;
    private final boolean fuseUnknown;

    /**
     * @param prefix       marks the tokens that do not begin a word; may be empty
     * @param suffix       marks those that end one
     * @param byteFallback spell characters without a token as the tokens {@code <0x00>} to {@code <0xFF>} of their bytes
     * @param unknown      an id or {@link #NONE}: then characters without a token vanish
     * @param fuseUnknown  several unknown characters in a row are one token
     */
    BpeSymbols(Map<String, Integer> vocabulary,
            String prefix,
            String suffix,
            boolean byteFallback,
            int unknown,
            boolean fuseUnknown) {
        this.plain = prefix.isEmpty() && suffix.isEmpty();
        this.bytes = byteFallback ? bytes(vocabulary) : null;
        this.unknown = unknown;
        this.fuseUnknown = fuseUnknown;
        for (int place = 0; place < ids.length; place++) {
            ids[place] = plain && place > 0
                    ? ids[0]
                    : table(vocabulary, (place & 1) != 0 ? "" : prefix, (place & 2) != 0 ? suffix : "");
        }
    }

    /** Whether a character is the same token wherever in a word it stands. */
    boolean plain() {
        return plain;
    }

    /** The token of a character, or {@link #NONE}. */
    int id(int codePoint, boolean beginsWord, boolean endsWord) {
        int[] page = ids[(beginsWord ? 1 : 0) | (endsWord ? 2 : 0)][codePoint / PAGE];
        return page == null ? NONE : page[codePoint % PAGE];
    }

    /** Puts the tokens of a part of a word, one for each character that has one. */
    void read(char[] chars, int from, int to, boolean beginsWord, boolean endsWord, BpeMerging into) {
        int unknownFrom = NONE;
        int next;
        for (int i = from; i < to; i = next) {
            int c = Character.codePointAt(chars, i, to);
            next = i + Character.charCount(c);
            int id = id(c, beginsWord && i == from, endsWord && next == to);
            boolean isUnknown = id == NONE && (bytes == null || !haveBytes(c));
            if (unknownFrom != NONE && !(isUnknown && fuseUnknown)) {
                into.add(unknown, unknownFrom, i);
                unknownFrom = NONE;
            }
            if (id != NONE) {
                into.add(id, i, next);
            } else if (!isUnknown) {
                for (byte b : utf8(c)) into.add(bytes[b & 0xFF], i, next);
            } else if (unknownFrom == NONE && unknown != NONE) {
                unknownFrom = i;
            }
        }
        if (unknownFrom != NONE) into.add(unknown, unknownFrom, to);
    }

    private boolean haveBytes(int c) {
        for (byte b : utf8(c)) if (bytes[b & 0xFF] == NONE) return false;
        return true;
    }

    private static byte[] utf8(int c) {
        return Character.toString(c).getBytes(StandardCharsets.UTF_8);
    }

    /** The ids of the tokens {@code <0x00>} to {@code <0xFF>}, {@link #NONE} for one that is missing. */
    static int[] bytes(Map<String, Integer> vocabulary) {
        int[] bytes = new int[256];
        HexFormat hex = HexFormat.of().withUpperCase();
        for (int b = 0; b < bytes.length; b++) bytes[b] = vocabulary.getOrDefault("<0x" + hex.toHexDigits((byte) b) + ">", NONE);
        return bytes;
    }

    private static int[][] table(Map<String, Integer> vocabulary, String prefix, String suffix) {
        int[][] table = new int[(Character.MAX_CODE_POINT + 1) / PAGE][];
        vocabulary.forEach((token, id) -> {
            int length = token.length() - prefix.length() - suffix.length();
            if (length < 1 || length > 2 || !token.startsWith(prefix) || !token.endsWith(suffix)) return;
            int c = token.codePointAt(prefix.length());
            if (Character.charCount(c) != length) return;
            int[] page = table[c / PAGE];
            if (page == null) {
                page = new int[PAGE];
                Arrays.fill(page, NONE);
                table[c / PAGE] = page;
            }
            page[c % PAGE] = id;
        });
        return table;
    }
}
