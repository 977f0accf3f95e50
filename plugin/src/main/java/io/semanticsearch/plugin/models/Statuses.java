package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.EmbeddingException;
import java.util.concurrent.CancellationException;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchException;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.rest.RestStatus;

/** What went wrong while embedding, as OpenSearch tells it to users. */
public final class Statuses {

    private Statuses() {}

    public static RuntimeException of(Throwable failure) {
        return switch (failure) {
            case EmbeddingException e ->
                new OpenSearchStatusException(e.getMessage(), RestStatus.fromCode(e.status()), harmless(e.getCause()));
            case OpenSearchException e -> e;
            case IllegalArgumentException e -> e;
            case CancellationException e ->
                new OpenSearchStatusException("embedding was cancelled", RestStatus.SERVICE_UNAVAILABLE, e);
            default -> new OpenSearchStatusException("embedding failed: " + failure, RestStatus.INTERNAL_SERVER_ERROR,
                    harmless(failure));
        };
    }

    /** OpenSearch ends the node for an {@link Error} that it finds among the causes of an exception; the message tells of it. */
    private static Throwable harmless(Throwable cause) {
        return cause == null || ExceptionsHelper.maybeError(cause).isPresent() ? null : cause;
    }
}
