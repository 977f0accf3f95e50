package io.semanticsearch.tokenizer;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * How short words were spelt: most words of a text are common ones, and looking one up costs a tenth of spelling it.
 *
 * <p>Bounded: a word has two places, and of three words for them the one that came first goes. Thread-safe without locks: entries
 * are not changed, and an update that gets lost costs no more than a spelling.
 */
final class SpellingCache {

    /** In chars; longer words are rarely met twice. */
    static final int LONGEST = 32;

    /** A word of more tokens is no common one. */
    private static final int MOST_TOKENS = 16;

    /** With entries of about 60 bytes: four megabytes; with the longest there are, 14. */
    private static final int BITS = 16;

    /**
     * An entry is an array: the hash, the length of the word, its chars in pairs, and for each token its id and its range in
     * chars of the word. One array, as every further object costs a wait for memory.
     */
    private final AtomicReferenceArray<int[]> entries = new AtomicReferenceArray<>(1 << BITS);

    static int hash(char[] chars, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) hash = hash * 31 + chars[i];
        return hash;
    }

    /** Adds the tokens of a word, if they are known. */
    boolean add(Tokens tokens, AlignedText text, int from, int to, int hash) {
        char[] chars = text.array();
        int place = place(hash);
        int[] entry = entries.getAcquire(place);
        if (!isOf(entry, chars, from, to, hash)) {
            entry = entries.getAcquire(place ^ 1);
            if (!isOf(entry, chars, from, to, hash)) return false;
        }
        for (int i = 2 + (to - from + 1) / 2; i < entry.length; i += 2) {
            int range = entry[i + 1];
            tokens.add(entry[i], text.start(from + (range >>> 16)), text.end(from + (range & 0xFFFF) - 1));
        }
        return true;
    }

    void put(char[] chars, int from, int to, int hash, Spelling spelling) {
        if (spelling.count() > MOST_TOKENS) return;
        int length = to - from;
        int begin = 2 + (length + 1) / 2;
        int[] entry = new int[begin + 2 * spelling.count()];
        entry[0] = hash;
        entry[1] = length;
        for (int i = 0; i < length; i += 2) entry[2 + i / 2] = pair(chars, from + i, to);
        for (int i = 0; i < spelling.count(); i++) {
            entry[begin + 2 * i] = spelling.id(i);
            entry[begin + 2 * i + 1] = spelling.start(i) << 16 | spelling.end(i);
        }
        int place = place(hash);
        entries.setRelease(place ^ 1, entries.getAcquire(place));
        entries.setRelease(place, entry);
    }

    private static boolean isOf(int[] entry, char[] chars, int from, int to, int hash) {
        if (entry == null || entry[0] != hash || entry[1] != to - from) return false;
        int at = 2;
        for (int i = from; i < to; i += 2) if (entry[at++] != pair(chars, i, to)) return false;
        return true;
    }

    private static int pair(char[] chars, int i, int to) {
        return i + 1 < to ? chars[i] << 16 | chars[i + 1] : chars[i];
    }

    private static int place(int hash) {
        return hash * 0x9E3779B9 >>> Integer.SIZE - BITS;
    }
}
