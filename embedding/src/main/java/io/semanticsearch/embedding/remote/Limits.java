package io.semanticsearch.embedding.remote;

/**
 * How much a provider takes.
 *
 * @param items texts in one call at most
 * @param callTokens tokens in one call at most, over all its texts
 * @param textTokens tokens of one text that the model reads at most
 */
record Limits(int items, int callTokens, int textTokens) {

    /** For {@code callTokens} of a provider that counts texts only. */
    static final int NO_LIMIT = Integer.MAX_VALUE;

    /** For {@code textTokens} of a model that is not known: what most models of the day read. */
    static final int USUAL_TEXT_TOKENS = 8192;

    Limits {
        if (items < 1) throw new IllegalArgumentException("[items] is [" + items + "], expected 1 or more");
        if (callTokens < 1) throw new IllegalArgumentException("[callTokens] is [" + callTokens + "], expected 1 or more");
        if (textTokens < 1) throw new IllegalArgumentException("[textTokens] is [" + textTokens + "], expected 1 or more");
    }
}
