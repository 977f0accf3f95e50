package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class GeminiContractTest extends ProviderContract {

    private String model = "text-embedding-004";

    @Override
    Map<String, Object> definition() {
        return Map.of("provider", "gemini", "model", model);
    }

    @Override
    String shownKey(ProviderServer.Seen request) {
        return request.header("x-goog-api-key").orElse("");
    }

    @Override
    boolean isEmbedding(ProviderServer.Seen request) {
        return request.path().equals(
                "/v1beta/models/" + model + ":" + (request.body().has("requests") ? "batchEmbedContents" : "embedContent"));
    }

    @Override
    Map<String, Object> imageDefinition() {
        model = "gemini-embedding-2";
        return Map.of("model", model);
    }

    @Override
    List<String> images(ProviderServer.Seen request) {
        return items(request.body()).map(item -> item.at("/content/parts/0/inlineData"))
                .filter(data -> data.path("mimeType").asText().startsWith("image/")).map(data -> data.path("data").textValue())
                .toList();
    }

    @Override
    List<String> texts(JsonNode request) {
        return items(request).map(item -> item.at("/content/parts/0/text").asText()).toList();
    }

    @Override
    JsonNode answer(JsonNode request, List<float[]> vectors) {
        ObjectNode answer = ProviderServer.JSON.createObjectNode();
        if (request.has("requests")) {
            ArrayNode rows = answer.putArray("embeddings");
            vectors.forEach(vector -> rows.addObject().set("values", ProviderServer.JSON.valueToTree(vector)));
        } else {
            answer.putObject("embedding").set("values", ProviderServer.JSON.valueToTree(vectors.getFirst()));
        }
        answer.putObject("usageMetadata").put("promptTokenCount", 2 * vectors.size());
        return answer;
    }

    /** In a list of one, as it sometimes is. */
    @Override
    String error(int status, String message) {
        ArrayNode list = ProviderServer.JSON.createArrayNode();
        list.addObject().putObject("error").put("code", status).put("message", message).put("status", "SOME_STATUS");
        return list.toString();
    }

    @Override
    Optional<Integer> tokens(int texts) {
        return Optional.of(2 * texts);
    }

    @Override
    Optional<ProviderServer.Reply> tooLong() {
        return Optional.empty();
    }

    @Override
    Optional<ProviderServer.Reply> badText() {
        return Optional.empty();
    }

    @Override
    void checkRoles(ProviderServer.Seen document, ProviderServer.Seen query) {
        assertEquals("RETRIEVAL_DOCUMENT", document.body().path("taskType").asText());
        assertEquals("RETRIEVAL_QUERY", query.body().path("taskType").asText());
    }

    @Override
    int dimensions(JsonNode request) {
        return items(request).findFirst().orElseThrow().path("outputDimensionality").asInt();
    }

    @Test
    void the_delay_in_the_body_is_kept() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(429, """
                {"error": {"code": 429, "message": "quota used up", "status": "RESOURCE_EXHAUSTED", "details": [
                  {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "2s"}]}}"""));
        CompletableFuture<List<Embedding>> future = function.embed(Role.QUERY, List.of("red apples"));
        Duration pause = timers.endPause();
        assertTrue(pause.toMillis() >= 2000 && pause.toMillis() <= 2200, "paused " + pause);
        assertVector(function, Role.QUERY, "red apples", get(future).getFirst());
    }

    @Test
    void a_wrong_key_with_the_status_of_a_wrong_field_is_not_tried_again() {
        RemoteFunction function = open(Map.of());
        server.seen.clear();
        server.reply(ProviderServer.json(400, """
                {"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT", "details": [
                  {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]}}"""));
        EmbeddingException e = failure(function.embed(Role.QUERY, List.of("red apples")));
        assertTrue(e.getMessage().contains("check the key that [credential] of the definition names"), e.getMessage());
        assertEquals(1, server.seen.size());
        assertFalse(server.seen.getFirst().path().contains("key="), "the key is not in the address");
    }

    @Test
    void a_call_of_too_many_bytes_is_halved() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(400, error(400, "Request payload size exceeds the limit: 4194304 bytes.")));
        List<String> texts = List.of("a", "b", "c");
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, texts));
        for (int i = 0; i < texts.size(); i++) {
            assertVector(function, Role.DOCUMENT, texts.get(i), embeddings.get(i));
        }
        assertEquals(1, function.stats().splits());
    }

    @Test
    void the_second_generation_reads_the_task_in_the_text() {
        model = "gemini-embedding-2";
        RemoteFunction function = open(Map.of("model", model, "task", Map.of("query", "QUESTION_ANSWERING")));
        server.seen.clear();
        get(function.embed(Role.DOCUMENT, List.of("red apples")));
        get(function.embed(Role.QUERY, List.of("red apples")));
        assertEquals(List.of("title: none | text: red apples"), texts(server.seen.getFirst().body()));
        assertEquals(List.of("task: question answering | query: red apples"), texts(server.seen.getLast().body()));
        assertFalse(server.seen.getLast().body().has("taskType"));
    }

    private static Stream<JsonNode> items(JsonNode request) {
        return request.has("requests")
                ? StreamSupport.stream(request.path("requests").spliterator(), false)
                : Stream.of(request);
    }
}
