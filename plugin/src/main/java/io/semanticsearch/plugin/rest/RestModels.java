package io.semanticsearch.plugin.rest;

import io.semanticsearch.plugin.transport.DeleteModelAction;
import io.semanticsearch.plugin.transport.KeepModelAction;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.ReadModelsAction;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestRequest.Method;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code /_plugins/_semantic/models}: define, read, delete, load and unload models. */
public final class RestModels extends BaseRestHandler {

    static final String BASE = "/_plugins/_semantic";

    private static final int MAX_BYTES = 64 << 10;

    @Override
    public String getName() {
        return "semantic_models";
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route(Method.GET, BASE + "/models"),
                new Route(Method.GET, BASE + "/models/{id}"),
                new Route(Method.PUT, BASE + "/models/{id}"),
                new Route(Method.DELETE, BASE + "/models/{id}"),
                new Route(Method.POST, BASE + "/models/{id}/_load"),
                new Route(Method.POST, BASE + "/models/{id}/_unload"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        String id = request.param("id");
        return switch (request.method()) {
            case GET -> {
                ReadModelsAction.Request read = new ReadModelsAction.Request(Optional.ofNullable(id));
                yield channel -> client.execute(ReadModelsAction.TYPE, read, new RestToXContentListener<>(channel));
            }
            case PUT -> {
                ModelRequest put = timed(new ModelRequest(id, body(request)), request);
                yield channel -> client.execute(PutModelAction.TYPE, put, new RestToXContentListener<>(channel));
            }
            case DELETE -> {
                ModelRequest delete = timed(new ModelRequest(id, Map.of()), request);
                yield channel -> client.execute(DeleteModelAction.TYPE, delete, new RestToXContentListener<>(channel));
            }
            default -> {
                KeepModelAction.Request keep = new KeepModelAction.Request(id, request.path().endsWith("/_load"));
                yield channel -> client.execute(KeepModelAction.TYPE, keep, new RestToXContentListener<>(channel));
            }
        };
    }

    private static Map<String, Object> body(RestRequest request) throws IOException {
        if (!request.hasContent()) {
            throw new IllegalArgumentException(
                    "the definition of a model is missing; send one like {\"provider\": \"local\", \"model\": \"file:NAME\"}");
        }
        if (request.content().length() > MAX_BYTES) {
            throw new IllegalArgumentException("the definition has [" + request.content().length() + "] bytes, expected at most ["
                    + MAX_BYTES + "]: every node keeps it in memory, in the cluster state");
        }
        return JsonBody.read(request);
    }

    private static ModelRequest timed(ModelRequest model, RestRequest request) {
        model.timeout(request.paramAsTime("timeout", model.timeout()));
        model.clusterManagerNodeTimeout(request.paramAsTime("cluster_manager_timeout", model.clusterManagerNodeTimeout()));
        return model;
    }
}
