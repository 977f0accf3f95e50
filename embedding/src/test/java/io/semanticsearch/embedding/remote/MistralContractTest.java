package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class MistralContractTest extends ProviderContract {

    @Override
    Map<String, Object> definition() {
        return Map.of("provider", "mistral", "model", "codestral-embed");
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
    String error(int status, String message) {
        return ProviderServer.JSON.createObjectNode().put("object", "error").put("message", message).put("type", "some_error")
                .put("raw_status_code", status).toString();
    }

    @Override
    Optional<Integer> tokens(int texts) {
        return Optional.of(5 * texts);
    }

    @Override
    Optional<ProviderServer.Reply> tooLong() {
        return Optional.of(ProviderServer.json(400, error(400, "Too many tokens in batch. Max is 16384 got 17555")));
    }

    @Override
    Optional<ProviderServer.Reply> badText() {
        return Optional.empty();
    }

    @Override
    void checkRoles(ProviderServer.Seen document, ProviderServer.Seen query) {
        assertEquals(document.body(), query.body(), "the provider knows no roles");
    }

    @Override
    int dimensions(JsonNode request) {
        return request.path("output_dimension").asInt();
    }

    @Override
    JsonNode answer(JsonNode request, List<float[]> vectors) {
        return OpenAiProviderTest.openAiAnswer(request, vectors);
    }

    @Test
    void a_call_of_too_many_tokens_is_halved() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(400, error(400, "Too many tokens overall, split into more batches.")));
        List<String> texts = List.of("a", "b", "c");
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, texts));
        for (int i = 0; i < texts.size(); i++) {
            assertVector(function, Role.DOCUMENT, texts.get(i), embeddings.get(i));
        }
        assertEquals(1, function.stats().splits());
    }
}
