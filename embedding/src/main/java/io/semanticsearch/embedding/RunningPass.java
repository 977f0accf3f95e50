package io.semanticsearch.embedding;

import io.semanticsearch.onnx.Cancellation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A forward pass while it runs: ended early when nobody waits for any of its rows. Guarded by the lock of {@link WorkQueue}. */
final class RunningPass implements ThreadTask {

    final List<WaitingRow> rows;
    final Cancellation cancellation = new Cancellation();
    /** Whether it is a query and nothing else ran when it began. */
    final boolean alone;
    private final Set<BatchedRequest> wanted = new HashSet<>();

    RunningPass(List<WaitingRow> rows, boolean alone) {
        this.rows = rows;
        this.alone = alone;
        for (WaitingRow row : rows) {
            wanted.add(row.request);
            row.request.running.add(this);
        }
    }

    WorkLane lane() {
        return rows.getFirst().request.lane;
    }

    BatchedFunction function() {
        return rows.getFirst().request.function;
    }

    /** Nobody waits for this request any more. */
    void drop(BatchedRequest request) {
        if (wanted.remove(request) && wanted.isEmpty()) cancellation.cancel();
    }

    void ended() {
        for (WaitingRow row : rows) {
            row.request.running.remove(this);
        }
    }
}
