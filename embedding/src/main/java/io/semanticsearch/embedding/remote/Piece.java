package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.TokenEstimate;
import java.util.List;
import java.util.Objects;

/**
 * A text, or a part of one, as it is sent.
 *
 * @param prompt what goes before it, never cut
 * @param cuts how often it was shortened
 * @param mayCut whether the server may shorten it further
 */
record Piece(String prompt, String text, int cuts, boolean mayCut) {

    private static final int CHARACTERS_A_TOKEN = 4;

    Piece {
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(text, "text");
    }

    String sent() {
        return prompt + text;
    }

    /** About how many tokens it has: counted without the model's tokenizer, which only the server has. */
    long tokens() {
        return TokenEstimate.of(prompt, text);
    }

    Piece cutByServer() {
        return new Piece(prompt, text, cuts, true);
    }

    /** Shorter by a quarter, and at once as short as a text of so many tokens usually is. */
    Piece shorter(int textTokens) {
        long usual = cuts == 0 ? (long) CHARACTERS_A_TOKEN * textTokens : Long.MAX_VALUE;
        return new Piece(prompt, text.substring(0, boundary((int) Math.min(usual, text.length() * 3L / 4))), cuts + 1, mayCut);
    }

    /** Two parts, at a space near the middle where there is one; neither is empty when the text has two characters. */
    List<Piece> halves() {
        int middle = text.length() / 2;
        int space = text.lastIndexOf(' ', middle);
        int cut = space > text.length() / 4 ? space : boundary(middle);
        return List.of(new Piece(prompt, text.substring(0, cut), cuts + 1, false),
                new Piece(prompt, text.substring(cut), cuts + 1, false));
    }

    /** Not between the two halves of one character. */
    private int boundary(int at) {
        return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
    }
}
