package io.semanticsearch.plugin.rest;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.KeepAlive;
import io.semanticsearch.embedding.image.Base64Image;
import io.semanticsearch.plugin.models.Statuses;
import io.semanticsearch.plugin.transport.EmbedAction;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestRequest.Method;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code POST /_plugins/_semantic/api/embed}: embedding without an index, in the shape of Ollama's {@code /api/embed}. */
public final class RestEmbed extends BaseRestHandler {

    /** What Ollama's clients send; [options] are read and have no effect, for they say how Ollama runs a model. */
    private static final Set<String> KNOWN = Set.of("model", "input", "images", "input_type", "dimensions", "truncate",
            "keep_alive",
            "options");

    private static final int MAX_TEXTS = 10_000;

    @Override
    public String getName() {
        return "semantic_embed";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(Method.POST, RestModels.BASE + "/api/embed"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        if (!request.hasContent())
            throw new IllegalArgumentException("the body is missing; send one like {\"input\": \"some text\"}");
        Map<String, Object> body = JsonBody.read(request);
        EmbedFields.checkKeys(body, KNOWN);
        Object images = body.get("images");
        if (images == null && body.get("input") == null) {
            throw new IllegalArgumentException(
                    "[input] is missing; expected a text or a list of texts, or, in place of it, [images] in base64");
        }
        if (images != null && body.get("input") != null) {
            throw new IllegalArgumentException("both [input] and [images] are given, expected one; send two requests");
        }
        EmbedAction.Request embed = new EmbedAction.Request(
                Optional.ofNullable(body.get("model")).map(Object::toString),
                images == null ? EmbedFields.texts("input", body.get("input"), MAX_TEXTS) : List.of(),
                images == null ? List.of() : images(images),
                EmbedFields.role(body.get("input_type")),
                EmbedFields.dimensions(body.get("dimensions")),
                EmbedFields.yes("truncate", body.get("truncate"), true),
                keepAlive(body.get("keep_alive")));
        return channel -> client.execute(EmbedAction.TYPE, embed, new RestToXContentListener<>(channel));
    }

    private static List<byte[]> images(Object input) {
        List<String> texts = EmbedFields.texts("images", input, MAX_TEXTS);
        List<byte[]> images = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            try {
                images.add(Base64Image.decode(texts.get(i)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("[images] [" + i + "]: " + e.getMessage(), e);
            }
        }
        return images;
    }

    private static Optional<Duration> keepAlive(Object value) {
        try {
            return Optional.ofNullable(value).map(KeepAlive::of);
        } catch (EmbeddingException e) {
            throw Statuses.of(e);
        }
    }
}
