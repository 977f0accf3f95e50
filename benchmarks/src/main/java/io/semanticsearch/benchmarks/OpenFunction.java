package io.semanticsearch.benchmarks;

import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.FunctionLease;

/** A function that stays open when it is given back. */
record OpenFunction(EmbeddingFunction function) implements FunctionLease {
    @Override
    public void close() {}
}
