package io.semanticsearch.embedding;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** One work of {@link EmbeddingWorkers} and where its result goes. Equal only to itself, so that two alike can wait. */
final class QueuedWork<T> implements ThreadTask {

    final WorkLane lane;
    final long bytes;
    final Callable<T> task;
    final CompletableFuture<T> future = new CompletableFuture<>();

    /** @param bytes what it holds in memory while it waits */
    QueuedWork(WorkLane lane, long bytes, Callable<T> task) {
        this.lane = lane;
        this.bytes = bytes;
        this.task = task;
    }
}
