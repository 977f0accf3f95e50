package io.semanticsearch.embedding;

/** What one of the threads of {@link EmbeddingWorkers} does next. */
sealed interface ThreadTask permits QueuedWork, RunningPass {}
