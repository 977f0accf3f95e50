package io.semanticsearch.embedding;

/**
 * How long texts are cut into passages.
 *
 * @param maxTokens tokens of a passage at most, special tokens and prompt left out; a model that reads fewer gets fewer
 * @param overlapTokens tokens at the end of a passage that the next one begins with, at most
 */
public record PassageCut(int maxTokens, int overlapTokens) {

    public PassageCut {
        if (maxTokens < 1) throw new IllegalArgumentException("[maxTokens] is [" + maxTokens + "], expected 1 or more");
        if (overlapTokens < 0 || overlapTokens >= maxTokens) {
            throw new IllegalArgumentException(
                    "[overlapTokens] is [" + overlapTokens + "], expected 0 to [" + (maxTokens - 1) + "], less than a passage");
        }
    }
}
