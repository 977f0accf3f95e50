package io.semanticsearch.trainer;

import java.util.function.Function;

/**
 * How each word of the text is spelt in tokens.
 *
 * @param ends [words], the index after a word's last id
 * @param ids those of all words in order
 */
record Spellings(int[] ends, int[] ids) {

    static Spellings of(TrainingText text, WordPieces pieces, Shards shards) {
        return of(text, pieces::spell, shards);
    }

    /** Words of at least so many chars in parts, even where they are tokens. */
    static Spellings inParts(TrainingText text, WordPieces pieces, int shortest, Shards shards) {
        return of(text, word -> word.length() < shortest ? pieces.spell(word) : pieces.spellInPieces(word), shards);
    }

    private static Spellings of(TrainingText text, Function<String, int[]> spell, Shards shards) {
        int[][] spelt = new int[text.size()][];
        shards.ranges(spelt.length, 1 << 14, (from, to) -> {
            for (int w = from; w < to; w++) spelt[w] = spell.apply(text.words()[w]);
        });
        int[] ends = new int[spelt.length];
        IntList ids = new IntList(spelt.length * 2);
        for (int w = 0; w < spelt.length; w++) {
            ids.addAll(spelt[w], 0, spelt[w].length);
            ends[w] = ids.size();
        }
        return new Spellings(ends, ids.toArray());
    }

    int start(int word) {
        return word == 0 ? 0 : ends[word - 1];
    }

    int end(int word) {
        return ends[word];
    }

    /** Adds the ids of a word. */
    void append(int word, IntList to) {
        to.addAll(ids, start(word), end(word));
    }
}
