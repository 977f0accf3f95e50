package io.semanticsearch.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Finds a token's id by chars that lie anywhere in an array, without making a String of them.
 *
 * <p>An open-addressing hash table. The hash of some chars is made with {@link #step} char by char, so it can be had for nothing
 * while they are read, and the hashes of all beginnings of a word cost one pass.
 */
final class TokenTable {

    /** The hash of no chars. */
    static final int EMPTY = 0;
    static final int NOT_FOUND = -1;

    /** The hash in the upper half, 1 + index of the entry in the lower; 0 is free. One read tells most misses. */
    private final long[] slots;
    private final int shift;
    private final char[] chars;
    /** Entry i has the chars from {@code bounds[i]} to {@code bounds[i + 1]}. */
    private final int[] bounds;
    private final int[] ids;
    private final int longest;

    record Entry(String token, int id) {}

    TokenTable(List<Entry> entries) {
        int bits = 4;
        while (1 << bits < entries.size() * 2)
            bits++;
        slots = new long[1 << bits];
        shift = 32 - bits;
        chars = new char[entries.stream().mapToInt(e -> e.token().length()).sum()];
        bounds = new int[entries.size() + 1];
        ids = new int[entries.size()];
        int most = 0;
        for (int i = 0; i < ids.length; i++) {
            String token = entries.get(i).token();
            token.getChars(0, token.length(), chars, bounds[i]);
            bounds[i + 1] = bounds[i] + token.length();
            ids[i] = entries.get(i).id();
            most = Math.max(most, token.length());
            put(i);
        }
        longest = most;
    }

    private TokenTable(TokenTable all, int[] ids) {
        this.slots = all.slots;
        this.shift = all.shift;
        this.chars = all.chars;
        this.bounds = all.bounds;
        this.longest = all.longest;
        this.ids = ids;
    }

    /** The same without some tokens. */
    TokenTable without(Set<Integer> gone) {
        return new TokenTable(this, Arrays.stream(ids).map(id -> gone.contains(id) ? NOT_FOUND : id).toArray());
    }

    /** The hash of some chars and {@code c} after them. */
    static int step(int hash, char c) {
        return hash * 31 + c;
    }

    /** @param hash of just these chars */
    int find(char[] text, int from, int to, int hash) {
        for (int slot = slot(hash);; slot = slot + 1 & slots.length - 1) {
            long value = slots[slot];
            if (value == 0) return NOT_FOUND;
            if ((int) (value >>> 32) == hash) {
                int entry = (int) value - 1;
                if (equal(entry, text, from, to)) return ids[entry];
            }
        }
    }

    int find(char[] text, int from, int to) {
        int hash = EMPTY;
        for (int i = from; i < to; i++) hash = step(hash, text[i]);
        return find(text, from, to, hash);
    }

    /** In chars, of the longest token; 0 without tokens. */
    int longest() {
        return longest;
    }

    /**
     * The longest token that the chars from {@code from} begin with, looked for up to {@code to}.
     *
     * @return the end of the token in the upper half, its id in the lower; {@link #NOT_FOUND} when there is none
     */
    long longest(char[] text, int from, int to) {
        long found = NOT_FOUND;
        int hash = EMPTY;
        int last = Math.min(to, from + longest);
        for (int i = from; i < last; i++) {
            hash = step(hash, text[i]);
            int id = find(text, from, i + 1, hash);
            if (id != NOT_FOUND) found = (long) (i + 1) << 32 | id;
        }
        return found;
    }

    private void put(int entry) {
        int hash = EMPTY;
        for (int i = bounds[entry]; i < bounds[entry + 1]; i++) hash = step(hash, chars[i]);
        int slot = slot(hash);
        while (slots[slot] != 0)
            slot = slot + 1 & slots.length - 1;
        slots[slot] = (long) hash << 32 | entry + 1;
    }

    /** Multiplying by 2^32 over the golden ratio spreads hashes that differ in few bits; the upper bits are the best mixed. */
    private int slot(int hash) {
        return hash * 0x9E3779B9 >>> shift;
    }

    private boolean equal(int entry, char[] text, int from, int to) {
        int at = bounds[entry];
        if (bounds[entry + 1] - at != to - from) return false;
        for (int i = from; i < to; i++) if (text[i] != chars[at++]) return false;
        return true;
    }
}
