package io.semanticsearch.embedding;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Texts or images to embed as one piece of work.
 *
 * @param model id or alias of a defined model
 * @param space id of the space that the vectors must live in; empty where any will do
 * @param role whether they are documents or queries
 * @param texts the texts, in any number; none where there are images
 * @param images files of images, in any number; none where there are texts; not to be changed
 * @param keepAlive how long the model stays loaded after this and the next calls, in place of what its definition says; see
 *        {@link KeepAlive}
 * @param cached whether the vector of a search text may be one that was kept, and may be kept
 */
public record EmbeddingRequest(String model,
        Optional<String> space,
        Role role,
        List<String> texts,
        List<byte[]> images,
        Optional<Duration> keepAlive,
        boolean cached) {

    /** A request that leaves the model as loaded as its definition says. */
    public EmbeddingRequest(String model, Optional<String> space, Role role, List<String> texts) {
        this(model, space, role, texts, List.of(), Optional.empty());
    }

    /** A request that may be answered from what was kept. */
    public EmbeddingRequest(String model,
            Optional<String> space,
            Role role,
            List<String> texts,
            List<byte[]> images,
            Optional<Duration> keepAlive) {
        this(model, space, role, texts, images, keepAlive, true);
    }

    /** A request for images that leaves the model as loaded as its definition says. */
    public static EmbeddingRequest ofImages(String model, Optional<String> space, Role role, List<byte[]> images) {
        return new EmbeddingRequest(model, space, role, List.of(), images, Optional.empty());
    }

    public EmbeddingRequest {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(space, "space");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(keepAlive, "keepAlive");
        texts = List.copyOf(texts);
        images = List.copyOf(images);
        if (!texts.isEmpty() && !images.isEmpty()) {
            throw new IllegalArgumentException(
                    "[" + texts.size() + "] texts and [" + images.size() + "] images in one request, expected one or the other");
        }
    }

    /** The same, for a vector that is made anew and not kept. */
    public EmbeddingRequest uncached() {
        return new EmbeddingRequest(model, space, role, texts, images, keepAlive, false);
    }

    /** How many embeddings answer it. */
    public int size() {
        return texts.size() + images.size();
    }
}
