package io.semanticsearch.plugin.transport;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.plugin.reembed.FieldStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.search.MultiSearchRequest;
import org.opensearch.action.search.MultiSearchResponse;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.action.support.TransportAction;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.Client;

/** Tells of each embedding field how many documents have their vector, how many lack it, and what is being done about that. */
public final class IndexStatusAction extends TransportAction<IndexStatusAction.Request, MapAnswer> {

    public static final ActionType<MapAnswer> TYPE = new ActionType<>("indices:monitor/semantic/status", MapAnswer::new);

    private final ClusterService clusterService;
    private final IndexNameExpressionResolver resolver;
    private final Client client;
    private final NodeServices services;

    @Inject
    public IndexStatusAction(TransportService transport,
            ActionFilters filters,
            ClusterService clusterService,
            IndexNameExpressionResolver resolver,
            Client client,
            NodeServices services) {
        super(TYPE.name(), filters, transport.getTaskManager());
        this.clusterService = clusterService;
        this.resolver = resolver;
        this.client = client;
        this.services = services;
    }

    @Override
    protected void doExecute(Task task, Request request, ActionListener<MapAnswer> listener) {
        ClusterState state = clusterService.state();
        List<FieldStatus> fields = new ArrayList<>();
        Map<String, Map<String, Object>> indices = new TreeMap<>();
        for (String name : resolver.concreteIndexNames(state, request)) {
            IndexMetadata index = state.metadata().index(name);
            indices.put(name, new LinkedHashMap<>());
            for (FieldConfig field : services.fieldsOf(index))
                fields.add(FieldStatus.of(field, index, services.nestedOf(index), state));
        }
        if (fields.isEmpty()) {
            listener.onResponse(answer(indices));
            return;
        }
        MultiSearchRequest counts = new MultiSearchRequest();
        fields.forEach(field -> field.counts().forEach(counts::add));
        client.multiSearch(counts, ActionListener.map(listener, counted -> {
            int at = 0;
            for (FieldStatus field : fields) {
                int searches = field.counts().size();
                List<MultiSearchResponse.Item> items = List.of(counted.getResponses()).subList(at, at += searches);
                indices.get(field.index()).put(field.path(), field.describe(items));
            }
            return answer(indices);
        }));
    }

    private static MapAnswer answer(Map<String, Map<String, Object>> indices) {
        Map<String, Object> described = new TreeMap<>();
        indices.forEach((name, fields) -> described.put(name, Map.of("fields", fields)));
        return new MapAnswer(Map.of("indices", described));
    }

    /** Which indices to tell of. */
    public static final class Request extends ActionRequest implements IndicesRequest.Replaceable {

        private String[] indices;

        public Request(String... indices) {
            this.indices = indices;
        }

        @Override
        public String[] indices() {
            return indices;
        }

        @Override
        public IndicesOptions indicesOptions() {
            return IndicesOptions.lenientExpandOpen();
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
