package io.semanticsearch.trainer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Learns the parts of words: beginning with single characters, the pair of parts that stands side by side most often becomes a part, over
 * and over. Ties go to the pair whose parts came first.
 */
final class PieceLearner {

    private static final int LONGEST = 14;

    private final List<String> parts = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<int[]> words = new ArrayList<>();
    private final List<Long> counts = new ArrayList<>();
    private final Map<Long, Pair> pairs = new LinkedHashMap<>();

    private static final class Pair {
        private final long key;
        private long count;
        private final Set<Integer> words = new LinkedHashSet<>();

        Pair(long key) {
            this.key = key;
        }
    }

    private record Waiting(long key, long count) {}

    /** @param count how much the word weighs */
    void add(String word, long count) {
        int[] symbols = new int[word.codePointCount(0, word.length())];
        int n = 0;
        int next;
        for (int i = 0; i < word.length(); i = next) {
            next = i + Character.charCount(word.codePointAt(i));
            String character = word.substring(i, next);
            symbols[n++] = number(i == 0 ? character : WordPieces.CONTINUED + character);
        }
        if (n < 2) return;
        words.add(symbols);
        counts.add(count);
    }

    /** @return up to so many parts of more than one character, the most useful first */
    List<String> learn(int wanted) {
        for (int w = 0; w < words.size(); w++) count(w, 1);
        PriorityQueue<Waiting> queue = new PriorityQueue<>(
                Comparator.<Waiting>comparingLong(waiting -> -waiting.count).thenComparingLong(Waiting::key));
        pairs.values().forEach(pair -> queue.add(new Waiting(pair.key, pair.count)));
        Set<String> learned = new LinkedHashSet<>();
        while (learned.size() < wanted && !queue.isEmpty()) {
            Waiting best = queue.poll();
            Pair pair = pairs.get(best.key);
            if (pair == null || pair.count != best.count || pair.count < 2) continue;
            String joined = joined(best.key);
            if (length(joined) > LONGEST) continue;
            learned.add(joined);
            merge(pair, number(joined), queue);
        }
        return List.copyOf(learned);
    }

    private void merge(Pair pair, int joined, PriorityQueue<Waiting> queue) {
        int left = (int) (pair.key >>> 32);
        int right = (int) pair.key;
        Set<Long> changed = new LinkedHashSet<>();
        for (int w : List.copyOf(pair.words)) {
            count(w, -1, changed);
            words.set(w, merged(words.get(w), left, right, joined));
            count(w, 1, changed);
        }
        for (long key : changed) {
            Pair other = pairs.get(key);
            if (other != null && other.count > 0) {
                queue.add(new Waiting(key, other.count));
            } else {
                pairs.remove(key);
            }
        }
    }

    private static int[] merged(int[] symbols, int left, int right, int joined) {
        IntList shorter = new IntList(symbols.length);
        for (int i = 0; i < symbols.length; i++) {
            boolean both = symbols[i] == left && i + 1 < symbols.length && symbols[i + 1] == right;
            shorter.add(both ? joined : symbols[i]);
            if (both) i++;
        }
        return shorter.toArray();
    }

    private void count(int w, int sign) {
        count(w, sign, null);
    }

    private void count(int w, int sign, Set<Long> changed) {
        int[] symbols = words.get(w);
        for (int i = 0; i + 1 < symbols.length; i++) {
            long key = (long) symbols[i] << 32 | symbols[i + 1];
            Pair pair = pairs.computeIfAbsent(key, Pair::new);
            pair.count += sign * counts.get(w);
            if (sign > 0) {
                pair.words.add(w);
            } else {
                pair.words.remove(w);
            }
            if (changed != null) changed.add(key);
        }
    }

    private String joined(long key) {
        return parts.get((int) (key >>> 32)) + parts.get((int) key).substring(WordPieces.CONTINUED.length());
    }

    private static int length(String part) {
        return part.length() - (part.startsWith(WordPieces.CONTINUED) ? WordPieces.CONTINUED.length() : 0);
    }

    private int number(String part) {
        return numbers.computeIfAbsent(part, added -> {
            parts.add(added);
            return parts.size() - 1;
        });
    }
}
