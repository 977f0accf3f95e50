package io.semanticsearch.trainer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Chooses the tokens: the characters, then parts of words that the vocabulary does not have, then whole words, the frequent ones and those
 * of dictionaries first. A whole word has a meaning of its own, which the mean of its parts has not; so most tokens are words.
 */
final class VocabularyLearner {

    /** A character that is rarer makes a word unknown. */
    private static final int LEAST_OF_CHARACTER = 60;
    /** What a word of a dictionary weighs more: it is in the texts of others too, a name often is not. */
    private static final int LISTED = 4;
    private static final int LEAST_OF_WORD = 4;
    /** Longer words are addresses and formulas. */
    private static final int LONGEST_WORD = 24;
    /** Rare words that parts are learned from; the rarer ones add noise. */
    private static final int WORDS_FOR_PARTS = 250_000;

    private VocabularyLearner() {}

    /**
     * @param size tokens, at most
     * @param parts how many of them are parts of words
     */
    static WordPieces learn(TrainingText text, int size, int parts, Progress progress) {
        progress.begin("vocabulary", 1);
        Set<String> tokens = new LinkedHashSet<>(WordPieces.SPECIAL);
        addCharacters(text, tokens);
        int forWords = size - tokens.size() - parts;
        if (forWords < 1) {
            throw new TrainerException("a vocabulary of [" + size + "] has no room for words: the text has [" + tokens.size()
                    + "] characters, and [" + parts + "] parts are wanted; make it larger");
        }
        List<Integer> words = candidates(text);
        List<Integer> chosen = words.subList(0, Math.min(forWords, words.size()));
        PieceLearner learner = new PieceLearner();
        for (int w : words.subList(chosen.size(), Math.min(words.size(), chosen.size() + WORDS_FOR_PARTS))) {
            learner.add(text.words()[w], text.counts()[w]);
        }
        tokens.addAll(learner.learn(parts));
        for (int w : words) {
            if (tokens.size() >= size) break;
            tokens.add(text.words()[w]);
        }
        progress.end();
        return new WordPieces(List.copyOf(tokens));
    }

    private static void addCharacters(TrainingText text, Set<String> tokens) {
        Map<Integer, Long> counts = new TreeMap<>();
        for (int w = 0; w < text.size(); w++) {
            int count = text.counts()[w];
            text.words()[w].codePoints().forEach(c -> counts.merge(c, (long) count, Long::sum));
        }
        for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
            int c = entry.getKey();
            boolean ascii = c < 0x80;
            if (!ascii && entry.getValue() < LEAST_OF_CHARACTER) continue;
            tokens.add(Character.toString(c));
            if (Character.isLetterOrDigit(c)) tokens.add(WordPieces.CONTINUED + Character.toString(c));
        }
    }

    /** Words that could be tokens, the best first. */
    private static List<Integer> candidates(TrainingText text) {
        List<Integer> words = new ArrayList<>();
        for (int w = 0; w < text.size(); w++) {
            int length = text.words()[w].length();
            if (length >= 2 && length <= LONGEST_WORD && text.counts()[w] >= LEAST_OF_WORD) words.add(w);
        }
        words.sort(Comparator.<Integer>comparingLong(w -> -score(text, w)).thenComparing(w -> w));
        return words;
    }

    private static long score(TrainingText text, int w) {
        return (long) text.counts()[w] * (text.listed()[w] ? LISTED : 1);
    }
}
