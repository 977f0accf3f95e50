package io.semanticsearch.ingest;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.bulk.BulkAction;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.TransportShardBulkAction;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.ClusterStateApplier;
import org.opensearch.cluster.ClusterStateObserver;
import org.opensearch.cluster.block.ClusterBlockException;
import org.opensearch.cluster.block.ClusterBlockLevel;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.gateway.GatewayService;
import org.opensearch.node.NodeClosedException;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;

/**
 * Holds bulks back, as long as their [timeout] says, while the cluster has not recovered its state. A node knows no index then. OpenSearch
 * would settle at once that the documents go through no pipeline, wait for the state itself, and write them without their vectors.
 *
 * <p>Between the look at the state here and that of OpenSearch the state may be lost. So each bulk is marked with how often it was lost
 * before, and what it writes to shards is refused if that has changed: whoever sent it sends it again.
 */
public final class RecoveredState implements ActionFilter, ClusterStateApplier {

    private static final Logger logger = LogManager.getLogger(RecoveredState.class);
    private static final String KEY = "semantic.state_losses";

    private final Supplier<ClusterService> cluster;
    private final AtomicInteger losses = new AtomicInteger();
    private volatile boolean lost;

    /** To be told of states before anything is written through this node. */
    public RecoveredState(Supplier<ClusterService> cluster) {
        this.cluster = cluster;
    }

    private static boolean isRecovered(ClusterState state) {
        return !state.blocks().hasGlobalBlock(GatewayService.STATE_NOT_RECOVERED_BLOCK);
    }

    /** Before anyone sees the state; whoever reads the new number of losses sees that it is lost. */
    @Override
    public void applyClusterState(ClusterChangedEvent event) {
        lost = !isRecovered(event.state());
        if (lost) losses.incrementAndGet();
    }

    /** After filters that check rights, which come first; before those that ask what the indices of a bulk are. */
    @Override
    public int order() {
        return -1;
    }

    @Override
    public <Request extends ActionRequest, Response extends ActionResponse> void apply(
            Task task,
            String action,
            Request request,
            ActionRequestMetadata<Request, Response> metadata,
            ActionListener<Response> listener,
            ActionFilterChain<Request, Response> chain) {
        if (action.equals(TransportShardBulkAction.ACTION_NAME) && wasLostMeanwhile()) {
            listener.onFailure(new OpenSearchStatusException(
                    "the cluster lost its state while the documents were on their way to their shard, so they may have missed their"
                            + " pipelines; send them again",
                    RestStatus.SERVICE_UNAVAILABLE));
        } else if (action.equals(BulkAction.NAME) && request instanceof BulkRequest bulk) {
            Bulk<Request, Response> held = new Bulk<>(task, action, request, chain);
            // Before the look at it, or a state that is recovered in between would be waited for until another one comes.
            ClusterState before = cluster.get().state();
            if (!proceed(held, listener)) await(held, before, bulk.timeout(), listener);
        } else {
            chain.proceed(task, action, request, listener);
        }
    }

    private record Bulk<Request extends ActionRequest, Response extends ActionResponse>(Task task,
            String action,
            Request request,
            ActionFilterChain<Request, Response> chain) {}

    private boolean wasLostMeanwhile() {
        return context().getTransient(KEY) instanceof Integer before && before != losses.get();
    }

    /** Lets a bulk through if the state is recovered. */
    private <Request extends ActionRequest, Response extends ActionResponse> boolean proceed(Bulk<Request, Response> bulk,
            ActionListener<Response> listener) {
        // In this order: a loss that is not in the number is noticed later, one that is in it makes [lost] true, and that becomes false
        // before the recovered state can be seen.
        int before = losses.get();
        if (lost || !isRecovered(cluster.get().state())) return false;
        // One bulk may run in the context of another.
        try (ThreadContext.StoredContext _ = context().newStoredContext(true, List.of(KEY))) {
            context().putTransient(KEY, before);
            bulk.chain.proceed(bulk.task, bulk.action, bulk.request, listener);
        }
        return true;
    }

    /** @param before any state that is recovered and newer will do */
    private <Request extends ActionRequest, Response extends ActionResponse> void await(Bulk<Request, Response> bulk,
            ClusterState before,
            TimeValue patience,
            ActionListener<Response> listener) {
        ClusterService known = cluster.get();
        ThreadPool threads = known.getClusterApplierService().threadPool();
        // The thread that tells of a state applies it, and all wait for that.
        Runnable goOn = () -> threads.generic().execute(ActionRunnable.wrap(listener, answer -> {
            if (!proceed(bulk, answer)) answer.onFailure(blocked(known));
        }));
        new ClusterStateObserver(before, known, patience, logger, threads.getThreadContext())
                .waitForNextChange(new ClusterStateObserver.Listener() {
                    @Override
                    public void onNewClusterState(ClusterState recovered) {
                        goOn.run();
                    }

                    @Override
                    public void onClusterServiceClose() {
                        listener.onFailure(new NodeClosedException(known.localNode()));
                    }

                    @Override
                    public void onTimeout(TimeValue timeout) {
                        goOn.run();
                    }
                }, RecoveredState::isRecovered);
    }

    /** Also where the state was recovered a moment ago. */
    private static ClusterBlockException blocked(ClusterService known) {
        ClusterBlockException blocked = known.state().blocks().globalBlockedException(ClusterBlockLevel.WRITE);
        return blocked != null ? blocked : new ClusterBlockException(Set.of(GatewayService.STATE_NOT_RECOVERED_BLOCK));
    }

    private ThreadContext context() {
        return cluster.get().getClusterApplierService().threadPool().getThreadContext();
    }
}
