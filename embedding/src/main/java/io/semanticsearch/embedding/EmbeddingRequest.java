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
 * @param passages that each text is to be answered with {@link Embedding.Passages} in place of one vector; only for texts
 */
public record EmbeddingRequest(String model,
        Optional<String> space,
        Role role,
        List<String> texts,
        List<byte[]> images,
        Optional<Duration> keepAlive,
        boolean cached,
        Optional<PassageOrder> passages) {

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
        this(model, space, role, texts, images, keepAlive, true, Optional.empty());
    }

    /** A request for documents, to be embedded by passage. */
    public static EmbeddingRequest ofPassages(String model, Optional<String> space, List<String> texts, PassageOrder passages) {
        return new EmbeddingRequest(model, space, Role.DOCUMENT, texts, List.of(), Optional.empty(), true, Optional.of(passages));
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
        Objects.requireNonNull(passages, "passages");
        texts = List.copyOf(texts);
        images = List.copyOf(images);
        if (!texts.isEmpty() && !images.isEmpty()) {
            throw new IllegalArgumentException(
                    "[" + texts.size() + "] texts and [" + images.size() + "] images in one request, expected one or the other");
        }
        if (passages.isPresent() && !images.isEmpty()) throw new IllegalArgumentException("images have no passages");
        if (passages.isPresent() && !passages.get().known().isEmpty() && passages.get().known().size() != texts.size()) {
            throw new IllegalArgumentException("known passages of [" + passages.get().known().size() + "] texts and ["
                    + texts.size() + "] texts, expected as many");
        }
    }

    /** The same, for a vector that is made anew and not kept. */
    public EmbeddingRequest uncached() {
        return new EmbeddingRequest(model, space, role, texts, images, keepAlive, false, passages);
    }

    /** How many embeddings answer it. */
    public int size() {
        return texts.size() + images.size();
    }

    /** The same request for some of its texts. */
    public EmbeddingRequest part(int from, int count) {
        return new EmbeddingRequest(model, space, role, texts.subList(from, from + count), List.of(), keepAlive, cached,
                passages.map(order -> order.part(from, count)));
    }
}
