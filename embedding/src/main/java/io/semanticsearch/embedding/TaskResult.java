package io.semanticsearch.embedding;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * What a task gave, or why it failed. An {@link Error}, which would end the process if it got out, is {@link EmbeddingException.BrokenModel}.
 *
 * @param value null where it failed
 * @param failure null where it did not
 */
record TaskResult<T>(T value, Exception failure) {

    static <T> TaskResult<T> of(Callable<T> task) {
        try {
            return new TaskResult<>(task.call(), null);
        } catch (Exception e) {
            return new TaskResult<>(null, e);
        } catch (Throwable e) {
            return new TaskResult<>(null, new EmbeddingException.BrokenModel("embedding failed: [" + e + "]", e));
        }
    }

    CompletableFuture<T> asFuture() {
        return failure == null ? CompletableFuture.completedFuture(value) : CompletableFuture.failedFuture(failure);
    }
}
