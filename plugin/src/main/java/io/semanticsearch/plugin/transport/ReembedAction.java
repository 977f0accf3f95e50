package io.semanticsearch.plugin.transport;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.plugin.reembed.ReembedJob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.ResourceAlreadyExistsException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.GroupedActionListener;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.action.support.TransportAction;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.persistent.PersistentTasksService;
import org.opensearch.persistent.PersistentTasksService.WaitForPersistentTaskListener;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.Client;

/** Starts, and ends, jobs that give documents the vectors which they lack. */
public final class ReembedAction extends TransportAction<ReembedAction.Request, MapAnswer> {

    public static final ActionType<MapAnswer> TYPE = new ActionType<>(ReembedJob.NAME, MapAnswer::new);

    private final ClusterService clusterService;
    private final IndexNameExpressionResolver resolver;
    private final ThreadPool threadPool;
    private final PersistentTasksService tasks;
    private final Function<IndexMetadata, List<FieldConfig>> fieldsOf;

    @Inject
    public ReembedAction(TransportService transport,
            ActionFilters filters,
            ClusterService clusterService,
            IndexNameExpressionResolver resolver,
            Client client,
            NodeServices services) {
        super(TYPE.name(), filters, transport.getTaskManager());
        this.clusterService = clusterService;
        this.resolver = resolver;
        this.threadPool = transport.getThreadPool();
        this.tasks = new PersistentTasksService(clusterService, threadPool, client);
        this.fieldsOf = services::fieldsOf;
    }

    @Override
    protected void doExecute(Task task, Request request, ActionListener<MapAnswer> listener) {
        List<ReembedJob> jobs = jobs(request);
        ActionListener<Map<String, Object>> each = new GroupedActionListener<>(
                ActionListener.map(listener, answers -> new MapAnswer(Map.of("jobs", List.copyOf(answers)))), jobs.size());
        // The right to this action is what a user needs; that it runs as a task of the cluster is a matter of its own.
        ThreadContext context = threadPool.getThreadContext();
        ActionListener<Map<String, Object>> asUser = new org.opensearch.action.support.ContextPreservingActionListener<>(
                context.newRestorableContext(false), each);
        try (ThreadContext.StoredContext _ = context.stashContext()) {
            for (ReembedJob job : jobs) {
                if (request.cancel) {
                    cancel(job, asUser);
                } else {
                    start(job, request.wait, asUser);
                }
            }
        }
    }

    private List<ReembedJob> jobs(Request request) {
        List<ReembedJob> jobs = new ArrayList<>();
        List<String> without = new ArrayList<>();
        for (String name : resolver.concreteIndexNames(clusterService.state(), request)) {
            IndexMetadata index = clusterService.state().metadata().index(name);
            List<FieldConfig> fields = fieldsOf.apply(index).stream()
                    .filter(field -> request.field.isEmpty() || request.field.get().equals(field.path()))
                    .filter(field -> !field.sourceFields().isEmpty()).toList();
            if (fields.isEmpty()) without.add(name);
            for (FieldConfig field : fields) {
                jobs.add(new ReembedJob(name, index.getIndexUUID(), field.path(), field.space(), request.throttle));
            }
        }
        if (jobs.isEmpty()) {
            throw new OpenSearchStatusException(
                    "none of the indices " + without + " has " + request.field.map(field -> "a field [" + field + "]")
                            .orElse("a field") + " of type [embedding] with [source_fields], so there is nothing to embed",
                    RestStatus.BAD_REQUEST);
        }
        return jobs;
    }

    private void start(ReembedJob job, Optional<TimeValue> wait, ActionListener<Map<String, Object>> listener) {
        tasks.sendStartRequest(job.id(), ReembedJob.NAME, job, ActionListener.wrap(started -> {
            if (wait.isEmpty()) {
                listener.onResponse(described(job, "started"));
                return;
            }
            tasks.waitForPersistentTaskCondition(job.id(), now -> now == null, wait.get(), new Waiting(job, listener));
        }, e -> listener.onFailure(org.opensearch.ExceptionsHelper.unwrapCause(e) instanceof ResourceAlreadyExistsException
                ? new OpenSearchStatusException("field [" + job.field() + "] of index [" + job.index()
                        + "] is being embedded already; see how far with GET /_plugins/_semantic/status/" + job.index()
                        + ", or end it with POST /_plugins/_semantic/reembed/" + job.index() + "/_cancel", RestStatus.CONFLICT)
                : e)));
    }

    /** Answers when the job is done, or that it still runs. */
    private record Waiting(ReembedJob job, ActionListener<Map<String, Object>> listener)
            implements
                WaitForPersistentTaskListener<ReembedJob> {

        @Override
        public void onResponse(PersistentTask<ReembedJob> ended) {
            listener.onResponse(described(job, "completed"));
        }

        @Override
        public void onFailure(Exception e) {
            listener.onFailure(e);
        }

        @Override
        public void onTimeout(TimeValue timeout) {
            listener.onResponse(described(job, "running"));
        }
    }

    private void cancel(ReembedJob job, ActionListener<Map<String, Object>> listener) {
        tasks.sendRemoveRequest(job.id(), ActionListener.wrap(
                removed -> listener.onResponse(described(job, "cancelled")),
                e -> listener.onResponse(described(job, "not running"))));
    }

    private static Map<String, Object> described(ReembedJob job, String state) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("index", job.index());
        map.put("field", job.field());
        map.put("space", job.space());
        map.put("state", state);
        return map;
    }

    /** Which fields of which indices to embed. */
    public static final class Request extends ActionRequest implements IndicesRequest.Replaceable {

        private String[] indices;
        private final Optional<String> field;
        private final int throttle;
        private final boolean cancel;
        private final Optional<TimeValue> wait;

        private Request(String[] indices, Optional<String> field, int throttle, boolean cancel, Optional<TimeValue> wait) {
            this.indices = indices;
            this.field = field;
            this.throttle = throttle;
            this.cancel = cancel;
            this.wait = wait;
        }

        /**
         * A request to start.
         *
         * @param field full path of a field; empty for all
         * @param throttle documents a second at most; 0 for no limit
         * @param wait how long the answer waits for the end; empty for an answer at once
         */
        public static Request start(String[] indices, Optional<String> field, int throttle, Optional<TimeValue> wait) {
            return new Request(indices, field, throttle, false, wait);
        }

        /** A request to end what was started. */
        public static Request cancel(String[] indices, Optional<String> field) {
            return new Request(indices, field, 0, true, Optional.empty());
        }

        @Override
        public String[] indices() {
            return indices;
        }

        @Override
        public IndicesOptions indicesOptions() {
            return IndicesOptions.strictExpandOpen();
        }

        @Override
        public IndicesRequest indices(String... names) {
            this.indices = names;
            return this;
        }

        @Override
        public boolean includeDataStreams() {
            return true;
        }

        @Override
        public ActionRequestValidationException validate() {
            return null;
        }
    }
}
