package io.semanticsearch.trainer;

/**
 * Pairs of texts that are trained on together: text {@code i} of the first half is to be near text {@code pairs + i} and far from the other
 * texts of the second half.
 *
 * @param pairs how many; a multiple of {@link Lanes#WIDTH}
 * @param tokens of all texts in order
 * @param ends [2 · pairs], for each text the index after its last token
 * @param alike [pairs], for each first text the numbers of other second texts that may fit it as well, from which it is not held apart
 */
record Batch(int pairs, int[] tokens, int[] ends, int[][] alike) {

    Batch {
        if (pairs < Lanes.WIDTH || pairs % Lanes.WIDTH != 0) {
            throw new IllegalArgumentException("a batch of [" + pairs + "] pairs, expected a multiple of " + Lanes.WIDTH);
        }
        if (ends.length != 2 * pairs || alike.length != pairs) {
            throw new IllegalArgumentException(
                    "a batch of [" + pairs + "] pairs has [" + ends.length + "] texts and [" + alike.length
                            + "] lists of alike ones, expected two texts and one list for each pair");
        }
    }

    int start(int text) {
        return text == 0 ? 0 : ends[text - 1];
    }

    int end(int text) {
        return ends[text];
    }
}
