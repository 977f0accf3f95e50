package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

class CohereContractTest extends ProviderContract {

    @Override
    Map<String, Object> definition() {
        return Map.of("provider", "cohere", "model", "embed-v9.0");
    }

    @Override
    boolean isEmbedding(ProviderServer.Seen request) {
        return request.path().equals("/v2/embed");
    }

    @Override
    List<String> texts(JsonNode request) {
        return StreamSupport.stream(request.path("texts").spliterator(), false).map(JsonNode::textValue).toList();
    }

    @Override
    Map<String, Object> imageDefinition() {
        return Map.of("model", "embed-v4.0");
    }

    @Override
    List<String> images(ProviderServer.Seen request) {
        if (request.body().path("input_type").asText().equals("image")) assertFalse(request.body().has("texts"));
        return StreamSupport.stream(request.body().path("images").spliterator(), false)
                .map(image -> image.asText().replaceFirst("^data:image/(png|jpeg|webp);base64,", "")).toList();
    }

    @Override
    String error(int status, String message) {
        return ProviderServer.JSON.createObjectNode().put("id", "7a1c").put("message", message).toString();
    }

    @Override
    Optional<Integer> tokens(int texts) {
        return Optional.of(2 * texts);
    }

    @Override
    Optional<ProviderServer.Reply> tooLong() {
        return Optional.of(ProviderServer.json(400, error(400, "invalid request: too many tokens: cannot exceed 512")));
    }

    @Override
    Optional<ProviderServer.Reply> badText() {
        return Optional.of(ProviderServer.json(498, error(498, "a text has words that are not allowed")));
    }

    @Override
    boolean cutsItself(JsonNode request) {
        return request.path("truncate").asText().equals("END");
    }

    @Override
    void checkRoles(ProviderServer.Seen document, ProviderServer.Seen query) {
        assertEquals("search_document", document.body().path("input_type").asText());
        assertEquals("search_query", query.body().path("input_type").asText());
        assertEquals(texts(document.body()), texts(query.body()));
    }

    @Override
    int dimensions(JsonNode request) {
        return request.path("output_dimension").asInt();
    }

    @Override
    JsonNode answer(JsonNode request, List<float[]> vectors) {
        ObjectNode answer = ProviderServer.JSON.createObjectNode().put("id", "7a1c").put("response_type", "embeddings_by_type");
        ArrayNode rows = answer.putObject("embeddings").putArray("float");
        vectors.forEach(vector -> rows.add(ProviderServer.JSON.valueToTree(vector)));
        answer.set("texts", request.path("texts"));
        answer.putObject("meta").putObject("billed_units").put("input_tokens", 2 * vectors.size());
        return answer;
    }
}
