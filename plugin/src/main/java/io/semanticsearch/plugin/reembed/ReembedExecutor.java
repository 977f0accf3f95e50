package io.semanticsearch.plugin.reembed;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.FieldConfigs;
import io.semanticsearch.plugin.models.NodeAttribute;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.index.IndexNotFoundException;
import org.opensearch.persistent.AllocatedPersistentTask;
import org.opensearch.persistent.PersistentTaskState;
import org.opensearch.persistent.PersistentTasksCustomMetadata.Assignment;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.persistent.PersistentTasksExecutor;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;

/** Runs re-embedding jobs on data nodes. A job whose node is gone goes on on another one, with what is still missing. */
public final class ReembedExecutor extends PersistentTasksExecutor<ReembedJob> {

    private final Client client;
    private final ClusterService clusterService;
    private final FieldConfigs fields;

    public ReembedExecutor(Client client, ClusterService clusterService, FieldConfigs fields) {
        super(ReembedJob.NAME, ThreadPool.Names.GENERIC);
        this.client = client;
        this.clusterService = clusterService;
        this.fields = fields;
    }

    @Override
    public Assignment getAssignment(ReembedJob job, ClusterState state) {
        DiscoveryNode node = selectLeastLoadedNode(state, one -> one.isDataNode() && NodeAttribute.hasPlugin(one));
        return node == null ? NO_NODE_FOUND : new Assignment(node.getId(), "");
    }

    @Override
    public void validate(ReembedJob job, ClusterState state) {
        if (index(job, state).isEmpty()) throw new IndexNotFoundException(job.index());
    }

    @Override
    protected String getDescription(PersistentTask<ReembedJob> task) {
        ReembedJob job = task.getParams();
        return "embedding [" + job.field() + "] of index [" + job.index() + "] in space [" + job.space() + "]";
    }

    @Override
    protected AllocatedPersistentTask createTask(long id,
            String type,
            String action,
            TaskId parent,
            PersistentTask<ReembedJob> task,
            Map<String, String> headers) {
        ReembedProgress progress = task.getState() instanceof ReembedProgress kept
                ? kept.withoutFailures()
                : ReembedProgress.START;
        return new ReembedTask(id, type, action, getDescription(task), parent, headers, progress);
    }

    @Override
    protected void nodeOperation(AllocatedPersistentTask task, ReembedJob job, PersistentTaskState state) {
        Optional<IndexMetadata> index = index(job, clusterService.state());
        Optional<FieldConfig> field = index.map(fields::of).orElse(List.of()).stream()
                .filter(config -> config.path().equals(job.field())).findFirst()
                .flatMap(config -> config.written().stream().filter(each -> each.space().equals(job.space())).findFirst());
        if (field.isEmpty()) {
            task.markAsFailed(new IllegalStateException("the field [" + job.field() + "] of index [" + job.index()
                    + "] has no vectors of the space [" + job.space() + "] any more"));
            return;
        }
        new ReembedRun(client, clusterService.localNode().getId(), job, (ReembedTask) task, field.get(),
                VectorQueries.of(field.get(), fields.nested(index.get())).lacking(), new FieldMove(client, clusterService))
                .start();
    }

    private static Optional<IndexMetadata> index(ReembedJob job, ClusterState state) {
        return Optional.ofNullable(state.metadata().index(job.index())).filter(index -> index.getIndexUUID().equals(job.uuid()));
    }
}
