package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.Role;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class TeiContractTest extends ProviderContract {

    private int items = 32;

    @Override
    Map<String, Object> definition() {
        return Map.of("provider", "tei", "model", "gte-multilingual-base");
    }

    @Override
    boolean isEmbedding(ProviderServer.Seen request) {
        return request.path().equals("/embed");
    }

    @Override
    List<String> texts(JsonNode request) {
        return StreamSupport.stream(request.path("inputs").spliterator(), false).map(JsonNode::textValue).toList();
    }

    @Override
    String error(int status, String message) {
        return ProviderServer.JSON.createObjectNode().put("error", message).put("error_type", "Validation").toString();
    }

    /** Not in the body, see {@link #tokens_are_told_in_a_header}. */
    @Override
    Optional<Integer> tokens(int texts) {
        return Optional.empty();
    }

    @Override
    Optional<ProviderServer.Reply> tooLong() {
        return Optional.of(ProviderServer.json(422,
                error(422, "Input validation error: `inputs` must have less than 512 tokens. Given: 534")));
    }

    @Override
    Optional<ProviderServer.Reply> badText() {
        return Optional.of(ProviderServer.json(422, """
                {"error": "cannot tokenize", "error_type": "Tokenizer"}"""));
    }

    @Override
    boolean cutsItself(JsonNode request) {
        return request.path("truncate").asBoolean();
    }

    @Override
    void checkRoles(ProviderServer.Seen document, ProviderServer.Seen query) {
        assertEquals(document.body(), query.body(), "this model wants no prompts");
    }

    @Override
    int dimensions(JsonNode request) {
        return request.path("dimensions").asInt();
    }

    @Override
    JsonNode answer(JsonNode request, List<float[]> vectors) {
        return ProviderServer.JSON.valueToTree(vectors);
    }

    @Override
    void other(HttpExchange exchange, ProviderServer.Seen request) throws IOException {
        assertEquals("GET /info", request.method() + " " + request.path());
        ProviderServer.send(exchange, 200, """
                {"model_id": "Alibaba-NLP/gte-multilingual-base", "model_type": {"embedding": {"pooling": "cls"}},
                 "max_input_length": 1000, "max_client_batch_size": %s, "version": "1.9.3"}""".formatted(items));
    }

    @Test
    void limits_are_those_that_the_server_tells() {
        items = 2;
        RemoteFunction function = open(Map.of());
        assertEquals(1000, function.maxTokens());
        server.seen.clear();
        List<String> texts = List.of("a", "b", "c");
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, texts));
        for (int i = 0; i < texts.size(); i++) {
            assertVector(function, Role.DOCUMENT, texts.get(i), embeddings.get(i));
        }
        assertEquals(Set.of(2, 1), Set.copyOf(embeddings().stream().map(request -> texts(request.body()).size()).toList()));
    }

    @Test
    void tokens_are_told_in_a_header() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(200, "[[1, 2, 3, 4]]", "x-compute-type", "gpu", "x-compute-tokens", "9"));
        Embedding.Vector vector = assertInstanceOf(Embedding.Vector.class,
                get(function.embed(Role.QUERY, List.of("red apples"))).getFirst());
        assertEquals(9, vector.tokens());
        assertEquals(9, function.stats().tokens());
    }

    @Test
    void a_failing_backend_is_tried_once_more() {
        RemoteFunction function = open(Map.of());
        ProviderServer.Reply failed = ProviderServer.json(424, """
                {"error": "inference failed", "error_type": "Backend"}""");
        server.reply(failed, failed);
        CompletableFuture<List<Embedding>> future = function.embed(Role.QUERY, List.of("red apples"));
        timers.endPause();
        EmbeddingException e = failure(future);
        assertInstanceOf(EmbeddingException.Unavailable.class, e);
        assertTrue(e.getMessage().endsWith("gave up after [2] attempts: status [424]: inference failed"), e.getMessage());
    }
}
