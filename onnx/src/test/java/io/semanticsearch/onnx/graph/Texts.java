package io.semanticsearch.onnx.graph;

import java.util.Random;

/**
 * A batch of token ids.
 *
 * @param ids [batch][length of the text]
 * @param types of the tokens of the only text; none for zeros
 */
record Texts(int[][] ids, int padding, int... types) {

    /** Random tokens, a text of each length. */
    static Texts random(EncoderShape shape, long seed, int... lengths) {
        Random random = new Random(seed);
        int[][] ids = new int[lengths.length][];
        for (int i = 0; i < lengths.length; i++) ids[i] = random.ints(lengths[i], 4, shape.vocabulary()).toArray();
        return new Texts(ids, shape.padding());
    }

    Texts withTypes(int... of) {
        return new Texts(ids, padding, of);
    }

    int longest() {
        int longest = 0;
        for (int[] text : ids) longest = Math.max(longest, text.length);
        return longest;
    }

    long[][] paddedIds() {
        long[][] padded = new long[ids.length][longest()];
        for (int i = 0; i < ids.length; i++) {
            for (int t = 0; t < padded[i].length; t++) padded[i][t] = t < ids[i].length ? ids[i][t] : padding;
        }
        return padded;
    }

    long[][] mask() {
        long[][] mask = new long[ids.length][longest()];
        for (int i = 0; i < ids.length; i++) {
            for (int t = 0; t < ids[i].length; t++) mask[i][t] = 1;
        }
        return mask;
    }

    long[][] tokenTypes() {
        long[][] padded = new long[ids.length][longest()];
        for (int t = 0; t < types.length; t++) padded[0][t] = types[t];
        return padded;
    }
}
