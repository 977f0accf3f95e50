package io.semanticsearch.embedding;

import java.util.Arrays;

/**
 * Where tokens begin, guessed without a tokenizer, which for a model on a server only the server has: every fourth letter of a word
 * written with an alphabet and every other character that is not white begin one. That is more tokens than most tokenizers make of
 * English and about as many as they make of Chinese, so passages come out shorter rather than longer than wanted.
 */
final class ApproximateTokens {

    private static final int LETTERS_A_TOKEN = 4;

    private ApproximateTokens() {}

    /** Index of the first UTF-16 char of each token, in order. */
    static int[] starts(String text) {
        int[] starts = new int[Math.max(16, text.length() / 3)];
        int count = 0;
        int letters = 0;
        for (int i = 0; i < text.length();) {
            int character = text.codePointAt(i);
            boolean alphabetic = Character.isLetterOrDigit(character) && !Character.isIdeographic(character)
                    && Character.getType(character) != Character.OTHER_LETTER;
            letters = alphabetic ? letters + 1 : 0;
            boolean begins = alphabetic ? letters % LETTERS_A_TOKEN == 1 : !Character.isWhitespace(character);
            if (begins) {
                if (count == starts.length) starts = Arrays.copyOf(starts, 2 * count);
                starts[count++] = i;
            }
            i += Character.charCount(character);
        }
        return Arrays.copyOf(starts, count);
    }
}
