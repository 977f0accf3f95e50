package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

class JinaContractTest extends ProviderContract {

    @Override
    Map<String, Object> definition() {
        return Map.of("provider", "jina", "model", "jina-embeddings-v3-tuned");
    }

    @Override
    String basePath() {
        return "/v1";
    }

    @Override
    boolean isEmbedding(ProviderServer.Seen request) {
        return request.path().equals("/v1/embeddings");
    }

    @Override
    List<String> texts(JsonNode request) {
        return StreamSupport.stream(request.path("input").spliterator(), false).map(JsonNode::textValue).toList();
    }

    @Override
    Map<String, Object> imageDefinition() {
        return Map.of("model", "jina-clip-v2");
    }

    @Override
    List<String> images(ProviderServer.Seen request) {
        return StreamSupport.stream(request.body().path("input").spliterator(), false).filter(input -> input.has("image"))
                .map(input -> input.path("image").textValue()).toList();
    }

    @Override
    String error(int status, String message) {
        return ProviderServer.JSON.createObjectNode().put("detail", "[RID: 1] " + message).toString();
    }

    @Override
    Optional<Integer> tokens(int texts) {
        return Optional.of(5 * texts);
    }

    @Override
    Optional<ProviderServer.Reply> tooLong() {
        return Optional.of(ProviderServer.json(422, error(422, "Input text exceeds maximum length of 8192 tokens")));
    }

    @Override
    Optional<ProviderServer.Reply> badText() {
        return Optional.empty();
    }

    @Override
    boolean cutsItself(JsonNode request) {
        return request.path("truncate").asBoolean();
    }

    @Override
    void checkRoles(ProviderServer.Seen document, ProviderServer.Seen query) {
        assertEquals("retrieval.passage", document.body().path("task").asText());
        assertEquals("retrieval.query", query.body().path("task").asText());
        assertEquals(texts(document.body()), texts(query.body()));
    }

    @Override
    int dimensions(JsonNode request) {
        return request.path("dimensions").asInt();
    }

    @Override
    JsonNode answer(JsonNode request, List<float[]> vectors) {
        return OpenAiProviderTest.openAiAnswer(request, vectors);
    }
}
