package io.semanticsearch.query;

import io.semanticsearch.query.Patience.OnFailure;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.threadpool.Scheduler;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;

/**
 * Waits for the vectors of one clause no longer than its {@link Patience}, and goes on without them where that is allowed.
 *
 * @param model the model that the clause names, if it does
 */
record VectorWait(String field, Subject.Asked asked, Optional<String> model, Patience patience) {

    /**
     * Blocks nobody: goes on with what comes first, vectors, failure or time. Work that is late goes on, too, and its vector is kept for
     * who asks next.
     *
     * @param known gets what the clause searches for
     */
    void until(CompletableFuture<Map<String, float[]>> vectors,
            Client client,
            ActionListener<Void> listener,
            Consumer<Subject> known) {
        AtomicBoolean decided = new AtomicBoolean();
        Optional<Scheduler.ScheduledCancellable> timer = patience.timeout().filter(_ -> !vectors.isDone())
                .map(time -> client.threadPool().schedule(() -> {
                    if (decided.compareAndSet(false, true)) fail(tooLate(), client, listener, known);
                }, time, ThreadPool.Names.GENERIC));
        vectors.whenComplete((bySpace, failure) -> {
            if (!decided.compareAndSet(false, true)) return;
            timer.ifPresent(Scheduler.Cancellable::cancel);
            if (failure == null) {
                known.accept(asked.embedded(bySpace));
                listener.onResponse(null);
            } else {
                fail(cause(failure), client, listener, known);
            }
        });
    }

    private Exception tooLate() {
        return new OpenSearchStatusException("[semantic] field [" + field + "]: nothing was embedded within the [timeout] of ["
                + patience.timeout().orElseThrow() + "]", RestStatus.GATEWAY_TIMEOUT);
    }

    private void fail(Exception failure, Client client, ActionListener<Void> listener, Consumer<Subject> known) {
        if (patience.onFailure() == OnFailure.FAIL || isUsers(failure)) {
            listener.onFailure(failure);
            return;
        }
        String instead = patience.onFailure() == OnFailure.LEXICAL
                ? "its words were looked for instead"
                : "the clause found nothing";
        OuterSearch.degrade(client.threadPool().getThreadContext(),
                "[semantic] field [" + field + "] was searched without a vector, " + instead + ": "
                        + failure.getMessage());
        known.accept(new Subject.Missed(asked.text()));
        listener.onResponse(null);
    }

    /** What a clause says wrong is wrong whatever the model does: a model that does not exist or fit, an example that is not there. */
    private boolean isUsers(Exception failure) {
        if (failure instanceof IllegalArgumentException) return true;
        RestStatus status = ExceptionsHelper.status(failure);
        return (model.isPresent() || asked instanceof Subject.Examples)
                && status.getStatusFamilyCode() == 4 && status != RestStatus.TOO_MANY_REQUESTS;
    }

    private static Exception cause(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Exception exception ? exception : new IllegalStateException(cause);
    }
}
