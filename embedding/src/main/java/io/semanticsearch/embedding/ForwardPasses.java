package io.semanticsearch.embedding;

import io.semanticsearch.onnx.Cancellation;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Runs rows of texts through a {@link BatchedFunction}, on the thread of the caller. */
final class ForwardPasses {

    private ForwardPasses() {}

    /** Runs the texts of one request on this thread. */
    static List<Embedding> encode(BatchedFunction function, Role role, List<String> texts) {
        BatchedRequest request = BatchedRequest.of(function, role, texts, new WorkLane(role));
        if (request.isComplete()) request.complete();
        PassPlan plan = new PassPlan();
        request.rows.forEach(plan::add);
        Cancellation never = new Cancellation();
        for (List<WaitingRow> rows = plan.take(); !rows.isEmpty() && !request.future.isDone(); rows = plan.take()) {
            run(function, rows, never, false);
        }
        try {
            return request.future.join();
        } catch (CompletionException e) {
            throw EmbeddingException.of(e);
        }
    }

    /**
     * Runs rows of texts side by side and hands what came of them to their requests.
     *
     * @param alone as in {@link BatchedFunction#forward}
     */
    static void run(BatchedFunction function, List<WaitingRow> rows, Cancellation cancellation, boolean alone) {
        List<float[]> vectors;
        try {
            vectors = function.forward(rows.stream().map(row -> row.ids).toList(), cancellation, alone);
        } catch (Exception e) {
            if (cancellation.isCancelled()) {
                fail(rows, e);
            } else if (rows.size() == 1) {
                failAlone(rows.getFirst(), e);
            } else {
                // One at a time, so that only the text that is at fault fails.
                rows.forEach(row -> run(function, List.of(row), cancellation, alone));
            }
            return;
        }
        for (int i = 0; i < rows.size(); i++) {
            BatchedRequest request = rows.get(i).request;
            try {
                if (request.put(rows.get(i), vectors.get(i))) request.complete();
            } catch (RuntimeException e) {
                request.future.completeExceptionally(e);
            }
        }
    }

    /** The text of a row on which the model fails; what is not for the model to blame fails the request. */
    private static void failAlone(WaitingRow row, Exception failure) {
        if (failure instanceof EmbeddingException.BrokenModel broken) {
            if (row.request.put(row, broken)) row.request.complete();
        } else {
            row.request.future.completeExceptionally(failure);
        }
    }

    /** Fails the requests of rows. */
    static void fail(List<WaitingRow> rows, Throwable failure) {
        Exception known = failure instanceof Exception exception
                ? exception
                : new EmbeddingException.BrokenModel("embedding failed: [" + failure + "]", failure);
        rows.forEach(row -> row.request.future.completeExceptionally(known));
    }
}
