package io.semanticsearch.plugin.transport;

import io.semanticsearch.plugin.models.ModelMessage;
import io.semanticsearch.plugin.models.NodeLink;
import java.util.LinkedHashMap;
import java.util.Map;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.TransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Collects what every node counts: models in memory, texts embedded, what waits, what the query cache saved. */
public final class StatsAction extends TransportAction<StatsAction.Request, MapAnswer> {

    public static final ActionType<MapAnswer> TYPE = new ActionType<>("cluster:monitor/semantic/stats", MapAnswer::new);

    private final NodeLink link;

    @Inject
    public StatsAction(TransportService transport, ActionFilters filters, NodeServices services) {
        super(TYPE.name(), filters, transport.getTaskManager());
        this.link = services.link(transport);
    }

    @Override
    protected void doExecute(Task task, Request request, ActionListener<MapAnswer> listener) {
        ModelMessage stats = new ModelMessage(ModelMessage.What.STATS, "", Map.of());
        link.askAll(link.nodesWithPlugin(), stats).thenAccept(answers -> {
            Map<String, Object> nodes = new LinkedHashMap<>();
            answers.forEach((node, answer) -> nodes.put(node,
                    answer.failure().<Object>map(reason -> Map.of("error", reason)).orElse(answer.result())));
            listener.onResponse(new MapAnswer(Map.of("nodes", nodes)));
        });
    }

    /** Asks for the statistics of all nodes. */
    public static final class Request extends ActionRequest {

        @Override
        public ActionRequestValidationException validate() {
            return null;
        }
    }
}
