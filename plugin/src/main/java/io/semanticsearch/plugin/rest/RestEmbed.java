package io.semanticsearch.plugin.rest;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.KeepAlive;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.plugin.models.Statuses;
import io.semanticsearch.plugin.transport.EmbedAction;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestRequest.Method;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code POST /_plugins/_semantic/api/embed}: embedding without an index, in the shape of Ollama's {@code /api/embed}. */
public final class RestEmbed extends BaseRestHandler {

    /** What Ollama's clients send; [options] are read and have no effect, for they say how Ollama runs a model. */
    private static final Set<String> KNOWN = Set.of("model", "input", "input_type", "dimensions", "truncate", "keep_alive",
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
        Map<String, Object> body = request.contentParser().map();
        Set<String> unknown = new TreeSet<>(body.keySet());
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty())
            throw new IllegalArgumentException("unknown keys " + unknown + "; known are " + new TreeSet<>(KNOWN));
        EmbedAction.Request embed = new EmbedAction.Request(
                Optional.ofNullable(body.get("model")).map(Object::toString),
                texts(body.get("input")),
                role(body.get("input_type")),
                dimensions(body.get("dimensions")),
                !Boolean.FALSE.equals(body.get("truncate")),
                keepAlive(body.get("keep_alive")));
        return channel -> client.execute(EmbedAction.TYPE, embed, new RestToXContentListener<>(channel));
    }

    private static List<String> texts(Object input) {
        List<?> texts = input instanceof List<?> list ? list : input == null ? List.of() : List.of(input);
        if (texts.isEmpty()) throw new IllegalArgumentException("[input] is missing; expected a text or a list of texts");
        if (texts.size() > MAX_TEXTS) {
            throw new IllegalArgumentException(
                    "[input] holds [" + texts.size() + "] texts; send at most [" + MAX_TEXTS + "] at a time");
        }
        return texts.stream().map(text -> {
            if (text instanceof String string) return string;
            throw new IllegalArgumentException("[input] holds [" + text + "]; expected texts");
        }).toList();
    }

    private static Role role(Object type) {
        try {
            return type == null ? Role.DOCUMENT : Role.of(type.toString());
        } catch (EmbeddingException e) {
            throw Statuses.of(e);
        }
    }

    private static Optional<Duration> keepAlive(Object value) {
        try {
            return Optional.ofNullable(value).map(KeepAlive::of);
        } catch (EmbeddingException e) {
            throw Statuses.of(e);
        }
    }

    private static OptionalInt dimensions(Object value) {
        if (value == null) return OptionalInt.empty();
        if (value instanceof Integer number && number > 0) return OptionalInt.of(number);
        throw new IllegalArgumentException("[dimensions] is [" + value + "]; expected a whole number above 0");
    }
}
