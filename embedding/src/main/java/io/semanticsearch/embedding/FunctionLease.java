package io.semanticsearch.embedding;

/** A function that stays open until it is given back. */
public interface FunctionLease extends AutoCloseable {

    EmbeddingFunction function();

    /** Gives it back, once. */
    @Override
    void close();
}
