package io.semanticsearch.ingest;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.opensearch.action.DocWriteRequest;
import org.opensearch.action.admin.indices.refresh.RefreshAction;
import org.opensearch.action.admin.indices.refresh.RefreshRequest;
import org.opensearch.action.bulk.BulkAction;
import org.opensearch.action.bulk.BulkItemResponse;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.action.update.UpdateAction;
import org.opensearch.action.update.UpdateRequest;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.concurrency.OpenSearchRejectedExecutionException;
import org.opensearch.index.seqno.SequenceNumbers;
import org.opensearch.tasks.Task;
import org.opensearch.transport.client.Client;
import org.opensearch.transport.client.node.NodeClient;

/** A bulk of which some items run one by one: runs those, a few documents at a time, and puts the answer together in the bulk's order. */
final class SplitBulk {

    /** Documents updated at a time: enough to fill a batch for the model, few enough to leave the write queue to others. */
    private static final int CONCURRENCY = 32;

    /**
     * Updates of one document by several clients meet between reading and writing, which takes as long as embedding takes. A bulk
     * merges under the shard's lock and so hardly ever conflicts; retrying keeps it that way.
     */
    private static final int RETRIES_ON_CONFLICT = 32;

    private final BulkPlan plan;
    private final BulkRequest bulk;
    private final Client client;
    private final Task task;
    private final ActionListener<BulkResponse> listener;
    private final long start = System.nanoTime();
    private final AtomicReferenceArray<BulkItemResponse> responses;
    private final AtomicInteger nextChain = new AtomicInteger();
    private final AtomicInteger openChains;
    private volatile long ingestTook = BulkResponse.NO_INGEST_TOOK;

    SplitBulk(BulkPlan plan, BulkRequest bulk, Client client, Task task, ActionListener<BulkResponse> listener) {
        this.plan = plan;
        this.bulk = bulk;
        this.client = client;
        this.task = task;
        this.listener = ActionListener.notifyOnce(listener);
        this.responses = new AtomicReferenceArray<>(bulk.requests().size());
        this.openChains = new AtomicInteger(plan.chains().size());
    }

    void togetherDone(BulkResponse response) {
        ingestTook = response.getIngestTookInMillis();
        BulkItemResponse[] items = response.getItems();
        for (int i = 0; i < items.length; i++) put(plan.together().get(i), items[i]);
        runChains();
    }

    void runChains() {
        for (int i = 0; i < Math.min(CONCURRENCY, plan.chains().size()); i++) startNextChain();
    }

    private void startNextChain() {
        int chain = nextChain.getAndIncrement();
        if (chain < plan.chains().size()) runNext(plan.chains().get(chain), 0);
    }

    /** On a stack of its own: items that fail at once would otherwise pile up one call upon the other until the stack is full. */
    private void runNext(List<Integer> chain, int at) {
        try {
            client.threadPool().generic().execute(() -> runItem(chain, at));
        } catch (OpenSearchRejectedExecutionException e) {
            // The node is shutting down.
            listener.onFailure(e);
        }
    }

    private void runItem(List<Integer> chain, int at) {
        int position = chain.get(at);
        run(bulk.requests().get(position), ActionListener.wrap(item -> itemDone(chain, at, item), failure -> {
            DocWriteRequest<?> request = bulk.requests().get(position);
            BulkItemResponse.Failure failed = new BulkItemResponse.Failure(request.index(), request.id(), failure);
            itemDone(chain, at, new BulkItemResponse(position, request.opType(), failed));
        }));
    }

    private void itemDone(List<Integer> chain, int at, BulkItemResponse item) {
        put(chain.get(at), item);
        if (at + 1 < chain.size()) {
            runNext(chain, at + 1);
        } else if (openChains.decrementAndGet() == 0) {
            refreshThenAnswer();
        } else {
            startNextChain();
        }
    }

    private void run(DocWriteRequest<?> request, ActionListener<BulkItemResponse> done) {
        try {
            if (request instanceof UpdateRequest update) {
                client.execute(UpdateAction.INSTANCE, single(update),
                        ActionListener.map(done, response -> new BulkItemResponse(0, update.opType(), response)));
            } else {
                BulkRequest one = new BulkRequest().add(request);
                one.waitForActiveShards(bulk.waitForActiveShards()).timeout(bulk.timeout());
                one.setParentTask(parent(), task == null ? -1 : task.getId());
                client.execute(BulkAction.INSTANCE, one, ActionListener.map(done, response -> response.getItems()[0]));
            }
        } catch (RuntimeException e) {
            done.onFailure(e);
        }
    }

    private UpdateRequest single(UpdateRequest update) {
        update.waitForActiveShards(bulk.waitForActiveShards()).timeout(bulk.timeout());
        if (update.ifSeqNo() == SequenceNumbers.UNASSIGNED_SEQ_NO) {
            update.retryOnConflict(Math.max(update.retryOnConflict(), RETRIES_ON_CONFLICT));
        }
        update.setParentTask(parent(), task == null ? -1 : task.getId());
        return update;
    }

    private String parent() {
        return client instanceof NodeClient node ? node.getLocalNodeId() : "";
    }

    private void put(int position, BulkItemResponse item) {
        BulkItemResponse placed = item.isFailed()
                ? new BulkItemResponse(position, item.getOpType(), item.getFailure())
                : new BulkItemResponse(position, item.getOpType(), item.getResponse());
        responses.set(position, placed);
    }

    /** One refresh at the end makes all of the updates visible, in place of one for each. */
    private void refreshThenAnswer() {
        if (bulk.getRefreshPolicy() == RefreshPolicy.NONE) {
            answer();
            return;
        }
        String[] indices = plan.chains().stream()
                .flatMap(List::stream)
                .filter(position -> !responses.get(position).isFailed())
                .map(position -> responses.get(position).getIndex())
                .distinct()
                .toArray(String[]::new);
        if (indices.length == 0) {
            answer();
            return;
        }
        ThreadContext context = client.threadPool().getThreadContext();
        Runnable restore = context.newRestorableContext(true)::get;
        // The right to write with a refresh does not include the right to the refresh action.
        try (ThreadContext.StoredContext _ = context.stashContext()) {
            client.execute(RefreshAction.INSTANCE, new RefreshRequest(indices), ActionListener.wrap(() -> {
                restore.run();
                answer();
            }));
        }
    }

    private void answer() {
        BulkItemResponse[] items = new BulkItemResponse[responses.length()];
        for (int i = 0; i < items.length; i++) items[i] = responses.get(i);
        listener.onResponse(new BulkResponse(items, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start), ingestTook));
    }
}
