package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.EmbeddingFunction;

/** A loaded model and the memory that is reserved for it. */
record InMemory(EmbeddingFunction function, MemoryBudget.Reservation memory, long loadMillis) implements AutoCloseable {

    @Override
    public void close() {
        try {
            function.close();
        } finally {
            memory.close();
        }
    }
}
