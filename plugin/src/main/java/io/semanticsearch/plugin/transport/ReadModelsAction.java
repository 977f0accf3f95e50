package io.semanticsearch.plugin.transport;

import io.semanticsearch.plugin.models.Model;
import io.semanticsearch.plugin.models.ModelMessage;
import io.semanticsearch.plugin.models.ModelRegistry;
import io.semanticsearch.plugin.models.ModelStore;
import io.semanticsearch.plugin.models.NodeHealth;
import io.semanticsearch.plugin.models.NodeLink;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.TransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Tells which models are defined, and on which nodes they are in memory. */
public final class ReadModelsAction extends TransportAction<ReadModelsAction.Request, MapAnswer> {

    public static final ActionType<MapAnswer> TYPE = new ActionType<>("cluster:monitor/semantic/models/get", MapAnswer::new);

    private final ModelRegistry registry;
    private final NodeLink link;

    @Inject
    public ReadModelsAction(TransportService transport, ActionFilters filters, NodeServices services) {
        super(TYPE.name(), filters, transport.getTaskManager());
        this.registry = services.registry();
        this.link = services.link(transport);
    }

    @Override
    protected void doExecute(Task task, Request request, ActionListener<MapAnswer> listener) {
        Optional<Model> asked = request.id.flatMap(registry::model);
        ModelMessage stats = new ModelMessage(ModelMessage.What.STATS, "", Map.of());
        link.askAll(link.nodesWithPlugin(), stats).thenAccept(answers -> {
            if (request.id.isPresent() && asked.isEmpty()) {
                ActionListener.completeWith(listener, () -> new MapAnswer(fetching(request.id.get(), answers)));
            } else if (asked.isPresent()) {
                listener.onResponse(new MapAnswer(describe(asked.get(), answers)));
            } else {
                listener.onResponse(new MapAnswer(
                        Map.of("models", registry.models().stream().map(model -> describe(model, answers)).toList())));
            }
        });
    }

    /** A model that is not defined yet, because its files are still on their way. */
    private static Map<String, Object> fetching(String id, Map<String, ModelMessage.Answer> answers) {
        Map<String, Object> nodes = new LinkedHashMap<>();
        answers.forEach((node, answer) -> {
            if (answer.result().get("models") instanceof Map<?, ?> models && models.get(id) instanceof Map<?, ?> here
                    && "fetching".equals(here.get("state"))) {
                nodes.put(node, here);
            }
        });
        if (nodes.isEmpty()) throw ModelStore.missing(id);
        return Map.of("id", id, "state", "fetching", "fetching", nodes);
    }

    private static Map<String, Object> describe(Model model, Map<String, ModelMessage.Answer> answers) {
        List<String> nodes = new ArrayList<>();
        Set<Object> states = new HashSet<>();
        Map<String, Object> health = new LinkedHashMap<>();
        answers.forEach((node, answer) -> {
            NodeHealth.of(model.id(), answer).ifPresent(here -> health.put(node, here));
            if (answer.result().get("models") instanceof Map<?, ?> models && models.get(model.id()) instanceof Map<?, ?> here) {
                states.add(here.get("state"));
                if ("loaded".equals(here.get("state"))) nodes.add(node);
            }
        });
        String state = Stream.of("loaded", "loading", "fetching", "failed").filter(states::contains).findFirst().orElse("ready");
        Map<String, Object> described = new LinkedHashMap<>(ModelStore.describe(model, state));
        described.put("nodes", nodes);
        described.put("health", health);
        return described;
    }

    /** Which model is asked for. */
    public static final class Request extends ActionRequest {

        private final Optional<String> id;

        /** @param id id or alias of one model; empty for all */
        public Request(Optional<String> id) {
            this.id = id;
        }

        @Override
        public ActionRequestValidationException validate() {
            return null;
        }
    }
}
