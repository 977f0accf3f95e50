package io.semanticsearch.ingest;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.bulk.BulkAction;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.tasks.Task;
import org.opensearch.transport.client.Client;

/**
 * Keeps vectors fresh when a bulk updates documents. In a bulk, OpenSearch merges an update on the shard, after the pipelines ran over
 * the part that was sent; a vector made there would be of half a document. So updates that touch the text of a vector are taken out of
 * the bulk and run as single updates, whose pipelines see the merged document; for one document the order of the bulk is kept.
 */
public final class FreshUpdates implements ActionFilter {

    private final Function<String, Optional<WrittenIndex>> indexOf;
    private final Supplier<Client> client;

    /**
     * @param indexOf the index that the name in a request stands for; empty if there is no such index yet
     * @param client for the single updates, as the user who sent the bulk
     */
    public FreshUpdates(Function<String, Optional<WrittenIndex>> indexOf, Supplier<Client> client) {
        this.indexOf = indexOf;
        this.client = client;
    }

    /** After filters that check rights, which come first. */
    @Override
    public int order() {
        return 0;
    }

    @Override
    @SuppressWarnings("unchecked")
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
        BulkPlan plan = BulkPlan.of(bulk, indexOf);
        if (plan.isPlain()) {
            chain.proceed(task, action, request, listener);
            return;
        }
        ActionListener<BulkResponse> answer = (ActionListener<BulkResponse>) listener;
        SplitBulk split = new SplitBulk(plan, bulk, client.get(), task, answer);
        if (plan.together().isEmpty()) {
            split.runChains();
        } else {
            ActionListener<BulkResponse> first = ActionListener.wrap(split::togetherDone, listener::onFailure);
            chain.proceed(task, action, (Request) plan.bulkOfTogether(bulk),
                    (ActionListener<Response>) (ActionListener<?>) first);
        }
    }
}
