package io.semanticsearch.plugin.transport;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.FieldGeneration;
import io.semanticsearch.field.ModelCatalog;
import io.semanticsearch.field.ModelCatalog.KnownModel;
import io.semanticsearch.plugin.reembed.FieldMove;
import io.semanticsearch.plugin.reembed.ReembedJob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.ResourceAlreadyExistsException;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.ContextPreservingActionListener;
import org.opensearch.action.support.GroupedActionListener;
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

/** Starts, and ends, jobs that give documents the vectors which they lack, of the model that serves or of one that a field moves to. */
public final class ReembedAction extends TransportAction<ReembedRequest, MapAnswer> {

    public static final ActionType<MapAnswer> TYPE = new ActionType<>(ReembedJob.NAME, MapAnswer::new);

    private final ClusterService clusterService;
    private final IndexNameExpressionResolver resolver;
    private final ThreadPool threadPool;
    private final PersistentTasksService tasks;
    private final FieldMove move;
    private final ModelCatalog catalog;
    private final Function<IndexMetadata, List<FieldConfig>> fieldsOf;
    private final Predicate<IndexMetadata> keepsWholeSource;

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
        this.move = new FieldMove(client, clusterService);
        this.catalog = services.registry();
        this.fieldsOf = services::fieldsOf;
        this.keepsWholeSource = services::keepsWholeSource;
    }

    @Override
    protected void doExecute(Task task, ReembedRequest request, ActionListener<MapAnswer> listener) {
        List<FieldOf> fields = fields(request);
        Optional<FieldGeneration> model = request.model().map(this::generation);
        fields.forEach(field -> check(field, request, model));
        ThreadContext context = threadPool.getThreadContext();
        ActionListener<Map<String, Object>> each = new ContextPreservingActionListener<>(context.newRestorableContext(false),
                new GroupedActionListener<>(
                        ActionListener.map(listener, answers -> new MapAnswer(Map.of("jobs", List.copyOf(answers)))),
                        fields.size()));
        // The right to this action is what a user needs; that it works by mappings and tasks of the cluster is a matter of its own.
        try (ThreadContext.StoredContext _ = context.stashContext()) {
            for (FieldOf field : fields) {
                switch (request.what()) {
                    case START -> start(field, request, model, each);
                    case CUT_OVER -> cutOver(field, each);
                    case CANCEL -> cancel(field, each);
                }
            }
        }
    }

    /** A field of one index. */
    private record FieldOf(IndexMetadata index, FieldConfig config) {

        String indexName() {
            return index.getIndex().getName();
        }

        ReembedJob job(String space, int throttle, boolean cutOver) {
            return new ReembedJob(indexName(), index.getIndexUUID(), config.path(), space, throttle, cutOver);
        }

        Map<String, Object> described(String space, String state) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("index", indexName());
            map.put("field", config.path());
            map.put("space", space);
            map.put("state", state);
            return map;
        }
    }

    private List<FieldOf> fields(ReembedRequest request) {
        List<FieldOf> fields = new ArrayList<>();
        List<String> without = new ArrayList<>();
        for (String name : resolver.concreteIndexNames(clusterService.state(), request)) {
            IndexMetadata index = clusterService.state().metadata().index(name);
            int before = fields.size();
            fieldsOf.apply(index).stream()
                    .filter(field -> request.field().isEmpty() || request.field().get().equals(field.path()))
                    .filter(field -> !field.sourceFields().isEmpty())
                    .forEach(field -> fields.add(new FieldOf(index, field)));
            if (fields.size() == before) without.add(name);
        }
        if (fields.isEmpty()) {
            throw new OpenSearchStatusException(
                    "none of the indices " + without + " has " + request.field().map(field -> "a field [" + field + "]")
                            .orElse("a field") + " of type [embedding] with [source_fields], so there is nothing to embed",
                    RestStatus.BAD_REQUEST);
        }
        return fields;
    }

    private FieldGeneration generation(String model) {
        KnownModel known = catalog.find(model).orElseThrow(() -> new OpenSearchStatusException("unknown model [" + model
                + "]; defined are " + catalog.ids() + ". Define it with PUT /_plugins/_semantic/models/" + model,
                RestStatus.BAD_REQUEST));
        return new FieldGeneration(known.id(), known.space(), known.dimension());
    }

    /** Refuses what cannot be done before anything is. */
    private void check(FieldOf field, ReembedRequest request, Optional<FieldGeneration> model) {
        if (request.what() == ReembedRequest.What.START && !keepsWholeSource.test(field.index)) {
            throw new OpenSearchStatusException("index [" + field.indexName() + "] does not keep the whole [_source] of its"
                    + " documents, so that writing them anew from it would lose what is left out; index them again from where"
                    + " they came from", RestStatus.BAD_REQUEST);
        }
        Optional<FieldGeneration> next = field.config.generations().next();
        String where = "field [" + field.config.path() + "] of index [" + field.indexName() + "]";
        if (request.what() == ReembedRequest.What.CUT_OVER && next.isEmpty()) {
            throw new OpenSearchStatusException(
                    where + " does not move to another model; start that with POST /_plugins/_semantic/reembed/"
                            + field.indexName() + " and a [model]",
                    RestStatus.CONFLICT);
        }
        if (model.isPresent() && next.isPresent() && !next.get().space().equals(model.get().space())) {
            throw new OpenSearchStatusException(where + " moves to model [" + next.get().model()
                    + "] already; end that with POST /_plugins/_semantic/reembed/" + field.indexName() + "/_cancel first",
                    RestStatus.CONFLICT);
        }
    }

    private void start(FieldOf field,
            ReembedRequest request,
            Optional<FieldGeneration> model,
            ActionListener<Map<String, Object>> listener) {
        String serving = field.config.space();
        Optional<FieldGeneration> next = model.filter(generation -> !generation.space().equals(serving));
        // Without a model, what was begun and ended half-way goes on.
        Optional<FieldGeneration> target = next
                .or(() -> model.isPresent() ? Optional.empty() : field.config.generations().next());
        ReembedJob job = field.job(target.map(FieldGeneration::space).orElse(serving), request.throttle(),
                request.cutOver() && target.isPresent());
        if (next.isEmpty() || field.config.generations().next().isPresent()) {
            start(job, field, request.patience(), listener);
        } else {
            move.begin(field.indexName(), field.config.path(), next.get(), ActionListener.wrap(
                    begun -> start(job, field, request.patience(), listener), listener::onFailure));
        }
    }

    private void cutOver(FieldOf field, ActionListener<Map<String, Object>> listener) {
        String space = field.config.generations().next().orElseThrow().space();
        ended(field, ended -> move.cutOver(field.indexName(), field.config.path(), space, ActionListener.map(listener,
                moved -> field.described(space, "serving"))));
    }

    private void cancel(FieldOf field, ActionListener<Map<String, Object>> listener) {
        String space = field.config.generations().next().map(FieldGeneration::space).orElse(field.config.space());
        ended(field, ended -> {
            Map<String, Object> answer = field.described(space, ended ? "cancelled" : "not running");
            if (field.config.generations().next().isEmpty()) {
                listener.onResponse(answer);
            } else {
                move.end(field.indexName(), field.config.path(),
                        ActionListener.map(listener, done -> field.described(space, "cancelled")));
            }
        });
    }

    /** Ends the job of a field, if there is one. */
    private void ended(FieldOf field, Consumer<Boolean> then) {
        tasks.sendRemoveRequest(field.job(field.config.space(), 0, false).id(), ActionListener.wrap(
                removed -> then.accept(true), none -> then.accept(false)));
    }

    private void start(ReembedJob job, FieldOf field, Optional<TimeValue> wait, ActionListener<Map<String, Object>> listener) {
        tasks.sendStartRequest(job.id(), ReembedJob.NAME, job, ActionListener.wrap(started -> {
            if (wait.isEmpty()) {
                listener.onResponse(field.described(job.space(), "started"));
                return;
            }
            tasks.waitForPersistentTaskCondition(job.id(), now -> now == null, wait.get(),
                    new Waiting(job, field, listener));
        }, e -> listener.onFailure(ExceptionsHelper.unwrapCause(e) instanceof ResourceAlreadyExistsException
                ? new OpenSearchStatusException("field [" + job.field() + "] of index [" + job.index()
                        + "] is being embedded already; see how far with GET /_plugins/_semantic/status/" + job.index()
                        + ", or end it with POST /_plugins/_semantic/reembed/" + job.index() + "/_cancel", RestStatus.CONFLICT)
                : e)));
    }

    /** Answers when the job is done, or that it still runs. */
    private record Waiting(ReembedJob job, FieldOf field, ActionListener<Map<String, Object>> listener)
            implements
                WaitForPersistentTaskListener<ReembedJob> {

        @Override
        public void onResponse(PersistentTask<ReembedJob> ended) {
            listener.onResponse(field.described(job.space(), "completed"));
        }

        @Override
        public void onFailure(Exception e) {
            listener.onFailure(e);
        }

        @Override
        public void onTimeout(TimeValue timeout) {
            listener.onResponse(field.described(job.space(), "running"));
        }
    }
}
