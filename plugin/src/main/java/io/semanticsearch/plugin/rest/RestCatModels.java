package io.semanticsearch.plugin.rest;

import io.semanticsearch.plugin.transport.MapAnswer;
import io.semanticsearch.plugin.transport.ReadModelsAction;
import io.semanticsearch.plugin.transport.StatsAction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.opensearch.common.Table;
import org.opensearch.core.common.unit.ByteSizeValue;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestRequest.Method;
import org.opensearch.rest.RestResponse;
import org.opensearch.rest.action.RestActionListener;
import org.opensearch.rest.action.RestResponseListener;
import org.opensearch.rest.action.cat.AbstractCatAction;
import org.opensearch.rest.action.cat.RestTable;
import org.opensearch.transport.client.node.NodeClient;

/** {@code GET /_cat/semantic_models}: a row for each model and node that has it, and one for each model that no node has. */
public final class RestCatModels extends AbstractCatAction {

    private static final String PATH = "/_cat/semantic_models";

    @Override
    public String getName() {
        return "cat_semantic_models";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(Method.GET, PATH));
    }

    @Override
    protected void documentation(StringBuilder lines) {
        lines.append(PATH).append("\n");
    }

    @Override
    protected RestChannelConsumer doCatRequest(RestRequest request, NodeClient client) {
        ReadModelsAction.Request read = new ReadModelsAction.Request(Optional.empty());
        return channel -> client.execute(ReadModelsAction.TYPE, read, new RestActionListener<MapAnswer>(channel) {
            @Override
            protected void processResponse(MapAnswer models) {
                client.execute(StatsAction.TYPE, new StatsAction.Request(), new RestResponseListener<MapAnswer>(channel) {
                    @Override
                    public RestResponse buildResponse(MapAnswer stats) throws Exception {
                        return RestTable.buildResponse(table(request, models.body(), stats.body()), channel);
                    }
                });
            }
        });
    }

    @Override
    protected Table getTableWithHeader(RestRequest request) {
        return new Table().startHeaders()
                .addCell("id", "desc:id of the model")
                .addCell("provider", "alias:p;desc:who runs it")
                .addCell("model", "alias:m;desc:the provider's name of it")
                .addCell("state", "alias:st;desc:ready, loading, loaded, or failed to load")
                .addCell("dimension", "alias:d;text-align:right;desc:numbers in a vector")
                .addCell("precision", "alias:pr;desc:what its weights are computed with")
                .addCell("device", "alias:dev;desc:what it runs on")
                .addCell("node", "alias:n;desc:name of the node that has it")
                .addCell("memory", "alias:mem;text-align:right;desc:memory that it takes there")
                .addCell("last_used", "alias:lu;desc:when its last call there began or ended")
                .addCell("requests", "alias:req;text-align:right;desc:requests that it was asked for there")
                .addCell("failed", "alias:f;text-align:right;desc:requests that failed there")
                .addCell("query_p99_ms",
                        "alias:qp99;text-align:right;desc:99 of 100 requests with queries took at most that, in milliseconds")
                .addCell("document_p99_ms", "alias:dp99;text-align:right;desc:the same of requests with documents")
                .addCell("texts", "default:false;text-align:right;desc:texts that it was asked for there")
                .addCell("tokens", "default:false;text-align:right;desc:tokens that it read there")
                .addCell("truncated", "default:false;text-align:right;desc:texts that were too long for it and cut")
                .addCell("cached",
                        "default:false;text-align:right;desc:queries that needed no model, because their vector was kept")
                .addCell("breaker",
                        "alias:b;default:false;desc:whether its server is called, for one on a server: closed, open, half_open")
                .addCell("load_ms", "default:false;text-align:right;desc:how long it took to load there, in milliseconds")
                .addCell("running", "default:false;text-align:right;desc:calls that run there now")
                .addCell("error", "default:false;desc:why it could not be loaded there")
                .endHeaders();
    }

    private Table table(RestRequest request, Map<String, Object> models, Map<String, Object> stats) {
        Table table = getTableWithHeader(request);
        for (Object listed : (List<?>) models.get("models")) {
            Map<?, ?> model = (Map<?, ?>) listed;
            Map<String, Map<?, ?>> nodes = new TreeMap<>();
            Map<?, ?> all = (Map<?, ?>) stats.get("nodes");
            all.forEach((node, counted) -> of(counted, "models", model).ifPresent(one -> nodes.put(node.toString(), one)));
            if (nodes.isEmpty()) row(table, model, "-", Map.of("state", "ready"), Map.of());
            nodes.forEach((node, one) -> row(table, model, node, one, of(all.get(node), "requests", model).orElse(Map.of())));
        }
        return table;
    }

    /** What a node says of a model in a section of its statistics. */
    private static Optional<Map<?, ?>> of(Object node, String section, Map<?, ?> model) {
        return node instanceof Map<?, ?> all && all.get(section) instanceof Map<?, ?> models
                && models.get(model.get("id")) instanceof Map<?, ?> one ? Optional.of(one) : Optional.empty();
    }

    /** @param use what it was asked for there */
    private static void row(Table table, Map<?, ?> model, String node, Map<?, ?> there, Map<?, ?> use) {
        Map<?, ?> definition = (Map<?, ?>) model.get("definition");
        table.startRow();
        table.addCell(model.get("id"));
        table.addCell(definition.get("provider"));
        // One in two places has its name in the definition of either.
        table.addCell(definition.get("local") instanceof Map<?, ?> local ? local.get("model") : definition.get("model"));
        table.addCell(there.get("state"));
        table.addCell(model.get("dimension"));
        table.addCell(there.containsKey("precision") ? there.get("precision") : model.get("precision"));
        table.addCell(there.containsKey("device") ? there.get("device") : model.get("device"));
        table.addCell(node);
        table.addCell(there.get("memory_bytes") instanceof Number bytes ? new ByteSizeValue(bytes.longValue()) : "-");
        cells(table, there, "last_used");
        cells(table, use, "requests");
        table.addCell(use.get("failed") instanceof Map<?, ?> reasons
                ? reasons.values().stream().mapToLong(count -> ((Number) count).longValue()).sum()
                : "-");
        for (String role : List.of("query", "document")) {
            table.addCell(use.get("latency") instanceof Map<?, ?> roles && roles.get(role) instanceof Map<?, ?> took
                    ? took.get("p99_ms")
                    : "-");
        }
        cells(table, use, "texts", "tokens", "truncated", "cached");
        cells(table, there, "breaker", "load_ms", "running", "error");
        table.endRow();
    }

    private static void cells(Table table, Map<?, ?> values, String... keys) {
        for (String key : keys) table.addCell(values.containsKey(key) ? values.get(key) : "-");
    }
}
