package io.semanticsearch.embedding;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The threads that models run on: a fixed number of platform daemon threads of its own, so that no thread of the search engine ever waits
 * for a model. Two lanes: a waiting query goes before every waiting document, because someone waits for it, and some threads may be kept
 * for queries alone, so that none waits for a pass of documents to end.
 *
 * <p>For a {@link BatchedFunction} the texts of all requests are tokenised as they come; each free thread then runs the pass that is best
 * out of all that waits. Nothing waits for a pass to fill.
 *
 * <p>What waits is bounded by {@link QueueBounds}. Safe for many threads; closed by whoever made it.
 */
public final class EmbeddingWorkers implements AutoCloseable {

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);
    private static final int BYTES_A_CHARACTER = 2;

    private final WorkQueue queue;
    private final List<Thread> threads = new ArrayList<>();
    private final Duration closeWait;
    private final PassRunner passes;

    /**
     * Starts the threads.
     *
     * @param threads how many, 1 or more
     * @param queryThreads how many more, for queries alone, 0 or more
     */
    public EmbeddingWorkers(int threads, int queryThreads, QueueBounds bounds) {
        this(threads, queryThreads, bounds, CLOSE_WAIT, new PassRunner(new ProcessorLoad()));
    }

    /**
     * @param closeWait how long {@link #close} waits for what runs
     * @param passes runs what the threads take
     */
    EmbeddingWorkers(int threads,
            int queryThreads,
            QueueBounds bounds,
            Duration closeWait,
            PassRunner passes) {
        this.passes = passes;
        if (threads < 1) throw new IllegalArgumentException("[threads] is [" + threads + "], expected 1 or more");
        if (queryThreads < 0) throw new IllegalArgumentException("[queryThreads] is [" + queryThreads + "], expected 0 or more");
        this.closeWait = closeWait;
        this.queue = new WorkQueue(bounds);
        // Inherited thread locals would keep the maker's context alive for as long as the threads.
        Thread.Builder builder = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("semantic-embed-", 0);
        for (int i = 0; i < threads; i++) {
            this.threads.add(builder.unstarted(() -> runAll(true)));
        }
        for (int i = 0; i < queryThreads; i++) {
            this.threads.add(builder.unstarted(() -> runAll(false)));
        }
        this.threads.forEach(Thread::start);
    }

    /** Counters of both lanes. */
    public record Stats(Lane queries, Lane documents) {

        /**
         * Counters of one lane.
         *
         * @param waiting works that wait
         * @param queuedBytes bytes that wait
         * @param running works that run now
         * @param completed works that ran, failed ones included
         * @param failed works that ran and failed
         * @param rejected works that were refused because too much waited
         * @param waitingRows texts, or windows of texts, that wait for a pass
         * @param waitingTokens tokens that wait for a pass
         * @param passes forward passes that were begun
         * @param tokens tokens in those passes
         * @param paddedTokens the same with the padding
         * @param rows texts, or windows of texts, in those passes
         */
        public record Lane(int waiting,
                long queuedBytes,
                int running,
                long completed,
                long failed,
                long rejected,
                int waitingRows,
                long waitingTokens,
                long passes,
                long tokens,
                long paddedTokens,
                long rows) {}
    }

    /**
     * Has one of the threads do the work. The future completes on that thread. To complete it earlier, by {@code cancel} or a timeout,
     * takes waiting work out of the lane and frees its bytes; work that already runs is not interrupted, only its result is dropped.
     *
     * <p>The future fails with {@link EmbeddingException.Overloaded} when the bytes waiting in the lane would pass the bound. One work that
     * is larger than the whole bound is taken when nothing waits, because it could never run otherwise. It fails with
     * {@link EmbeddingException.Unavailable} after {@link #close}, with the exception of the work, or with
     * {@link EmbeddingException.BrokenModel} in place of an {@link Error}, which would kill the process if it got out.
     *
     * @param role in which lane it waits
     * @param bytes what it holds in memory while it waits
     */
    public <T> CompletableFuture<T> submit(Role role, long bytes, Callable<T> work) {
        if (bytes < 0) throw new IllegalArgumentException("[bytes] is [" + bytes + "], expected 0 or more");
        QueuedWork<T> queued = new QueuedWork<>(queue.lane(role), bytes, work);
        EmbeddingException refusal = queue.offer(queued);
        if (refusal != null) return CompletableFuture.failedFuture(refusal);
        queued.future.whenComplete((result, failure) -> queue.withdraw(queued));
        return queued.future;
    }

    /**
     * Embeds texts. Cancelling the future takes out what waits, and ends a pass that runs for nobody else.
     *
     * @param borrow gives the function, when it is its turn, on one of the threads
     * @return fails as {@link #submit} does
     */
    public CompletableFuture<List<Embedding>> embed(Role role, List<String> texts, Callable<FunctionLease> borrow) {
        long bytes = BYTES_A_CHARACTER * texts.stream().mapToLong(String::length).sum();
        CompletableFuture<List<Embedding>> result = new CompletableFuture<>();
        CompletableFuture<Void> begun = submit(role, bytes, () -> {
            begin(role, texts, borrow.call(), result);
            return null;
        });
        begun.whenComplete((done, failure) -> {
            if (failure != null) result.completeExceptionally(failure);
        });
        result.whenComplete((embeddings, failure) -> begun.cancel(false));
        return result;
    }

    /**
     * Embeds one short text on the thread of the caller, which takes microseconds; counted as if one of the threads had done it.
     *
     * @param lease of a function that {@link EmbeddingFunction#isImmediate}; given back here
     * @return complete; failed as that of {@link #submit} where the function fails
     */
    public CompletableFuture<List<Embedding>> embedHere(Role role, String text, FunctionLease lease) {
        TaskResult<List<Embedding>> result = TaskResult.of(() -> {
            try (lease) {
                return lease.function().encode(role, List.of(text));
            }
        });
        queue.ranElsewhere(role, result.failure() != null);
        return result.asFuture();
    }

    /**
     * Embeds images, one after the other on one of the threads, which therefore bound how many are decoded at once. Cancelling the future
     * takes out what waits.
     *
     * @param images files of images, few of them: a query waits for what has begun
     * @param borrow gives the function, when it is its turn, on one of the threads
     * @return fails as {@link #submit} does
     */
    public CompletableFuture<List<Embedding>> embedImages(Role role, List<byte[]> images, Callable<FunctionLease> borrow) {
        long bytes = images.stream().mapToLong(image -> image.length).sum();
        return submit(role, bytes, () -> {
            try (FunctionLease lease = borrow.call()) {
                return lease.function().encodeImages(images);
            }
        });
    }

    private void begin(Role role, List<String> texts, FunctionLease lease, CompletableFuture<List<Embedding>> result) {
        BatchedRequest request = null;
        List<Embedding> embeddings = List.of();
        try {
            if (lease.function() instanceof BatchedFunction function) {
                request = BatchedRequest.of(function, role, texts, queue.lane(role));
            } else {
                embeddings = lease.function().encode(role, texts);
            }
        } finally {
            if (request == null) lease.close();
        }
        // After the function was given back: who has the result may count on that.
        if (request == null) {
            result.complete(embeddings);
        } else {
            enqueue(request, lease, result);
        }
    }

    private void enqueue(BatchedRequest request, FunctionLease lease, CompletableFuture<List<Embedding>> result) {
        request.future.whenComplete((embeddings, failure) -> {
            queue.withdraw(request);
            giveBack(lease);
            if (failure == null) {
                result.complete(embeddings);
            } else {
                result.completeExceptionally(failure);
            }
        });
        if (request.isComplete()) {
            request.complete();
            return;
        }
        if (!queue.add(request)) request.future.completeExceptionally(WorkQueue.closedFailure());
        result.whenComplete((embeddings, failure) -> request.future.cancel(false));
    }

    /** Closing a model can take as long as a pass, so it is for one of the threads here. */
    private void giveBack(FunctionLease lease) {
        if (threads.contains(Thread.currentThread())) {
            lease.close();
            return;
        }
        submit(Role.QUERY, 0, () -> {
            lease.close();
            return null;
        }).whenComplete((done, failure) -> {
            if (failure instanceof EmbeddingException.Unavailable) lease.close();
        });
    }

    /** Changes how much may wait; what waits already stays. */
    public void setBounds(QueueBounds bounds) {
        queue.setBounds(bounds);
    }

    public Stats stats() {
        return queue.stats();
    }

    /**
     * Refuses new work, fails what waits with {@link EmbeddingException.Unavailable}, ends passes, and waits some seconds for other works
     * that run; what still runs then is interrupted.
     */
    @Override
    public void close() {
        WorkQueue.Left left = queue.close();
        left.works().forEach(work -> work.future.completeExceptionally(WorkQueue.closedFailure()));
        left.requests().forEach(request -> request.future.completeExceptionally(WorkQueue.closedFailure()));
        awaitThreads();
    }

    private void awaitThreads() {
        long deadline = System.nanoTime() + closeWait.toNanos();
        boolean interrupted = false;
        for (Thread thread : threads) {
            // A work that closes its own workers must not wait for itself.
            if (thread == Thread.currentThread()) continue;
            try {
                if (!interrupted) TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (thread.isAlive()) thread.interrupt();
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** @param documentsToo whether it is not for queries alone */
    private void runAll(boolean documentsToo) {
        while (true) {
            ThreadTask next = queue.next(documentsToo);
            switch (next) {
                case null -> {
                    return;
                }
                case RunningPass pass -> run(pass);
                case QueuedWork<?> work -> {
                    try {
                        run(work);
                    } catch (Throwable e) {
                        // Only what hands the result over can get here, out of memory say; uncaught it would end the process.
                        work.future.completeExceptionally(e);
                    }
                }
            }
        }
    }

    private void run(RunningPass pass) {
        try {
            passes.run(pass);
        } finally {
            Thread.interrupted();
            queue.finished(pass);
        }
    }

    private <T> void run(QueuedWork<T> work) {
        TaskResult<T> result = TaskResult.of(work.task);
        // A work that was interrupted must not hand that on to the next one.
        Thread.interrupted();
        queue.finished(work, result.failure() != null);
        if (result.failure() == null) {
            work.future.complete(result.value());
        } else {
            work.future.completeExceptionally(result.failure());
        }
    }
}
