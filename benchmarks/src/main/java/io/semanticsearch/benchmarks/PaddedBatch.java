package io.semanticsearch.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * Token ids of several texts, filled up with zeros to the longest.
 *
 * @param ids int64 [texts][tokens]
 * @param mask int64 [texts][tokens], 1 for a token of the text
 */
record PaddedBatch(long[][] ids, long[][] mask) {

    static PaddedBatch of(List<int[]> texts) {
        int longest = texts.stream().mapToInt(text -> text.length).max().orElse(0);
        long[][] ids = new long[texts.size()][longest];
        long[][] mask = new long[texts.size()][longest];
        for (int row = 0; row < ids.length; row++) {
            int[] text = texts.get(row);
            for (int i = 0; i < text.length; i++) ids[row][i] = text[i];
            Arrays.fill(mask[row], 0, text.length, 1);
        }
        return new PaddedBatch(ids, mask);
    }

    int texts() {
        return ids.length;
    }

    int tokens() {
        return ids.length == 0 ? 0 : ids[0].length;
    }

    /** Zeros. */
    long[][] types() {
        return new long[texts()][tokens()];
    }

    int length(int text) {
        int length = 0;
        for (long one : mask[text]) length += (int) one;
        return length;
    }
}
