package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.Prompts;
import java.util.List;

/**
 * What the card of a published model says about it, or the provider's manual.
 *
 * @param names lower-case, the card's own first, then those that providers give it
 * @param dimensions that it can give
 * @param maxTokens of one text at most, its prompt included
 * @param prompts that it was trained with; a server that only runs models leaves them to its client
 * @param pooling how token vectors become one; empty where nobody tells
 */
record KnownModel(List<String> names, OutputDimensions dimensions, int maxTokens, Prompts prompts, String pooling) {

    KnownModel {
        names = List.copyOf(names);
        if (names.isEmpty()) throw new IllegalArgumentException("a known model is expected to have a name");
        if (maxTokens < 1) throw new IllegalArgumentException("[maxTokens] is [" + maxTokens + "], expected 1 or more");
    }

    String name() {
        return names.getFirst();
    }
}
