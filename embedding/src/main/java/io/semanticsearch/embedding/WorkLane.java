package io.semanticsearch.embedding;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** The works of one role that wait for a thread, oldest first, and their counters. Guarded by the lock of {@link EmbeddingWorkers}. */
final class WorkLane {

    private final Role role;
    // Not a queue: a cancelled work is taken out of the middle at once.
    private final LinkedHashSet<QueuedWork<?>> waiting = new LinkedHashSet<>();
    private long queuedBytes;
    private int running;
    private long completed;
    private long failed;
    private long rejected;

    WorkLane(Role role) {
        this.role = role;
    }

    /** Whether the work waits now; if not, it would have passed the bound. */
    boolean offer(QueuedWork<?> work, long maxQueuedBytes) {
        // Compared so that the sum cannot overflow.
        if (!waiting.isEmpty() && work.bytes > maxQueuedBytes - queuedBytes) {
            rejected++;
            return false;
        }
        waiting.add(work);
        queuedBytes += work.bytes;
        return true;
    }

    /** Takes the oldest out to run it, or gives null. */
    QueuedWork<?> start() {
        if (waiting.isEmpty()) return null;
        QueuedWork<?> work = waiting.removeFirst();
        queuedBytes -= work.bytes;
        running++;
        return work;
    }

    void finished(boolean withFailure) {
        running--;
        completed++;
        if (withFailure) failed++;
    }

    /** Takes it out if it still waits. */
    void withdraw(QueuedWork<?> work) {
        if (waiting.remove(work)) queuedBytes -= work.bytes;
    }

    List<QueuedWork<?>> drain() {
        List<QueuedWork<?>> drained = new ArrayList<>(waiting);
        waiting.clear();
        queuedBytes = 0;
        return drained;
    }

    EmbeddingException overloaded(QueuedWork<?> work, long maxQueuedBytes) {
        String texts = switch (role) {
            case QUERY -> "queries";
            case DOCUMENT -> "documents";
        };
        return new EmbeddingException.Overloaded(
                "[" + queuedBytes + "] bytes of " + texts + " wait to be embedded on this node, and ["
                        + work.bytes + "] more would pass the bound of [" + maxQueuedBytes
                        + "]; send less at a time, try again later, or raise ["
                        + EmbeddingWorkers.QUEUE_BYTES_SETTING + "]");
    }

    EmbeddingWorkers.Stats.Lane stats() {
        return new EmbeddingWorkers.Stats.Lane(waiting.size(), queuedBytes, running, completed, failed, rejected);
    }
}
