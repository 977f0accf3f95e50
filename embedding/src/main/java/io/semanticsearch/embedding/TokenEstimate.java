package io.semanticsearch.embedding;

/** About how many tokens texts have, where the tokenizer is not at hand: a token for three bytes of UTF-8, more than English has. */
public final class TokenEstimate {

    /** No text of more characters a token is taken for one of that many tokens. */
    static final int MOST_CHARACTERS = 3;

    private static final int BYTES_A_TOKEN = 3;
    /** Those that a model puts around a text. */
    private static final int SPECIAL = 2;

    private TokenEstimate() {}

    /** Of a text in parts. */
    public static long of(String... parts) {
        long bytes = 0;
        for (String part : parts) {
            for (int i = 0; i < part.length(); i++) {
                char c = part.charAt(i);
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate(c) ? 2 : 3;
            }
        }
        return bytes / BYTES_A_TOKEN + SPECIAL;
    }
}
