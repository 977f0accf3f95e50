package io.semanticsearch.query;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.admin.indices.validate.query.ValidateQueryRequest;
import org.opensearch.action.explain.ExplainRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.tasks.Task;

/**
 * Tells the clauses of a search what stands beside them, before it is rewritten; likewise those of {@code _explain} and
 * {@code _validate/query}, which must judge what a search would find. {@code _msearch}, {@code _count}, scrolls and what deletes or
 * updates by query are made of searches.
 */
public final class PushdownFilter implements ActionFilter {

    private final Supplier<NamedXContentRegistry> registry;
    private final BooleanSupplier enabled;

    /** @param enabled whether it is done at all */
    public PushdownFilter(Supplier<NamedXContentRegistry> registry, BooleanSupplier enabled) {
        this.registry = registry;
        this.enabled = enabled;
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
        if (enabled.getAsBoolean()) push(request);
        chain.proceed(task, action, request, listener);
    }

    /** The query as this filter would have left it: for those made after it ran, by a search pipeline. */
    QueryBuilder push(QueryBuilder query) {
        return enabled.getAsBoolean() ? new Pushdown(registry.get()).into(query) : query;
    }

    private void push(ActionRequest request) {
        Pushdown pushdown = new Pushdown(registry.get());
        switch (request) {
            case SearchRequest search when search.source() != null -> {
                SearchSourceBuilder source = search.source();
                if (source.query() != null) source.query(pushdown.into(source.query()));
                if (source.postFilter() != null) source.postFilter(pushdown.into(source.postFilter()));
            }
            case ExplainRequest explain when explain.query() != null -> explain.query(pushdown.into(explain.query()));
            case ValidateQueryRequest validate when validate.query() != null -> validate.query(pushdown.into(validate.query()));
            default -> {
            }
        }
    }
}
