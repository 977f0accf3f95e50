package io.semanticsearch.plugin.transport;

import io.semanticsearch.plugin.models.ModelStore;
import java.io.IOException;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.clustermanager.TransportClusterManagerNodeAction;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.block.ClusterBlockException;
import org.opensearch.cluster.block.ClusterBlockLevel;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/** Defines a model on the cluster manager, after it was proved to work. */
public final class PutModelAction extends TransportClusterManagerNodeAction<ModelRequest, MapAnswer> {

    public static final ActionType<MapAnswer> TYPE = new ActionType<>("cluster:admin/semantic/models/put", MapAnswer::new);

    private final ModelStore store;

    @Inject
    public PutModelAction(
            TransportService transportService,
            ClusterService clusterService,
            ThreadPool threadPool,
            ActionFilters filters,
            IndexNameExpressionResolver resolver,
            NodeServices services) {
        super(TYPE.name(), transportService, clusterService, threadPool, filters, ModelRequest::new, resolver);
        this.store = services.store(transportService);
    }

    @Override
    protected String executor() {
        return ThreadPool.Names.SAME;
    }

    @Override
    protected MapAnswer read(StreamInput in) throws IOException {
        return new MapAnswer(in);
    }

    @Override
    protected void clusterManagerOperation(ModelRequest request, ClusterState state, ActionListener<MapAnswer> listener) {
        store.put(request.id(), request.definition(), request, ActionListener.map(listener, MapAnswer::new));
    }

    @Override
    protected ClusterBlockException checkBlock(ModelRequest request, ClusterState state) {
        return state.blocks().globalBlockedException(ClusterBlockLevel.METADATA_WRITE);
    }
}
