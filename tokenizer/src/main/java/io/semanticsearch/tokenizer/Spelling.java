package io.semanticsearch.tokenizer;

import java.util.Arrays;

/** The tokens of one word or part of a word, with chars counted from its beginning. For one call on one thread. */
final class Spelling {

    private int[] ids = new int[64];
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int count;

    void clear() {
        count = 0;
    }

    void add(int id, int start, int end) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count * 2);
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
        }
        ids[count] = id;
        starts[count] = start;
        ends[count++] = end;
    }

    /** Adds the tokens to those of a text, in which the word begins at char {@code from}. */
    void addTo(Tokens tokens, AlignedText text, int from) {
        for (int i = 0; i < count; i++) tokens.add(ids[i], text.start(from + starts[i]), text.end(from + ends[i] - 1));
    }

    int count() {
        return count;
    }

    int id(int i) {
        return ids[i];
    }

    int start(int i) {
        return starts[i];
    }

    int end(int i) {
        return ends[i];
    }
}
