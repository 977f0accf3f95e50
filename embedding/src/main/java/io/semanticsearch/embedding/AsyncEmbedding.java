package io.semanticsearch.embedding;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** How ingest and search reach a model: never blocks, so that it may be called on any thread of the search engine. */
@FunctionalInterface
public interface AsyncEmbedding {

    /** Embeds texts or images with a defined model: result {@code i} belongs to text or image {@code i}; the future fails for all of them or for none. */
    CompletableFuture<List<Embedding>> embed(EmbeddingRequest request);
}
