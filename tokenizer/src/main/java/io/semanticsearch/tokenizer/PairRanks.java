package io.semanticsearch.tokenizer;

import java.util.function.IntPredicate;

/** Ranks by pairs of ids: an open-addressing hash table of one long an entry, as looking up is waiting for memory. */
final class PairRanks {

    static final int NONE = -1;
    static final int MOST_RANKS = (1 << 22) - 1;

    private static final int RANK_BITS = 22;
    private static final int ID_BITS = 21; // for every id below Vocabulary.MOST

    /** The pair in the upper 42 bits, 1 + the rank in the lower; 0 is free. */
    private final long[] slots;
    private final int shift;

    /** @param pairs how many there will be at most */
    PairRanks(int pairs) {
        int bits = 4;
        while (1 << bits < pairs + pairs / 2)
            bits++;
        slots = new long[1 << bits];
        shift = Long.SIZE - bits;
    }

    /** A pair that is put again gets the new rank. */
    void put(int left, int right, int rank) {
        long pair = pair(left, right);
        int slot = slot(pair);
        while (slots[slot] != 0 && slots[slot] >>> RANK_BITS != pair)
            slot = slot + 1 & slots.length - 1;
        slots[slot] = pair << RANK_BITS | rank + 1;
    }

    /** The same without some ranks. */
    PairRanks without(IntPredicate gone) {
        PairRanks rest = new PairRanks(slots.length / 2);
        for (long entry : slots) {
            int rank = (int) (entry & MOST_RANKS) - 1;
            long pair = entry >>> RANK_BITS;
            if (entry != 0 && !gone.test(rank)) rest.put((int) (pair >>> ID_BITS), (int) (pair & (1 << ID_BITS) - 1), rank);
        }
        return rest;
    }

    int get(int left, int right) {
        long pair = pair(left, right);
        for (int slot = slot(pair);; slot = slot + 1 & slots.length - 1) {
            long entry = slots[slot];
            if (entry == 0) return NONE;
            if (entry >>> RANK_BITS == pair) return (int) (entry & MOST_RANKS) - 1;
        }
    }

    private static long pair(int left, int right) {
        return (long) left << ID_BITS | right;
    }

    /** Multiplying by 2^64 over the golden ratio spreads pairs that differ in few bits; the upper bits are the best mixed. */
    private int slot(long pair) {
        return (int) (pair * 0x9E3779B97F4A7C15L >>> shift);
    }
}
