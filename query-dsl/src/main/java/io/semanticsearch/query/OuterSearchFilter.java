package io.semanticsearch.query;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.search.SearchAction;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.Task;

/**
 * Tells the clauses of a search which search it is, cuts its answer to as many hits as they say that it has, and adds why it is not the
 * one that was asked for.
 */
public final class OuterSearchFilter implements ActionFilter {

    private final Supplier<ThreadContext> threadContext;
    private final Supplier<String> node;

    /** @param node id of this node */
    public OuterSearchFilter(Supplier<ThreadContext> threadContext, Supplier<String> node) {
        this.threadContext = threadContext;
        this.node = node;
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
        if (!action.equals(SearchAction.NAME) || task == null) {
            chain.proceed(task, action, request, listener);
            return;
        }
        ThreadContext context = threadContext.get();
        Optional<OuterSearch> served = OuterSearch.in(context);
        OuterSearch search = OuterSearch.of(new TaskId(node.get(), task.getId()), task.getParentTaskId(), served);
        // Only this search sees it: a multi-search starts the next one in the context of the first.
        try (ThreadContext.StoredContext _ = context.newStoredContext(true, List.of(OuterSearch.KEY))) {
            context.putTransient(OuterSearch.KEY, search);
            chain.proceed(task, action, request, finished(search, served.isPresent(), request, listener));
        }
    }

    @SuppressWarnings("unchecked")
    private static <Response extends ActionResponse> ActionListener<Response> finished(
            OuterSearch search,
            boolean serves,
            ActionRequest request,
            ActionListener<Response> listener) {
        return ActionListener.delegateFailure(listener, (next, answer) -> {
            if (answer instanceof SearchResponse response && request instanceof SearchRequest asked) {
                SearchResponse cut = CutAnswer.to(search.most().get(), asked, response);
                next.onResponse((Response) (serves || search.degraded().isEmpty() ? cut : DegradedExt.added(search, cut)));
            } else {
                next.onResponse(answer);
            }
        });
    }
}
