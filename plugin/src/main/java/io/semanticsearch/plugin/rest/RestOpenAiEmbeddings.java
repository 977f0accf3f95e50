package io.semanticsearch.plugin.rest;

import io.semanticsearch.plugin.transport.EmbedAction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.opensearch.ExceptionsHelper;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.BytesRestResponse;
import org.opensearch.rest.RestChannel;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestRequest.Method;
import org.opensearch.transport.client.node.NodeClient;

/**
 * {@code POST /_plugins/_semantic/v1/embeddings}: embedding without an index, in the shape of OpenAI's {@code /v1/embeddings}, errors too:
 * https://platform.openai.com/docs/api-reference/embeddings. Clients written for OpenAI need another base address only.
 */
public final class RestOpenAiEmbeddings extends BaseRestHandler {

    /** What OpenAI's clients send; [user] is read and has no effect. [input_type] is ours, as other providers have it. */
    private static final Set<String> KNOWN = Set.of("model", "input", "input_type", "dimensions", "encoding_format", "user");

    /** As OpenAI has it. */
    private static final int MAX_TEXTS = 2_048;

    @Override
    public String getName() {
        return "semantic_openai_embeddings";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(Method.POST, RestModels.BASE + "/v1/embeddings"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        Wanted wanted;
        try {
            if (!request.hasContent()) throw new IllegalArgumentException("the body is missing");
            wanted = read(JsonBody.read(request));
        } catch (RuntimeException e) {
            return channel -> refuse(channel, e);
        }
        return channel -> client.execute(EmbedAction.TYPE, wanted.request, ActionListener.wrap(
                answer -> channel.sendResponse(new BytesRestResponse(
                        RestStatus.OK, channel.newBuilder().map(answer(answer.body(), wanted.base64)))),
                failure -> refuse(channel, failure)));
    }

    private static void refuse(RestChannel channel, Exception failure) {
        try {
            channel.sendResponse(refusal(channel, failure));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
    }

    private record Wanted(EmbedAction.Request request, boolean base64) {}

    private static Wanted read(Map<String, Object> body) {
        EmbedFields.checkKeys(body, KNOWN);
        Object format = Objects.requireNonNullElse(body.get("encoding_format"), "float");
        if (!format.equals("float") && !format.equals("base64")) {
            throw new IllegalArgumentException("[encoding_format] is [" + format + "], expected [float] or [base64]");
        }
        return new Wanted(new EmbedAction.Request(
                Optional.ofNullable(body.get("model")).map(Object::toString),
                EmbedFields.texts("input", body.get("input"), MAX_TEXTS),
                EmbedFields.role(body.get("input_type")),
                EmbedFields.dimensions(body.get("dimensions")),
                true,
                Optional.empty()), format.equals("base64"));
    }

    /** @param embedded what {@link EmbedAction} answers */
    private static Map<String, Object> answer(Map<String, Object> embedded, boolean base64) {
        List<Object> data = new ArrayList<>();
        for (Object vector : (List<?>) embedded.get("embeddings")) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("object", "embedding");
            entry.put("index", data.size());
            entry.put("embedding", base64 ? base64((float[]) vector) : vector);
            data.add(entry);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("object", "list");
        body.put("data", data);
        body.put("model", embedded.get("model"));
        body.put("usage", Map.of("prompt_tokens", embedded.get("prompt_eval_count"), "total_tokens",
                embedded.get("prompt_eval_count")));
        return body;
    }

    /** Of little-endian float32. */
    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static BytesRestResponse refusal(RestChannel channel, Exception failure) throws IOException {
        Throwable cause = ExceptionsHelper.unwrapCause(failure);
        RestStatus status = ExceptionsHelper.status(cause);
        String type = status == RestStatus.TOO_MANY_REQUESTS
                ? "rate_limit_error"
                : status.getStatus() < 500 ? "invalid_request_error" : "server_error";
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", String.valueOf(cause.getMessage()));
        error.put("type", type);
        error.put("param", null);
        error.put("code", null);
        return new BytesRestResponse(status, channel.newBuilder().map(Map.of("error", error)));
    }
}
