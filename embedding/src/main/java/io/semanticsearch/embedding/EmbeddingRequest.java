package io.semanticsearch.embedding;

import java.time.Duration;
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
 * @param keepAlive how long the model stays loaded after this and the next calls, in place of what its definition says; see
 *        {@link KeepAlive}
 */
public record EmbeddingRequest(String model,
        Optional<String> space,
        Role role,
        List<String> texts,
        Optional<Duration> keepAlive) {

    /** A request that leaves the model as loaded as its definition says. */
    public EmbeddingRequest(String model, Optional<String> space, Role role, List<String> texts) {
        this(model, space, role, texts, Optional.empty());
    }

    public EmbeddingRequest {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(space, "space");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(keepAlive, "keepAlive");
        texts = List.copyOf(texts);
    }
}
