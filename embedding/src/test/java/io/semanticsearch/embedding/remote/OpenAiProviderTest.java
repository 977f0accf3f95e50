package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.RemoteModel;
import io.semanticsearch.embedding.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiProviderTest extends ProviderContract {

    @Override
    Map<String, Object> definition() {
        return Map.of("provider", "openai", "model", "text-embedding-3-small");
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

    /** In any order but that of the texts, as a server may. */
    @Override
    JsonNode answer(JsonNode request, List<float[]> vectors) {
        return openAiAnswer(request, vectors);
    }

    static JsonNode openAiAnswer(JsonNode request, List<float[]> vectors) {
        List<ObjectNode> items = new ArrayList<>();
        for (int i = 0; i < vectors.size(); i++) {
            ObjectNode item = ProviderServer.JSON.createObjectNode().put("object", "embedding").put("index", i);
            item.set("embedding", ProviderServer.JSON.valueToTree(vectors.get(i)));
            items.add(item);
        }
        Collections.shuffle(items, new Random(3));
        ObjectNode answer = ProviderServer.JSON.createObjectNode().put("object", "list").put("model",
                request.path("model").asText());
        ArrayNode data = answer.putArray("data");
        items.forEach(data::add);
        answer.putObject("usage").put("prompt_tokens", 5 * vectors.size()).put("total_tokens", 5 * vectors.size());
        return answer;
    }

    @Override
    String error(int status, String message) {
        return openAiError(message, "some_error", null, null);
    }

    static String openAiError(String message, String type, String param, String code) {
        ObjectNode error = ProviderServer.JSON.createObjectNode();
        error.putObject("error").put("message", message).put("type", type).put("param", param).put("code", code);
        return error.toString();
    }

    @Override
    Optional<Integer> tokens(int texts) {
        return Optional.of(5 * texts);
    }

    @Override
    Optional<ProviderServer.Reply> tooLong() {
        return Optional.of(ProviderServer.json(400, openAiError(
                "This model's maximum context length is 8192 tokens, however you requested 9000 tokens.", "invalid_request_error",
                null,
                null)));
    }

    @Override
    Optional<ProviderServer.Reply> badText() {
        return Optional
                .of(ProviderServer.json(400, openAiError("'$.input' is invalid.", "invalid_request_error", "input", null)));
    }

    @Override
    void checkRoles(ProviderServer.Seen document, ProviderServer.Seen query) {
        assertEquals(document.body(), query.body(), "the provider knows no roles");
    }

    @Override
    int dimensions(JsonNode request) {
        return request.path("dimensions").asInt();
    }

    @Test
    void a_server_in_its_likeness_gets_nothing_but_model_and_input() {
        open(Map.of());
        List<String> names = new ArrayList<>();
        embeddings().getFirst().body().fieldNames().forEachRemaining(names::add);
        assertEquals(List.of("model", "input"), names);
    }

    @Test
    void openai_itself_is_asked_for_base64() {
        RemoteModel model = (RemoteModel) ModelDefinition.of("m", Map.of("provider", "openai", "model", "text-embedding-3-large",
                "dimensions", 256));
        HttpUrl endpoint = EndpointRules.defaults().check(new OpenAiProvider().defaultEndpoint().orElseThrow());
        WireRequest request = new OpenAiProvider()
                .request(WireCall.ofTexts(model, endpoint, Role.QUERY, "", false, List.of("a")));
        assertEquals("https://api.openai.com/v1/embeddings", request.url().toString());
        assertEquals("""
                {"model":"text-embedding-3-large","input":["a"],"dimensions":256,"encoding_format":"base64"}""",
                request.body().orElseThrow().toString());
    }

    @Test
    void further_fields_are_sent_as_they_are() {
        open(Map.of("options", Map.of("truncate_prompt_tokens", -1, "user", "u")));
        assertEquals(-1, embeddings().getFirst().body().path("truncate_prompt_tokens").asInt());
        assertEquals("u", embeddings().getFirst().body().path("user").asText());
        EmbeddingException e = failure(models.open((RemoteModel) define(Map.of("options", Map.of("input", "x")))));
        assertTrue(e.getMessage().contains("[options.input] cannot be set"), e.getMessage());
    }

    @Test
    void prompts_of_known_models_are_put_before_texts() {
        open(Map.of("model", "intfloat/e5-base-v2"));
        assertEquals("passage: semantic search", texts(embeddings().getFirst().body()).getFirst());
        assertEquals("query: semantic search", texts(embeddings().getLast().body()).getFirst());
    }

    @Test
    void base64_is_read_whatever_was_asked_for() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(200, """
                {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": "AACAPwAAAMAAAAA/AAAAAA=="}]}"""));
        Embedding.Vector vector = assertInstanceOf(Embedding.Vector.class,
                get(function.embed(Role.QUERY, List.of("a"))).getFirst());
        double norm = Math.sqrt(1 + 4 + 0.25);
        assertArrayEquals(new float[]{(float) (1 / norm), (float) (-2 / norm), (float) (0.5 / norm), 0}, vector.values(), 1e-6f);
    }

    @Test
    void the_named_text_is_taken_out_at_once() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(400,
                openAiError("Invalid 'input[1]': string too odd.", "invalid_request_error", null, null)));
        server.seen.clear();
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, List.of("a", "b", "c")));
        assertInstanceOf(Embedding.Refused.class, embeddings.get(1));
        assertVector(function, Role.DOCUMENT, "a", embeddings.get(0));
        assertVector(function, Role.DOCUMENT, "c", embeddings.get(2));
        assertEquals(2, server.seen.size());
    }

    @Test
    void too_many_tokens_in_a_call_halve_it() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(400, openAiError("Requested 400000 tokens, max 300000 tokens per request",
                "max_tokens_per_request", null, "max_tokens_per_request")));
        server.seen.clear();
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, List.of("a", "b", "c", "d")));
        assertVector(function, Role.DOCUMENT, "d", embeddings.get(3));
        assertEquals(List.of(4, 2, 2), server.seen.stream().map(request -> texts(request.body()).size()).toList());
        assertEquals(1, function.stats().splits());
    }

    @Test
    void no_quota_is_not_tried_again() {
        RemoteFunction function = open(Map.of());
        server.seen.clear();
        server.reply(ProviderServer.json(429, openAiError("You exceeded your current quota", "insufficient_quota", null,
                "insufficient_quota")));
        EmbeddingException e = failure(function.embed(Role.QUERY, List.of("a")));
        assertInstanceOf(EmbeddingException.Overloaded.class, e);
        assertTrue(e.getMessage().contains("see to its billing"), e.getMessage());
        assertEquals(1, server.seen.size());
    }

    @Test
    void milliseconds_count_before_seconds_and_the_servers_word_before_ours() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(429, error(429, "slow"), "retry-after-ms", "20", "Retry-After", "9"));
        CompletableFuture<List<Embedding>> future = function.embed(Role.QUERY, List.of("a"));
        long pause = timers.endPause().toMillis();
        assertTrue(pause >= 20 && pause <= 22, "paused " + pause);
        get(future);
        server.seen.clear();
        server.reply(ProviderServer.json(500, error(500, "no"), "x-should-retry", "false"));
        assertInstanceOf(EmbeddingException.Unavailable.class, failure(function.embed(Role.QUERY, List.of("a"))));
        assertEquals(1, server.seen.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        """
                {"object": "error", "message": "maximum context length is 512 tokens", "type": "BadRequestError", "param": null, "code": 400}""",
        """
                {"error": {"message": "maximum context length is 512 tokens", "type": "BadRequestError", "param": null, "code": 400}}""",
        """
                {"error": {"code": 500, "message": "input is too large to process. increase the physical batch size", "type": "server_error"}}""",
        """
                {"error": {"code": 400, "message": "the request exceeds the available context size", "type": "exceed_context_size_error"}}"""})
    void other_servers_words_for_too_long_are_known(String body) {
        RemoteFunction function = open(Map.of("long_text", "error"));
        server.seen.clear();
        server.reply(ProviderServer.json(body.contains("500") ? 500 : 400, body));
        assertInstanceOf(Embedding.Refused.class, get(function.embed(Role.QUERY, List.of("a"))).getFirst());
        assertEquals(1, server.seen.size());
    }

    @Test
    void an_unknown_model_is_told() {
        server.reply(ProviderServer.json(404, openAiError("The model `x` does not exist", "invalid_request_error", null,
                "model_not_found")));
        EmbeddingException e = failure(models.open((RemoteModel) define(Map.of())));
        assertInstanceOf(EmbeddingException.BadRequest.class, e);
        assertTrue(e.getMessage().contains("The model `x` does not exist; check [model] and [endpoint]"), e.getMessage());
    }

    @Test
    void a_key_is_missing_where_one_is_needed() {
        Map<String, Object> body = Map.of("provider", "openai", "model", "text-embedding-3-small");
        EmbeddingException e = failure(models.open((RemoteModel) ModelDefinition.of("m", body)));
        assertEquals(
                "[openai] model [text-embedding-3-small] cannot be used: [credential] is missing, expected the name of a secret in"
                        + " the keystore, [plugins.semantic.credential.openai.api_key] for [openai]",
                e.getMessage());
    }
}
