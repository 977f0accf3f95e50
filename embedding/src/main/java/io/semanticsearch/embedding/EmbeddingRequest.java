package io.semanticsearch.embedding;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Texts to embed as one piece of work.
 *
 * @param model id or alias of a defined model
 * @param space id of the space that the vectors must live in; empty where any will do
 * @param role whether the texts are documents or queries
 * @param texts the texts, in any number
 */
public record EmbeddingRequest(String model, Optional<String> space, Role role, List<String> texts) {

    public EmbeddingRequest {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(space, "space");
        Objects.requireNonNull(role, "role");
        texts = List.copyOf(texts);
    }
}
