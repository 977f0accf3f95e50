package io.semanticsearch.ingest;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.DocWriteRequest;
import org.opensearch.action.DocWriteRequest.OpType;
import org.opensearch.action.bulk.BulkAction;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.tasks.Task;

/**
 * Tells the processors of a bulk which of its documents are written only if there is none yet, so that none is looked for: a pipeline sees
 * a document and its id, but not what is to be done with it.
 */
public final class CreatedDocuments implements ActionFilter {

    private static final String KEY = "semantic.created_documents";

    private final Supplier<ThreadContext> threadContext;

    public CreatedDocuments(Supplier<ThreadContext> threadContext) {
        this.threadContext = threadContext;
    }

    /** By its id alone, since a pipeline may have changed the index; a document of another index is embedded once more at worst. */
    static boolean isCreated(ThreadContext context, String id) {
        return context.getTransient(KEY) instanceof Set<?> ids && ids.contains(id);
    }

    @Override
    public int order() {
        return 0;
    }

    @Override
    public <Request extends ActionRequest, Response extends ActionResponse> void apply(
            Task task,
            String action,
            Request request,
            ActionRequestMetadata<Request, Response> metadata,
            ActionListener<Response> listener,
            ActionFilterChain<Request, Response> chain) {
        if (!action.equals(BulkAction.NAME) || !(request instanceof BulkRequest bulk)) {
            chain.proceed(task, action, request, listener);
            return;
        }
        ThreadContext context = threadContext.get();
        Set<String> created = bulk.requests().stream()
                .filter(item -> item.opType() == OpType.CREATE && item.id() != null)
                .map(DocWriteRequest::id)
                .collect(Collectors.toUnmodifiableSet());
        if (created.isEmpty() && context.getTransient(KEY) == null) {
            chain.proceed(task, action, request, listener);
            return;
        }
        // One bulk may run in the context of another, whose documents are not its own.
        try (ThreadContext.StoredContext _ = context.newStoredContext(true, List.of(KEY))) {
            context.putTransient(KEY, created);
            chain.proceed(task, action, request, listener);
        }
    }
}
