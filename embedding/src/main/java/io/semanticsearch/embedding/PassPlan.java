package io.semanticsearch.embedding;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The rows that wait to be run, and which of them make the next forward pass: the oldest, and those of about its length that wait for the
 * same model. Rows of one length fill no processor with padding, and a pass that is too large leaves the caches.
 *
 * <p>Not thread-safe: guarded by the lock of {@link WorkQueue}.
 */
final class PassPlan {

    /** Padding that a pass may have, of its tokens. */
    private static final double MAX_PADDING = 0.1;

    private final Map<BatchedFunction, NavigableMap<Integer, LinkedHashSet<WaitingRow>>> byLength = new LinkedHashMap<>();
    // Rows that were taken stay in it until they come up.
    private final Deque<WaitingRow> byAge = new ArrayDeque<>();
    private int rows;
    private long tokens;

    void add(WaitingRow row) {
        byLength.computeIfAbsent(row.request.function, key -> new TreeMap<>())
                .computeIfAbsent(row.ids.length, key -> new LinkedHashSet<>()).add(row);
        byAge.add(row);
        rows++;
        tokens += row.ids.length;
    }

    /** Takes out the rows of the next pass; none where nothing waits. */
    List<WaitingRow> take() {
        WaitingRow oldest = byAge.poll();
        while (oldest != null && !oldest.waiting)
            oldest = byAge.poll();
        if (oldest == null) return List.of();
        NavigableMap<Integer, LinkedHashSet<WaitingRow>> lengths = byLength.get(oldest.request.function);
        Pass pass = new Pass(oldest.request.function.passTokens());
        remove(oldest);
        pass.add(oldest);
        Map.Entry<Integer, LinkedHashSet<WaitingRow>> shorter = lengths.floorEntry(oldest.ids.length);
        Map.Entry<Integer, LinkedHashSet<WaitingRow>> longer = lengths.higherEntry(oldest.ids.length);
        while (shorter != null || longer != null) {
            boolean down = longer == null || shorter != null
                    && oldest.ids.length - shorter.getKey() <= longer.getKey() - oldest.ids.length;
            Map.Entry<Integer, LinkedHashSet<WaitingRow>> nearest = down ? shorter : longer;
            while (!nearest.getValue().isEmpty() && pass.fits(nearest.getKey())) {
                WaitingRow row = nearest.getValue().getFirst();
                remove(row);
                pass.add(row);
            }
            // What is left here did not fit, so nothing further off in this direction does.
            boolean left = !nearest.getValue().isEmpty();
            if (down) {
                shorter = left ? null : lengths.lowerEntry(nearest.getKey());
            } else {
                longer = left ? null : lengths.higherEntry(nearest.getKey());
            }
        }
        if (rows == 0) byAge.clear();
        return pass.rows;
    }

    /** Takes a row out, whether it is its turn or not. */
    void remove(WaitingRow row) {
        if (!row.waiting) return;
        row.waiting = false;
        rows--;
        tokens -= row.ids.length;
        NavigableMap<Integer, LinkedHashSet<WaitingRow>> lengths = byLength.get(row.request.function);
        LinkedHashSet<WaitingRow> alike = lengths.get(row.ids.length);
        alike.remove(row);
        if (alike.isEmpty()) lengths.remove(row.ids.length);
        if (lengths.isEmpty()) byLength.remove(row.request.function);
    }

    int rows() {
        return rows;
    }

    long tokens() {
        return tokens;
    }

    /** A pass while it is filled. */
    private static final class Pass {

        private final int budget;
        private final List<WaitingRow> rows = new ArrayList<>();
        private long tokens;
        private int longest;

        Pass(int budget) {
            this.budget = budget;
        }

        void add(WaitingRow row) {
            rows.add(row);
            tokens += row.ids.length;
            longest = Math.max(longest, row.ids.length);
        }

        boolean fits(int length) {
            long padded = (rows.size() + 1L) * Math.max(longest, length);
            return padded <= budget && padded - tokens - length <= MAX_PADDING * padded;
        }
    }
}
