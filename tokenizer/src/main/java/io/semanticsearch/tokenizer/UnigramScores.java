package io.semanticsearch.tokenizer;

import java.math.BigDecimal;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What {@link Unigram} knows. Arrays are not to be changed.
 *
 * @param scores       by id
 * @param unknownScore of a character that is no token
 * @param bytes        the ids of {@code <0x00>} to {@code <0xFF>}, which spell unknown characters when all are there; or null
 */
record UnigramScores(TokenTrie trie, double[] scores, int unknown, double unknownScore, int[] bytes) {

    /** Up to this a double holds every whole number. */
    private static final long EXACT = 1L << 53;

    /**
     * A score as Hugging Face's parser of JSON reads it: the digits as a whole number, divided by a power of ten. With more than 15
     * digits the last bit may differ from the nearest double, and it decides between two spellings of equal score: {@code 00 0}
     * or {@code 0 00}.
     */
    static double read(JsonNode number) {
        double nearest = number.doubleValue();
        if (number.isIntegralNumber()) return nearest;
        BigDecimal decimal = BigDecimal.valueOf(nearest);
        long digits = decimal.unscaledValue().longValue();
        boolean rounded = Math.abs(digits) > EXACT && decimal.scale() > 0 && decimal.scale() <= 308;
        return rounded ? digits / Double.parseDouble("1e" + decimal.scale()) : nearest;
    }

    UnigramScores without(Set<Integer> ids) {
        return new UnigramScores(trie.without(ids), scores, unknown, unknownScore, bytes);
    }
}
