package io.semanticsearch.embedding;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The threads that models run on: a fixed number of platform daemon threads of its own, so that no thread of the search engine ever waits
 * for a model. Two lanes: a waiting query goes before every waiting document, because someone waits for it.
 *
 * <p>What waits is bounded in bytes, for each lane apart: a flood of documents must not make queries be refused. Safe for many threads;
 * closed by whoever made it.
 */
public final class EmbeddingWorkers implements AutoCloseable {

    /** The setting that bounds what waits; messages name it. */
    public static final String QUEUE_BYTES_SETTING = "plugins.semantic.queue_bytes";

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final WorkLane queries = new WorkLane(Role.QUERY);
    private final WorkLane documents = new WorkLane(Role.DOCUMENT);
    private final List<Thread> threads = new ArrayList<>();
    private final Duration closeWait;
    private long maxQueuedBytes;
    private boolean closed;

    /**
     * Starts the threads.
     *
     * @param threads how many, 1 or more
     * @param maxQueuedBytes how many bytes may wait in a lane
     */
    public EmbeddingWorkers(int threads, long maxQueuedBytes) {
        this(threads, maxQueuedBytes, CLOSE_WAIT);
    }

    /** @param closeWait how long {@link #close} waits for what runs */
    EmbeddingWorkers(int threads, long maxQueuedBytes, Duration closeWait) {
        if (threads < 1) throw new IllegalArgumentException("[threads] is [" + threads + "], expected 1 or more");
        this.closeWait = closeWait;
        this.maxQueuedBytes = checkBound(maxQueuedBytes);
        // Inherited thread locals would keep the maker's context alive for as long as the threads.
        Thread.Builder builder = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("semantic-embed-", 0);
        for (int i = 0; i < threads; i++) {
            this.threads.add(builder.unstarted(this::runAll));
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
         */
        public record Lane(int waiting, long queuedBytes, int running, long completed, long failed, long rejected) {}
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
        QueuedWork<T> queued = new QueuedWork<>(lane(role), bytes, work);
        EmbeddingException refusal = enqueue(queued);
        if (refusal != null) return CompletableFuture.failedFuture(refusal);
        queued.future.whenComplete((result, failure) -> withdraw(queued));
        return queued.future;
    }

    /** Changes how many bytes may wait in a lane; what waits already stays. */
    public void setMaxQueuedBytes(long maxQueuedBytes) {
        checkBound(maxQueuedBytes);
        lock.lock();
        try {
            this.maxQueuedBytes = maxQueuedBytes;
        } finally {
            lock.unlock();
        }
    }

    public Stats stats() {
        lock.lock();
        try {
            return new Stats(queries.stats(), documents.stats());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Refuses new work, fails what waits with {@link EmbeddingException.Unavailable}, and waits some seconds for what runs; what still
     * runs then is interrupted.
     */
    @Override
    public void close() {
        List<QueuedWork<?>> waiting;
        lock.lock();
        try {
            closed = true;
            waiting = queries.drain();
            waiting.addAll(documents.drain());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        waiting.forEach(work -> work.future.completeExceptionally(closedFailure()));
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

    /** Why the work is not taken, or null when it waits now. */
    private EmbeddingException enqueue(QueuedWork<?> work) {
        lock.lock();
        try {
            if (closed) return closedFailure();
            if (!work.lane.offer(work, maxQueuedBytes)) return work.lane.overloaded(work, maxQueuedBytes);
            changed.signal();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void withdraw(QueuedWork<?> work) {
        lock.lock();
        try {
            work.lane.withdraw(work);
        } finally {
            lock.unlock();
        }
    }

    private void runAll() {
        for (QueuedWork<?> work = next(); work != null; work = next()) {
            try {
                run(work);
            } catch (Throwable e) {
                // Only what hands the result over can get here, out of memory say; uncaught it would end the process.
                work.future.completeExceptionally(e);
            }
        }
    }

    /** The next work, a query if there is one; waits for it; null after closing. */
    private QueuedWork<?> next() {
        lock.lock();
        try {
            while (true) {
                QueuedWork<?> work = queries.start();
                if (work == null) work = documents.start();
                if (work != null) return work;
                if (closed) return null;
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private <T> void run(QueuedWork<T> work) {
        T result = null;
        Exception failure = null;
        try {
            result = work.task.call();
        } catch (Exception e) {
            failure = e;
        } catch (Throwable e) {
            failure = new EmbeddingException.BrokenModel("embedding failed: [" + e + "]", e);
        }
        // A work that was interrupted must not hand that on to the next one.
        Thread.interrupted();
        lock.lock();
        try {
            work.lane.finished(failure != null);
        } finally {
            lock.unlock();
        }
        if (failure == null) {
            work.future.complete(result);
        } else {
            work.future.completeExceptionally(failure);
        }
    }

    private WorkLane lane(Role role) {
        return switch (role) {
            case QUERY -> queries;
            case DOCUMENT -> documents;
        };
    }

    private static long checkBound(long maxQueuedBytes) {
        if (maxQueuedBytes >= 1) return maxQueuedBytes;
        throw new IllegalArgumentException("[" + QUEUE_BYTES_SETTING + "] is [" + maxQueuedBytes + "], expected 1 or more");
    }

    private static EmbeddingException closedFailure() {
        return new EmbeddingException.Unavailable(
                "embedding has stopped on this node, because the node is closing; try again on another");
    }
}
