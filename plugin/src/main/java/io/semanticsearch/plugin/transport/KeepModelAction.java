package io.semanticsearch.plugin.transport;

import io.semanticsearch.plugin.models.Model;
import io.semanticsearch.plugin.models.ModelMessage;
import io.semanticsearch.plugin.models.ModelRegistry;
import io.semanticsearch.plugin.models.ModelStore;
import io.semanticsearch.plugin.models.NodeLink;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.TransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Brings a model into memory ahead of its first use, or lets it go, on every node that runs models. */
public final class KeepModelAction extends TransportAction<KeepModelAction.Request, MapAnswer> {

    public static final ActionType<MapAnswer> TYPE = new ActionType<>("cluster:admin/semantic/models/load", MapAnswer::new);

    private final ModelRegistry registry;
    private final NodeLink link;

    @Inject
    public KeepModelAction(TransportService transport, ActionFilters filters, NodeServices services) {
        super(TYPE.name(), filters, transport.getTaskManager());
        this.registry = services.registry();
        this.link = services.link(transport);
    }

    @Override
    protected void doExecute(Task task, Request request, ActionListener<MapAnswer> listener) {
        Optional<Model> model = registry.model(request.id);
        if (model.isEmpty()) {
            listener.onFailure(ModelStore.missing(request.id));
            return;
        }
        ModelMessage message = new ModelMessage(
                request.load ? ModelMessage.What.LOAD : ModelMessage.What.UNLOAD, model.get().id(), Map.of());
        link.askAll(link.modelNodes(), message).thenAccept(answers -> {
            Map<String, Object> nodes = new LinkedHashMap<>();
            answers.forEach((node, answer) -> nodes.put(node,
                    answer.failure().<Object>map(reason -> Map.of("error", reason)).orElse(answer.result())));
            listener.onResponse(new MapAnswer(Map.of("id", model.get().id(), "nodes", nodes)));
        });
    }

    /** Which model to load or unload. */
    public static final class Request extends ActionRequest {

        private final String id;
        private final boolean load;

        public Request(String id, boolean load) {
            this.id = id;
            this.load = load;
        }

        @Override
        public ActionRequestValidationException validate() {
            return null;
        }
    }
}
