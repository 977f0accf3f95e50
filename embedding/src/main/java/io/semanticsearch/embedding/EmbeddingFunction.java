package io.semanticsearch.embedding;

import java.util.List;

/**
 * A model that is ready to embed. Safe for many threads at once; each call runs, and blocks, on the thread of its caller, which must
 * therefore never be one of the search engine's, unless it {@link #isImmediate}: see {@link EmbeddingWorkers}. Closed by whoever opened it; a call after that fails with
 * {@link EmbeddingException.Unavailable}.
 */
public interface EmbeddingFunction extends AutoCloseable {

    /** Where its vectors live. */
    Space space();

    /** Numbers in a vector. */
    int dimension();

    /** How many tokens of one text it reads at most, its prompt included. */
    int maxTokens();

    /** What its weights are stored in and computed with, such as {@code int8} or {@code fp32}. */
    String precision();

    /** What it runs on, such as {@code cpu}. */
    String device();

    /** What else its user should know about how it runs, a sentence each: that it does not run as it was asked to, say. */
    default List<String> notes() {
        return List.of();
    }

    /** Embeds texts to be found: result {@code i} belongs to text {@code i}, vectors are L2-normalised. */
    List<Embedding> encodeDocuments(List<String> texts);

    /** Embeds texts to search with: result {@code i} belongs to text {@code i}, vectors are L2-normalised. */
    List<Embedding> encodeQueries(List<String> texts);

    default List<Embedding> encode(Role role, List<String> texts) {
        return switch (role) {
            case DOCUMENT -> encodeDocuments(texts);
            case QUERY -> encodeQueries(texts);
        };
    }

    /**
     * Where the tokens of a text begin, by the model's own tokenizer: what passages are cut by.
     *
     * @return index of the first UTF-16 char of each token, in order, special tokens left out
     */
    default int[] tokenStarts(String text) {
        return ApproximateTokens.starts(text);
    }

    /** Whether {@link #encodeImages} works. */
    default boolean takesImages() {
        return false;
    }

    /**
     * Embeds images, in the space of the texts: result {@code i} belongs to image {@code i}, vectors are L2-normalised. An image that
     * cannot be used is {@link Embedding.Refused} alone.
     *
     * @param images the bytes of PNG or JPEG files
     * @throws EmbeddingException.BadRequest when this model reads texts only
     */
    default List<Embedding> encodeImages(List<byte[]> images) {
        throw new EmbeddingException.BadRequest(
                "model [" + space().model() + "] reads no images; choose one that does, of the kind CLIP or SigLIP");
    }

    /**
     * Whether a short text takes it some microseconds, less than to hand it to another thread and back. Only then may a thread of the
     * search engine call it: see {@link EmbeddingWorkers#embedHere}.
     */
    default boolean isImmediate() {
        return false;
    }

    /** Bytes that the weights take, on the heap or mapped from a file. */
    long memoryBytes();

    @Override
    void close();
}
