package io.semanticsearch.trainer;

import java.util.HashMap;
import java.util.Map;

/** Words that dictionaries put side by side: a synonym, or a word for the kind of thing. */
final class Synonyms {

    private final Map<Integer, int[]> others;

    private Synonyms(Map<Integer, int[]> others) {
        this.others = others;
    }

    /** From the lines of dictionaries that hold one word against one word. */
    static Synonyms of(TrainingText text) {
        Map<Integer, IntList> found = new HashMap<>();
        for (TrainingText.Part part : text.parts()) {
            if (part.source().kind() != Source.Kind.WORDS) continue;
            for (int line = 0; line < part.lines(); line++) {
                int q = part.start(line, 0);
                int p = part.start(line, 1);
                if (part.end(line, 0) - q != 1 || part.end(line, 1) - p != 1) continue;
                int word = part.words()[q];
                int other = part.words()[p];
                if (word == other) continue;
                found.computeIfAbsent(word, w -> new IntList(4)).add(other);
                found.computeIfAbsent(other, w -> new IntList(4)).add(word);
            }
        }
        Map<Integer, int[]> others = new HashMap<>();
        found.forEach((word, list) -> others.put(word, list.toArray()));
        return new Synonyms(others);
    }

    /** Another word for it, or the word itself where none is known. */
    int of(int word, Dice dice) {
        int[] known = others.get(word);
        return known == null ? word : known[dice.below(known.length)];
    }
}
