package io.semanticsearch.tokenizer;

import java.util.Arrays;
import java.util.HexFormat;

/** A set of code points, made of ranges. Immutable. */
final class CodePoints {

    private final int[] firsts;
    private final int[] lasts;

    /** @param ranges ascending, apart by white space: {@code first-last} or a single code point, hexadecimal */
    CodePoints(String ranges) {
        String[] parts = ranges.strip().split("\\s+");
        firsts = new int[parts.length];
        lasts = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            int dash = parts[i].indexOf('-');
            firsts[i] = HexFormat.fromHexDigits(dash < 0 ? parts[i] : parts[i].substring(0, dash));
            lasts[i] = dash < 0 ? firsts[i] : HexFormat.fromHexDigits(parts[i].substring(dash + 1));
        }
    }

    boolean contains(int codePoint) {
        int found = Arrays.binarySearch(firsts, codePoint);
        if (found >= 0) return true;
        int before = -found - 2;
        return before >= 0 && codePoint <= lasts[before];
    }
}
