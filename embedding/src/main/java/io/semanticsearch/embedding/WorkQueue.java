package io.semanticsearch.embedding;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for the threads of {@link EmbeddingWorkers}, in a lane for queries and one for documents, and what they do now. Its lock guards
 * all of that; no work and no callback runs under it.
 */
final class WorkQueue {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final WorkLane queries = new WorkLane(Role.QUERY);
    private final WorkLane documents = new WorkLane(Role.DOCUMENT);
    private QueueBounds bounds;
    private boolean closed;

    WorkQueue(QueueBounds bounds) {
        this.bounds = bounds;
    }

    /** What waited or ran when it was closed, for whoever closes it to fail. */
    record Left(List<QueuedWork<?>> works, List<BatchedRequest> requests) {}

    WorkLane lane(Role role) {
        return switch (role) {
            case QUERY -> queries;
            case DOCUMENT -> documents;
        };
    }

    /** Why the work is not taken, or null when it waits now. */
    EmbeddingException offer(QueuedWork<?> work) {
        lock.lock();
        try {
            if (closed) return closedFailure();
            EmbeddingException refusal = work.lane.offer(work, bounds);
            if (refusal == null) wake(work.lane);
            return refusal;
        } finally {
            lock.unlock();
        }
    }

    /** Has the rows of a request wait, to be called by a thread that comes for them next; false after closing. */
    boolean add(BatchedRequest request) {
        lock.lock();
        try {
            if (closed) return false;
            request.lane.add(request);
            // Others are woken only where there is enough for more than one.
            if (request.tokens() > request.function.passTokens()) wake(request.lane);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Any thread will do for a query; for documents all wake, because the one that woke might be for queries alone. */
    private void wake(WorkLane lane) {
        if (lane == queries) {
            changed.signal();
        } else {
            changed.signalAll();
        }
    }

    /**
     * The next work or pass, of queries if there is one; waits for it; null after closing. Texts are tokenised before passes are run,
     * because the more of them are there the better a pass can be.
     */
    ThreadTask next(boolean documentsToo) {
        lock.lock();
        try {
            while (true) {
                ThreadTask next = queries.start();
                if (next == null) next = queries.startPass(queries.isIdle() && documents.isIdle());
                if (next == null && documentsToo) next = documents.start();
                if (next == null && documentsToo) next = documents.startPass(false);
                if (next != null) return next;
                if (closed) return null;
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    void finished(QueuedWork<?> work, boolean withFailure) {
        lock.lock();
        try {
            work.lane.finished(withFailure);
        } finally {
            lock.unlock();
        }
    }

    /** Counts a work that needed none of the threads. */
    void ranElsewhere(Role role, boolean withFailure) {
        lock.lock();
        try {
            lane(role).ranElsewhere(withFailure);
        } finally {
            lock.unlock();
        }
    }

    void finished(RunningPass pass) {
        lock.lock();
        try {
            pass.lane().finished(pass);
        } finally {
            lock.unlock();
        }
    }

    void withdraw(QueuedWork<?> work) {
        lock.lock();
        try {
            work.lane.withdraw(work);
        } finally {
            lock.unlock();
        }
    }

    void withdraw(BatchedRequest request) {
        lock.lock();
        try {
            request.lane.withdraw(request);
        } finally {
            lock.unlock();
        }
    }

    void setBounds(QueueBounds bounds) {
        lock.lock();
        try {
            this.bounds = bounds;
        } finally {
            lock.unlock();
        }
    }

    EmbeddingWorkers.Stats stats() {
        lock.lock();
        try {
            return new EmbeddingWorkers.Stats(queries.stats(), documents.stats());
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more, and has the threads end when they have done what they do. */
    Left close() {
        lock.lock();
        try {
            closed = true;
            List<QueuedWork<?>> works = queries.drain();
            works.addAll(documents.drain());
            List<BatchedRequest> requests = new ArrayList<>(queries.requests());
            requests.addAll(documents.requests());
            changed.signalAll();
            return new Left(works, requests);
        } finally {
            lock.unlock();
        }
    }

    static EmbeddingException closedFailure() {
        return new EmbeddingException.Unavailable(
                "embedding has stopped on this node, because the node is closing; try again on another");
    }
}
