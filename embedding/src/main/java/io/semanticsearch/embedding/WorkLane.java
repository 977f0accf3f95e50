package io.semanticsearch.embedding;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What of one role waits for a thread: works, oldest first, and rows of texts to be run in passes. Guarded by the lock of
 * {@link WorkQueue}.
 */
final class WorkLane {

    private final Role role;
    // Not a queue: a cancelled work is taken out of the middle at once.
    private final LinkedHashSet<QueuedWork<?>> waiting = new LinkedHashSet<>();
    private final PassPlan plan = new PassPlan();
    // In the order in which they came, so that closing fails them in it.
    private final LinkedHashSet<BatchedRequest> requests = new LinkedHashSet<>();
    private final Set<RunningPass> runningPasses = new HashSet<>();
    private long queuedBytes;
    private int running;
    private long completed;
    private long failed;
    private long rejected;
    private long passes;
    private long tokens;
    private long paddedTokens;
    private long rows;

    WorkLane(Role role) {
        this.role = role;
    }

    /** Why the work is not taken, or null when it waits now. */
    EmbeddingException offer(QueuedWork<?> work, QueueBounds bounds) {
        // Compared so that the sum cannot overflow.
        if (!waiting.isEmpty() && work.bytes > bounds.bytes() - queuedBytes) {
            rejected++;
            return new EmbeddingException.Overloaded(
                    "[" + queuedBytes + "] bytes of " + what() + " wait to be embedded on this node,"
                            + " and [" + work.bytes + "] more would pass the bound of [" + bounds.bytes()
                            + "]; send less at a time, try again later, or raise [" + QueueBounds.BYTES_SETTING + "]");
        }
        if (work.bytes > 0 && plan.tokens() > bounds.tokens()) {
            rejected++;
            return new EmbeddingException.Overloaded("[" + plan.tokens() + "] tokens of " + what()
                    + " wait to be embedded on this node, expected at most [" + bounds.tokens()
                    + "]; send less at a time, try again later, or raise [" + QueueBounds.TOKENS_SETTING + "]");
        }
        waiting.add(work);
        queuedBytes += work.bytes;
        return null;
    }

    /** Has the rows of a request wait. */
    void add(BatchedRequest request) {
        requests.add(request);
        request.rows.forEach(plan::add);
    }

    /** Whether nothing of this lane runs. */
    boolean isIdle() {
        return running == 0 && runningPasses.isEmpty();
    }

    /**
     * Takes out the rows of the next pass, or gives null.
     *
     * @param alone whether nothing else runs
     */
    RunningPass startPass(boolean alone) {
        List<WaitingRow> taken = plan.take();
        if (taken.isEmpty()) return null;
        RunningPass pass = new RunningPass(taken, alone);
        runningPasses.add(pass);
        int longest = 0;
        for (WaitingRow row : taken) {
            tokens += row.ids.length;
            longest = Math.max(longest, row.ids.length);
        }
        paddedTokens += (long) longest * taken.size();
        rows += taken.size();
        passes++;
        return pass;
    }

    void finished(RunningPass pass) {
        runningPasses.remove(pass);
        pass.ended();
    }

    /** Takes a request out that is answered or that nobody waits for any more: rows that wait, and passes that run for it alone. */
    void withdraw(BatchedRequest request) {
        if (!requests.remove(request)) return;
        request.rows.forEach(plan::remove);
        request.running.forEach(pass -> pass.drop(request));
    }

    List<BatchedRequest> requests() {
        return List.copyOf(requests);
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
        ranElsewhere(withFailure);
    }

    /** Counts a work that never waited here. */
    void ranElsewhere(boolean withFailure) {
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

    private String what() {
        return switch (role) {
            case QUERY -> "queries";
            case DOCUMENT -> "documents";
        };
    }

    EmbeddingWorkers.Stats.Lane stats() {
        return new EmbeddingWorkers.Stats.Lane(waiting.size(), queuedBytes, running + runningPasses.size(), completed, failed,
                rejected,
                plan.rows(), plan.tokens(), passes, tokens, paddedTokens, rows);
    }
}
