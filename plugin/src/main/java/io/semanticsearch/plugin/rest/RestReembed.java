package io.semanticsearch.plugin.rest;

import io.semanticsearch.plugin.transport.IndexStatusAction;
import io.semanticsearch.plugin.transport.ReembedAction;
import io.semanticsearch.plugin.transport.ReembedRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.common.Strings;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestRequest.Method;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code GET /_plugins/_semantic/status/{index}} and {@code POST /_plugins/_semantic/reembed/{index}}. */
public final class RestReembed extends BaseRestHandler {

    private static final String FIELD = "field";
    private static final String MODEL = "model";
    private static final String THROTTLE = "throttle";
    private static final String CUT_OVER = "cutover";
    private static final TimeValue PATIENCE = TimeValue.timeValueHours(1);

    @Override
    public String getName() {
        return "semantic_reembed";
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route(Method.GET, RestModels.BASE + "/status/{index}"),
                new Route(Method.POST, RestModels.BASE + "/reembed/{index}"),
                new Route(Method.POST, RestModels.BASE + "/reembed/{index}/_cutover"),
                new Route(Method.POST, RestModels.BASE + "/reembed/{index}/_cancel"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        String[] indices = Strings.splitStringByCommaToArray(request.param("index"));
        if (request.method() == Method.GET) {
            return channel -> client.execute(IndexStatusAction.TYPE, new IndexStatusAction.Request(indices),
                    new RestToXContentListener<>(channel));
        }
        Map<String, Object> body = request.hasContent() ? JsonBody.read(request) : Map.of();
        ReembedRequest reembed = request(request, indices, body);
        return channel -> client.execute(ReembedAction.TYPE, reembed, new RestToXContentListener<>(channel));
    }

    private static ReembedRequest request(RestRequest request, String[] indices, Map<String, Object> body) {
        Optional<String> field = Optional.ofNullable(body.get(FIELD)).map(String::valueOf);
        if (request.path().endsWith("/_cancel") || request.path().endsWith("/_cutover")) {
            check(body, Set.of(FIELD));
            return request.path().endsWith("/_cancel")
                    ? ReembedRequest.cancel(indices, field)
                    : ReembedRequest.cutOver(indices, field);
        }
        check(body, Set.of(FIELD, MODEL, THROTTLE, CUT_OVER));
        return ReembedRequest.start(indices, field, Optional.ofNullable(body.get(MODEL)).map(String::valueOf),
                throttle(body.get(THROTTLE)), cutOver(body.get(CUT_OVER)), wait(request));
    }

    private static boolean cutOver(Object value) {
        return switch (value) {
            case null -> true;
            case String text when text.equals("auto") -> true;
            case String text when text.equals("manual") -> false;
            default -> throw new IllegalArgumentException("[" + CUT_OVER + "] is [" + value
                    + "]; expected [auto], once every document has the new vector, or [manual], by POST …/_cutover");
        };
    }

    private static Optional<TimeValue> wait(RestRequest request) {
        if (!request.paramAsBoolean("wait_for_completion", false)) return Optional.empty();
        return Optional.of(request.paramAsTime("timeout", PATIENCE));
    }

    private static int throttle(Object value) {
        if (value == null) return 0;
        if (value instanceof Integer documents && documents >= 0) return documents;
        throw new IllegalArgumentException(
                "[" + THROTTLE + "] is [" + value + "]; expected documents a second, or 0 for no limit");
    }

    private static void check(Map<String, Object> body, Set<String> known) {
        Set<String> unknown = new TreeSet<>(body.keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown parameters " + unknown + "; known are " + new TreeSet<>(known));
        }
    }
}
