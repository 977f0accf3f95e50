package io.semanticsearch.ingest;

import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.bulk.BulkAction;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.ClusterStateObserver;
import org.opensearch.cluster.block.ClusterBlockLevel;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.gateway.GatewayService;
import org.opensearch.node.NodeClosedException;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;

/**
 * Holds bulks back, as long as their [timeout] says, while the cluster has not recovered its state. A node knows no index then. OpenSearch
 * would settle at once that the documents go through no pipeline, wait for the state itself, and write them without their vectors.
 */
public final class RecoveredState implements ActionFilter {

    private static final Logger logger = LogManager.getLogger(RecoveredState.class);

    private final Supplier<ClusterService> cluster;

    public RecoveredState(Supplier<ClusterService> cluster) {
        this.cluster = cluster;
    }

    private static boolean isRecovered(ClusterState state) {
        return !state.blocks().hasGlobalBlock(GatewayService.STATE_NOT_RECOVERED_BLOCK);
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
        if (!action.equals(BulkAction.NAME) || !(request instanceof BulkRequest bulk)) {
            chain.proceed(task, action, request, listener);
            return;
        }
        ClusterService known = cluster.get();
        ClusterState state = known.state();
        if (isRecovered(state)) {
            chain.proceed(task, action, request, listener);
            return;
        }
        ThreadPool threads = known.getClusterApplierService().threadPool();
        // The thread that tells of a state applies it, and all wait for that.
        Runnable goOn = () -> threads.generic().execute(
                ActionRunnable.wrap(listener, answer -> chain.proceed(task, action, request, answer)));
        new ClusterStateObserver(state, known, bulk.timeout(), logger, threads.getThreadContext())
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
                        ClusterState late = known.state();
                        if (isRecovered(late)) {
                            goOn.run();
                        } else {
                            listener.onFailure(late.blocks().globalBlockedException(ClusterBlockLevel.WRITE));
                        }
                    }
                }, RecoveredState::isRecovered);
    }
}
