package io.semanticsearch.embedding;

/**
 * How much may wait to be embedded, for queries and for documents apart: a flood of documents must not make queries be refused.
 *
 * @param bytes of texts that were not looked at yet
 * @param tokens of texts that wait for a pass; a request that came in below is taken whole
 */
public record QueueBounds(long bytes, long tokens) {

    /** The settings that set them; messages name these. */
    public static final String BYTES_SETTING = "plugins.semantic.queue_bytes";
    public static final String TOKENS_SETTING = "plugins.semantic.queue_tokens";

    public QueueBounds {
        if (bytes < 1) throw new IllegalArgumentException("[" + BYTES_SETTING + "] is [" + bytes + "], expected 1 or more");
        if (tokens < 1) throw new IllegalArgumentException("[" + TOKENS_SETTING + "] is [" + tokens + "], expected 1 or more");
    }
}
