package io.semanticsearch.embedding;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts many texts into sub-batches, in order, so that a large bulk is spread over the workers and a query can pass between two of them.
 *
 * @param maxTexts texts in a batch at most
 * @param maxCharacters characters in a batch at most; a longer text has a batch of its own
 */
public record TextBatches(int maxTexts, int maxCharacters) {

    public TextBatches {
        if (maxTexts < 1) throw new IllegalArgumentException("[maxTexts] is [" + maxTexts + "], expected 1 or more");
        if (maxCharacters < 1)
            throw new IllegalArgumentException("[maxCharacters] is [" + maxCharacters + "], expected 1 or more");
    }

    /**
     * Some of the texts, next to each other.
     *
     * @param from position of the first among all texts
     * @param texts the texts at {@code from}, {@code from + 1}, …
     */
    public record Batch(int from, List<String> texts) {

        /** Java characters of all its texts, two bytes each while they wait. */
        public long characters() {
            return texts.stream().mapToLong(String::length).sum();
        }
    }

    /** Cuts the texts: every one is in exactly one batch, no batch is empty. */
    public List<Batch> split(List<String> texts) {
        List<Batch> batches = new ArrayList<>();
        int from = 0;
        long characters = 0;
        for (int i = 0; i < texts.size(); i++) {
            int length = texts.get(i).length();
            if (i > from && (i - from == maxTexts || characters + length > maxCharacters)) {
                batches.add(new Batch(from, List.copyOf(texts.subList(from, i))));
                from = i;
                characters = 0;
            }
            characters += length;
        }
        if (from < texts.size()) batches.add(new Batch(from, List.copyOf(texts.subList(from, texts.size()))));
        return batches;
    }
}
