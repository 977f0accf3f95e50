package io.semanticsearch.tokenizer;

import java.util.Arrays;

/**
 * A word being merged: of all pairs of neighbours the one of the lowest rank, the leftmost of several, until none is left. The
 * pairs wait in a heap, so that a long word costs little more for each char than a short one.
 *
 * <p>Room to work in, used for one word after the other on one thread.
 */
final class BpeMerging {

    private final BpeMerges merges;
    private int[] ids = new int[64];
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int[] previous = new int[64];
    private int[] next = new int[64];
    private int count;
    /** By token: the rank of its merge with the next one, or {@link BpeMerges#NONE}. */
    private int[] ranks = new int[64];
    /** Rank in the upper half, index of the left token in the lower; the least on top. */
    private long[] heap = new long[64];
    private int waiting;

    BpeMerging(BpeMerges merges) {
        this.merges = merges;
    }

    void clear() {
        count = 0;
    }

    void add(int id, int start, int end) {
        if (count == ids.length) grow();
        ids[count] = id;
        starts[count] = start;
        ends[count] = end;
        ranks[count] = BpeMerges.NONE;
        previous[count] = count - 1;
        next[count] = ++count;
    }

    /** Merges what was added and gives it to {@code spelling}, with chars counted from {@code from}. */
    void spell(int from, Spelling spelling) {
        waiting = 0;
        for (int i = 0; i + 1 < count; i++) await(i);
        while (waiting > 0) {
            long top = poll();
            int left = (int) top;
            int rank = (int) (top >>> 32);
            if (ranks[left] != rank) continue; // one of the two became another since
            int right = next[left];
            ids[left] = merges.merged(rank);
            ends[left] = ends[right];
            ranks[left] = BpeMerges.NONE;
            ranks[right] = BpeMerges.NONE;
            next[left] = next[right];
            if (next[left] < count) {
                previous[next[left]] = left;
                await(left);
            }
            if (previous[left] >= 0) await(previous[left]);
        }
        for (int i = 0; i < count; i = next[i]) spelling.add(ids[i], starts[i] - from, ends[i] - from);
    }

    /** Lets a token and the next wait, if they can be merged. */
    private void await(int left) {
        int rank = merges.rank(ids[left], ids[next[left]]);
        ranks[left] = rank;
        if (rank == BpeMerges.NONE) return;
        long entry = (long) rank << 32 | left;
        if (waiting == heap.length) heap = Arrays.copyOf(heap, waiting * 2);
        int at = waiting++;
        while (at > 0 && heap[at - 1 >>> 1] > entry) {
            heap[at] = heap[at - 1 >>> 1];
            at = at - 1 >>> 1;
        }
        heap[at] = entry;
    }

    private long poll() {
        long top = heap[0];
        long entry = heap[--waiting];
        int at = 0;
        while (2 * at + 1 < waiting) {
            int child = 2 * at + 1;
            if (child + 1 < waiting && heap[child + 1] < heap[child]) child++;
            if (heap[child] >= entry) break;
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = entry;
        return top;
    }

    private void grow() {
        ids = Arrays.copyOf(ids, count * 2);
        starts = Arrays.copyOf(starts, count * 2);
        ends = Arrays.copyOf(ends, count * 2);
        previous = Arrays.copyOf(previous, count * 2);
        next = Arrays.copyOf(next, count * 2);
        ranks = Arrays.copyOf(ranks, count * 2);
    }
}
