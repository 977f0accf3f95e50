package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.ModelFacts;
import io.semanticsearch.embedding.RemoteModel;
import io.semanticsearch.embedding.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class NomicContractTest extends ProviderContract {

    @Override
    Map<String, Object> definition() {
        return Map.of("provider", "nomic", "model", "nomic-embed-text-v9");
    }

    @Override
    boolean isEmbedding(ProviderServer.Seen request) {
        return request.path().equals("/v1/embedding/text");
    }

    @Override
    List<String> texts(JsonNode request) {
        return StreamSupport.stream(request.path("texts").spliterator(), false).map(JsonNode::textValue).toList();
    }

    @Override
    Map<String, Object> imageDefinition() {
        return Map.of("model", "nomic-embed-text-v1.5");
    }

    @Override
    List<String> images(ProviderServer.Seen request) {
        if (!request.path().equals("/v1/embedding/image")) return List.of();
        assertEquals("nomic-embed-vision-v1.5", request.body().path("model").asText());
        return StreamSupport.stream(request.body().path("images").spliterator(), false).map(JsonNode::textValue).toList();
    }

    @Test
    void both_halves_of_a_model_are_one_space() {
        RemoteFunction text = open(Map.of("model", "nomic-embed-text-v1.5"));
        RemoteFunction vision = open(Map.of("model", "nomic-embed-vision-v1.5"));
        assertEquals(text.space(), vision.space());
        assertEquals("nomic-embed-text-v1.5", embeddings().getLast().body().path("model").asText());
        EmbeddingException e = failure(
                open(Map.of("model", "nomic-embed-text-v1")).embedImages(Role.QUERY, List.of()).thenCompose(
                        none -> models
                                .open((RemoteModel) define(Map.of("model", "nomic-embed-text-v1.5", "dimensions", 64)), cut())
                                .embedImages(Role.QUERY, IMAGES)));
        assertTrue(e.getMessage().contains("reads no images when cut to [64] dimensions; of this provider"
                + " [nomic-embed-text-v1.5, nomic-embed-text-v1] do"), e.getMessage());
    }

    private ModelFacts cut() {
        ModelFacts whole = open(Map.of("model", "nomic-embed-text-v1.5")).facts();
        return new ModelFacts(64, whole.space(), whole.maxTokens(), whole.pooling(), whole.prompts(), whole.precision(),
                whole.device(), whole.notes());
    }

    @Override
    String error(int status, String message) {
        return ProviderServer.JSON.createObjectNode().put("detail", message).toString();
    }

    @Override
    Optional<Integer> tokens(int texts) {
        return Optional.of(3 * texts);
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
        assertEquals("search_document", document.body().path("task_type").asText());
        assertEquals("search_query", query.body().path("task_type").asText());
        assertEquals(texts(document.body()), texts(query.body()));
    }

    @Override
    int dimensions(JsonNode request) {
        return request.path("dimensionality").asInt();
    }

    @Override
    JsonNode answer(JsonNode request, List<float[]> vectors) {
        ObjectNode answer = ProviderServer.JSON.createObjectNode().put("model", request.path("model").asText());
        ArrayNode rows = answer.putArray("embeddings");
        vectors.forEach(vector -> rows.add(ProviderServer.JSON.valueToTree(vector)));
        answer.putObject("usage").put("prompt_tokens", 3 * vectors.size()).put("total_tokens", 3 * vectors.size());
        return answer;
    }

    @Test
    void the_service_averages_long_texts_itself() {
        open(Map.of("long_text", "mean"));
        assertEquals("mean", embeddings().getFirst().body().path("long_text_mode").asText());
    }

    @Test
    void vectors_of_another_model_are_not_taken() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(200, """
                {"embeddings": [[1, 2, 3, 4]], "model": "nomic-embed-text-v1"}"""));
        EmbeddingException e = failure(function.embed(Role.QUERY, List.of("red apples")));
        assertInstanceOf(EmbeddingException.BrokenModel.class, e);
        assertTrue(e.getMessage().endsWith("the vectors are of model [nomic-embed-text-v1], not of [nomic-embed-text-v9]"),
                e.getMessage());
    }
}
