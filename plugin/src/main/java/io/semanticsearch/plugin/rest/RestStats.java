package io.semanticsearch.plugin.rest;

import io.semanticsearch.plugin.transport.StatsAction;
import java.util.List;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestRequest.Method;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code GET /_plugins/_semantic/stats}. */
public final class RestStats extends BaseRestHandler {

    @Override
    public String getName() {
        return "semantic_stats";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(Method.GET, RestModels.BASE + "/stats"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
        return channel -> client.execute(StatsAction.TYPE, new StatsAction.Request(), new RestToXContentListener<>(channel));
    }
}
