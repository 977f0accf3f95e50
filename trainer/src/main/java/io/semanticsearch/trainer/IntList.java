package io.semanticsearch.trainer;

import java.util.Arrays;

/** A growing row of ints; for one thread. */
final class IntList {

    private int[] entries;
    private int size;

    IntList(int capacity) {
        this.entries = new int[Math.max(8, capacity)];
    }

    void add(int entry) {
        if (size == entries.length) entries = Arrays.copyOf(entries, Math.addExact(size, size >> 1));
        entries[size++] = entry;
    }

    void addAll(int[] from, int start, int end) {
        for (int i = start; i < end; i++) add(from[i]);
    }

    int get(int i) {
        return entries[i];
    }

    void set(int i, int entry) {
        entries[i] = entry;
    }

    int size() {
        return size;
    }

    /** Forgets what follows the first entries. */
    void cut(int newSize) {
        size = newSize;
    }

    /** The entries themselves, more than {@link #size} of them; changed by the next call. */
    int[] array() {
        return entries;
    }

    int[] toArray() {
        return Arrays.copyOf(entries, size);
    }
}
