package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.Role;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class VoyageContractTest extends ProviderContract {

    @Override
    Map<String, Object> definition() {
        return Map.of("provider", "voyage", "model", "voyage-9");
    }

    @Override
    String basePath() {
        return "/v1";
    }

    @Override
    boolean isEmbedding(ProviderServer.Seen request) {
        return request.path().equals("/v1/embeddings") || request.path().equals("/v1/multimodalembeddings");
    }

    @Override
    List<String> texts(JsonNode request) {
        if (request.has("inputs")) return parts(request, "text");
        return StreamSupport.stream(request.path("input").spliterator(), false).map(JsonNode::textValue).toList();
    }

    /** The texts or images of contents of one part each. */
    private static List<String> parts(JsonNode request, String type) {
        return StreamSupport.stream(request.path("inputs").spliterator(), false)
                .filter(input -> input.path("content").size() == 1)
                .map(input -> input.at("/content/0")).filter(part -> part.path("type").asText().equals(type))
                .map(part -> part.path(type).textValue()).toList();
    }

    @Override
    Map<String, Object> imageDefinition() {
        return Map.of("model", "voyage-multimodal-3.5");
    }

    @Override
    List<String> images(ProviderServer.Seen request) {
        return parts(request.body(), "image_base64").stream()
                .map(image -> image.replaceFirst("^data:image/(png|jpeg|webp);base64,", "")).toList();
    }

    /** A text of no type has none. */
    @Override
    boolean tells(JsonNode request, String task) {
        return task.equals("none") ? !request.has("input_type") : request.path("input_type").asText().equals(task);
    }

    @Override
    String error(int status, String message) {
        return ProviderServer.JSON.createObjectNode().put("detail", message).toString();
    }

    @Override
    Optional<Integer> tokens(int texts) {
        return Optional.of(5 * texts);
    }

    /** Names the text, which is the longest. */
    @Override
    Optional<ProviderServer.Reply> tooLong() {
        return Optional.of((exchange, request) -> {
            List<String> texts = texts(request.body());
            int index = texts.indexOf(Collections.max(texts, Comparator.comparingInt(String::length)));
            ProviderServer.send(exchange, 400, error(400, "Request to model 'voyage-9' failed. The example at index " + index
                    + " in your batch has too many tokens and does not fit into the model's context window of 32000 tokens."));
        });
    }

    @Override
    Optional<ProviderServer.Reply> badText() {
        return Optional.empty();
    }

    @Override
    boolean cutsItself(JsonNode request) {
        return request.path("truncation").asBoolean();
    }

    @Override
    void checkRoles(ProviderServer.Seen document, ProviderServer.Seen query) {
        assertEquals("document", document.body().path("input_type").asText());
        assertEquals("query", query.body().path("input_type").asText());
        assertEquals(texts(document.body()), texts(query.body()));
    }

    @Override
    int dimensions(JsonNode request) {
        return request.path("output_dimension").asInt();
    }

    /** With the total alone. */
    @Override
    JsonNode answer(JsonNode request, List<float[]> vectors) {
        JsonNode answer = OpenAiProviderTest.openAiAnswer(request, vectors);
        ((ObjectNode) answer.path("usage")).remove("prompt_tokens");
        return answer;
    }

    @Test
    void a_text_that_is_named_costs_no_search_for_it() {
        RemoteFunction function = open(Map.of("long_text", "error"));
        server.seen.clear();
        server.reply(tooLong().get());
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, List.of("a", "b", "longest", "c")));
        assertInstanceOf(Embedding.Refused.class, embeddings.get(2));
        assertVector(function, Role.DOCUMENT, "c", embeddings.get(3));
        assertEquals(2, server.seen.size(), "all, and the others");
    }
}
