package io.semanticsearch.trainer;

import io.semanticsearch.trainer.TrainingText.Part;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a pair of a line of the text: of a question and its answer these two, of a passage of an article a short text that somebody could
 * look for it with, and the passage. Immutable, for many threads.
 */
final class Views {

    /** What a search begins with that says little of what is looked for. */
    private static final List<String> OPENINGS = List.of("what", "what is", "what is the", "what are", "what are the",
            "what was the",
            "what does", "what did", "who", "who is", "who was", "who was the", "who did", "when", "when did", "when was",
            "when is", "where",
            "where is", "where was", "where did", "which", "in which", "in what year", "how", "how do i", "how to", "how can i",
            "how does",
            "how did", "how many", "how much", "how long", "why", "why is", "why did", "why do", "is it", "can you",
            "tell me about", "name the",
            "what kind of", "what type of", "what year", "along with", "i want to");
    private static final int LONGEST_SECOND = 280;
    private static final int LONGEST_FIRST = 64;
    private static final int LEAST_SENTENCE = 4;

    private final Recipe recipe;
    private final Speller speller;
    private final Synonyms synonyms;
    private final float[] weight;
    private final boolean[] endsSentence;
    private final int[][] openings;

    Views(TrainingText text, Speller speller, Synonyms synonyms, Recipe recipe) {
        this.recipe = recipe;
        this.speller = speller;
        this.synonyms = synonyms;
        this.weight = new float[text.size()];
        this.endsSentence = new boolean[text.size()];
        double total = 0;
        for (int count : text.counts()) total += count;
        Map<String, Integer> numbers = new HashMap<>();
        for (int w = 0; w < weight.length; w++) {
            String word = text.words()[w];
            double frequency = text.counts()[w] / total;
            boolean says = word.codePoints().anyMatch(Character::isLetterOrDigit);
            weight[w] = says ? (float) (1e-4 / (1e-4 + frequency)) : 0;
            endsSentence[w] = word.equals(".") || word.equals("?") || word.equals("!");
            if (w < 50_000) numbers.put(word, w);
        }
        this.openings = OPENINGS.stream()
                .map(opening -> java.util.Arrays.stream(opening.split(" ")).filter(numbers::containsKey).mapToInt(numbers::get)
                        .toArray())
                .toArray(int[][]::new);
    }

    /** Makes the two texts of a pair; whether the first may fit other passages of the same article as well. */
    boolean make(Part part, int line, Dice dice, IntList first, IntList second) {
        if (part.source().kind() == Source.Kind.PASSAGES) return passage(part, line, dice, first, second);
        pair(part, line, dice, first, second);
        return true;
    }

    private void pair(Part part, int line, Dice dice, IntList first, IntList second) {
        float replaced = part.source().kind() == Source.Kind.WORDS ? 0 : recipe.synonym() / 2;
        int start = part.start(line, 0);
        for (int i = start; i < Math.min(part.end(line, 0), start + LONGEST_FIRST); i++)
            query(part.words()[i], replaced, dice, first);
        start = part.start(line, 1);
        for (int i = start; i < Math.min(part.end(line, 1), start + LONGEST_SECOND); i++)
            speller.plain(part.words()[i], dice, second);
    }

    private boolean passage(Part part, int line, Dice dice, IntList first, IntList second) {
        int[] words = part.words();
        int from = part.start(line, 2);
        int to = Math.min(part.end(line, 2), from + LONGEST_SECOND);
        int kind = dice.below(100);
        if (kind < 12) {
            title(part, line, dice, first);
            second(words, from, to, from, from, dice, second);
            return true;
        }
        if (kind < 20) {
            if (nextOfArticle(part, line)) {
                int next = part.start(line + 1, 2);
                text(words, next, Math.min(part.end(line + 1, 2), next + LONGEST_SECOND), dice, first);
                second(words, from, to, from, from, dice, second);
                return true;
            }
        }
        int[] sentence = sentence(words, from, to, dice);
        int begin = sentence[0];
        int end = sentence[1];
        IntList asked = new IntList(LONGEST_FIRST);
        if (kind < 40) {
            asked.addAll(words, begin, Math.min(end, begin + LONGEST_FIRST));
        } else if (kind < 70) {
            float taken = 0.3f + 0.5f * dice.fraction();
            for (int i = begin; i < Math.min(end, begin + LONGEST_FIRST); i++) if (dice.chance(taken)) asked.add(words[i]);
        } else {
            boolean all = dice.chance(0.5f);
            keywords(words, all ? from : begin, all ? to : end, 1 + dice.below(7), dice, asked);
        }
        if (dice.chance(recipe.asked())) opening(dice, first);
        for (int i = 0; i < asked.size(); i++) query(asked.get(i), recipe.synonym(), dice, first);
        if (asked.size() == 0 || dice.chance(0.3f)) field(part, line, 0, dice, first);
        if (dice.chance(recipe.titled())) field(part, line, 0, dice, second);
        if (dice.chance(0.2f)) field(part, line, 1, dice, second);
        boolean keep = end - begin == to - from || kind >= 70 || dice.chance(recipe.kept());
        second(words, from, to, keep ? from : begin, keep ? from : end, dice, second);
        return false;
    }

    private boolean nextOfArticle(Part part, int line) {
        return line + 1 < part.lines() && part.same(line, line + 1, 0);
    }

    private void title(Part part, int line, Dice dice, IntList first) {
        if (dice.chance(recipe.asked())) opening(dice, first);
        int start = part.start(line, 0);
        for (int i = start; i < part.end(line, 0); i++) query(part.words()[i], recipe.synonym(), dice, first);
        if (dice.chance(0.7f)) {
            start = part.start(line, 1);
            for (int i = start; i < part.end(line, 1); i++) query(part.words()[i], recipe.synonym(), dice, first);
        }
    }

    private void field(Part part, int line, int field, Dice dice, IntList to) {
        for (int i = part.start(line, field); i < part.end(line, field); i++) speller.plain(part.words()[i], dice, to);
    }

    private void text(int[] words, int from, int to, Dice dice, IntList tokens) {
        for (int i = from; i < to; i++) speller.plain(words[i], dice, tokens);
    }

    /** The passage without what the first text is made of. */
    private void second(int[] words, int from, int to, int leftOutFrom, int leftOutTo, Dice dice, IntList second) {
        text(words, from, leftOutFrom, dice, second);
        text(words, leftOutTo, to, dice, second);
    }

    private void opening(Dice dice, IntList first) {
        for (int word : openings[dice.below(openings.length)]) speller.plain(word, dice, first);
    }

    private void query(int word, float replaced, Dice dice, IntList first) {
        speller.query(dice.chance(replaced) ? synonyms.of(word, dice) : word, dice, first);
    }

    /** Some of the words that say most. */
    private void keywords(int[] words, int from, int to, int wanted, Dice dice, IntList asked) {
        int taken = 0;
        for (int tries = 0; tries < 8 * wanted && taken < wanted && to > from; tries++) {
            int word = words[from + dice.below(to - from)];
            if (!dice.chance(weight[word])) continue;
            asked.add(word);
            taken++;
        }
    }

    /** The bounds of a sentence, or of all where there is but one. */
    private int[] sentence(int[] words, int from, int to, Dice dice) {
        if (to <= from) return new int[]{from, to};
        int middle = from + dice.below(to - from);
        int begin = middle;
        while (begin > from && !(endsSentence[words[begin - 1]] && middle - begin + 1 >= LEAST_SENTENCE))
            begin--;
        int end = middle + 1;
        while (end < to && !(endsSentence[words[end - 1]] && end - begin >= LEAST_SENTENCE))
            end++;
        return new int[]{begin, end};
    }
}
