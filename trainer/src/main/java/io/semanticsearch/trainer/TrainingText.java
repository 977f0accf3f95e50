package io.semanticsearch.trainer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All texts as numbers of words, and the words: the most frequent has number 0, and of equally frequent ones the first in the order of
 * their chars has the lower number.
 *
 * @param words the words by number
 * @param counts how often each occurs
 * @param listed whether a dictionary lists a word
 * @param parts the texts, source by source
 */
record TrainingText(String[] words, int[] counts, boolean[] listed, List<Part> parts) {

    /**
     * The texts of a source.
     *
     * @param words numbers of the words of all its texts in order
     * @param ends for each text the index after its last word
     */
    record Part(Source source, int[] words, int[] ends) {

        int fields() {
            return source.kind().fields().size();
        }

        int lines() {
            return ends.length / fields();
        }

        int start(int line, int field) {
            int text = line * fields() + field;
            return text == 0 ? 0 : ends[text - 1];
        }

        int end(int line, int field) {
            return ends[line * fields() + field];
        }

        boolean same(int line, int other, int field) {
            return java.util.Arrays.equals(words, start(line, field), end(line, field), words, start(other, field),
                    end(other, field));
        }
    }

    int size() {
        return words.length;
    }

    /**
     * Reads the files.
     *
     * @param keep 1 for every line, n for every nth
     */
    static TrainingText read(Path folder, List<Source> sources, int keep, Shards shards, Progress progress) {
        SourceText[] texts = new SourceText[sources.size()];
        progress.begin("reading", sources.size());
        shards.run(texts.length, i -> {
            texts[i] = SourceText.read(folder, sources.get(i), sources.get(i).kind() == Source.Kind.JUDGED ? 1 : keep);
            progress.step();
        });
        progress.end();
        Map<String, long[]> totals = new HashMap<>(1 << 20);
        Set<String> listed = new HashSet<>();
        for (SourceText text : texts) {
            boolean counted = text.source().kind() != Source.Kind.JUDGED;
            for (int w = 0; w < text.counts().length; w++) {
                long[] total = totals.computeIfAbsent(text.dictionary().get(w), word -> new long[1]);
                if (counted) total[0] += text.counts()[w];
            }
            if (text.source().kind() == Source.Kind.WORDS) addLemmas(text, listed);
        }
        List<Map.Entry<String, long[]>> order = new ArrayList<>(totals.entrySet());
        order.sort(Comparator.<Map.Entry<String, long[]>>comparingLong(entry -> -entry.getValue()[0])
                .thenComparing(Map.Entry::getKey));
        String[] words = new String[order.size()];
        int[] counts = new int[order.size()];
        boolean[] inDictionary = new boolean[order.size()];
        Map<String, Integer> numbers = new HashMap<>(order.size() * 2);
        for (int w = 0; w < words.length; w++) {
            words[w] = order.get(w).getKey();
            counts[w] = Math.toIntExact(order.get(w).getValue()[0]);
            inDictionary[w] = listed.contains(words[w]);
            numbers.put(words[w], w);
        }
        Part[] parts = new Part[texts.length];
        shards.run(texts.length, i -> parts[i] = renumbered(texts[i], numbers));
        return new TrainingText(words, counts, inDictionary, List.of(parts));
    }

    private static void addLemmas(SourceText text, Set<String> listed) {
        int start = 0;
        for (int i = 0; i < text.ends().length; i += 2) {
            if (text.ends()[i] - start == 1) listed.add(text.dictionary().get(text.words()[start]));
            start = text.ends()[i + 1];
        }
    }

    private static Part renumbered(SourceText text, Map<String, Integer> numbers) {
        int[] renumbered = new int[text.counts().length];
        for (int w = 0; w < renumbered.length; w++) renumbered[w] = numbers.get(text.dictionary().get(w));
        int[] words = text.words();
        for (int i = 0; i < words.length; i++) words[i] = renumbered[words[i]];
        return new Part(text.source(), words, text.ends());
    }
}
