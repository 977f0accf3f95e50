package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.RemoteModel;
import io.semanticsearch.embedding.Role;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class OllamaProviderTest extends ProviderContract {

    private String show = """
            {"details": {"family": "nomic-bert"}, "capabilities": ["embedding"],
             "model_info": {"general.architecture": "nomic-bert", "nomic-bert.context_length": 2048, "nomic-bert.embedding_length": 768}}""";

    @Override
    Map<String, Object> definition() {
        return Map.of("provider", "ollama", "model", "nomic-embed-text");
    }

    @Override
    boolean isEmbedding(ProviderServer.Seen request) {
        return request.path().equals("/api/embed");
    }

    @Override
    List<String> texts(JsonNode request) {
        return StreamSupport.stream(request.path("input").spliterator(), false).map(JsonNode::textValue).toList();
    }

    @Override
    JsonNode answer(JsonNode request, List<float[]> vectors) {
        ObjectNode answer = ProviderServer.JSON.createObjectNode().put("model", request.path("model").asText());
        ArrayNode embeddings = answer.putArray("embeddings");
        vectors.forEach(vector -> embeddings.add(ProviderServer.JSON.valueToTree(vector)));
        return answer.put("total_duration", 14143917).put("load_duration", 1019500).put("prompt_eval_count", 4 * vectors.size());
    }

    @Override
    String error(int status, String message) {
        return ProviderServer.JSON.createObjectNode().put("error", message).toString();
    }

    @Override
    Optional<Integer> tokens(int texts) {
        return Optional.of(4 * texts);
    }

    @Override
    Optional<ProviderServer.Reply> tooLong() {
        return Optional.of(ProviderServer.json(400, error(400, "the input length exceeds the context length")));
    }

    @Override
    Optional<ProviderServer.Reply> badText() {
        return Optional.of(ProviderServer.json(400, error(400, "failed to encode response: json: unsupported value: NaN")));
    }

    @Override
    boolean cutsItself(JsonNode request) {
        return request.path("truncate").asBoolean();
    }

    @Override
    void checkRoles(ProviderServer.Seen document, ProviderServer.Seen query) {
        assertEquals(List.of("search_document: red apples"), texts(document.body()));
        assertEquals(List.of("search_query: red apples"), texts(query.body()));
    }

    @Override
    int dimensions(JsonNode request) {
        return request.path("dimensions").asInt();
    }

    @Override
    void other(HttpExchange exchange, ProviderServer.Seen request) throws IOException {
        assertEquals("/api/show", request.path());
        ProviderServer.send(exchange, 200, show);
    }

    @Test
    void settings_are_passed_on() {
        open(Map.of("keep_alive", "2d", "options", Map.of("num_ctx", 1024)));
        JsonNode request = embeddings().getFirst().body();
        assertEquals("48h", request.path("keep_alive").asText());
        assertEquals(1024, request.path("options").path("num_ctx").asInt());
        assertFalse(request.path("truncate").asBoolean(true));
        open(Map.of("keep_alive", -1));
        assertEquals("-1s", embeddings().getLast().body().path("keep_alive").asText());
        open(Map.of("keep_alive", 0));
        assertEquals("0s", embeddings().getLast().body().path("keep_alive").asText());
    }

    @Test
    void what_the_server_tells_of_the_model_is_known() {
        assertEquals(2048, open(Map.of()).maxTokens());
        assertEquals(512, open(Map.of("options", Map.of("num_ctx", 512))).maxTokens());
        assertEquals(new Prompts("search_document: ", "search_query: "), open(Map.of()).facts().prompts());
        assertEquals(new Prompts("search_document: ", "q "), open(Map.of("prompts", Map.of("query", "q "))).facts().prompts());
    }

    @Test
    void a_model_that_is_not_there_is_to_be_pulled() {
        server.reply(ProviderServer.json(404, error(404, "model 'nomic-embed-text' not found")));
        EmbeddingException e = failure(models.open((RemoteModel) define(Map.of())));
        assertInstanceOf(EmbeddingException.BadRequest.class, e);
        assertEquals(
                "[ollama] model [nomic-embed-text] at [" + server.url() + "/]: status [404]: model 'nomic-embed-text' not found;"
                        + " run [ollama pull nomic-embed-text] where the server is",
                e.getMessage());
    }

    @Test
    void a_server_that_is_no_ollama_is_told() {
        server.reply(ProviderServer.json(404, "404 page not found"));
        EmbeddingException e = failure(models.open((RemoteModel) define(Map.of())));
        assertTrue(e.getMessage()
                .endsWith("status [404]: 404 page not found; check that [endpoint] is an Ollama server of version 0.3"
                        + " or later"),
                e.getMessage());
    }

    @Test
    void a_model_for_chats_is_refused() {
        show = """
                {"capabilities": ["completion", "tools"]}""";
        EmbeddingException e = failure(models.open((RemoteModel) define(Map.of())));
        assertInstanceOf(EmbeddingException.BadRequest.class, e);
        assertTrue(e.getMessage().contains("it has the capabilities [\"completion\",\"tools\"] and not [embedding]"),
                e.getMessage());
    }

    @Test
    void dimensions_that_are_ignored_are_noticed() {
        EmbeddingException e = failure(models.open((RemoteModel) define(Map.of("dimensions", 3))));
        assertInstanceOf(EmbeddingException.BadRequest.class, e);
        assertTrue(e.getMessage().contains("[dimensions] is [3] and it returned [4]"), e.getMessage());
        EmbeddingException more = failure(models.open((RemoteModel) define(Map.of("dimensions", 1000))));
        assertTrue(more.getMessage().contains("[dimensions] is [1000], expected at most [768] for [nomic-embed-text]"),
                more.getMessage());
        EmbeddingException told = failure(models.open((RemoteModel) define(Map.of("model", "own", "dimensions", 1000))));
        assertTrue(told.getMessage().contains("[dimensions] is [1000], and the model has [768]"), told.getMessage());
    }

    @Test
    void a_text_that_the_server_cannot_cut_is_shortened_here() {
        RemoteFunction function = open(Map.of());
        ProviderServer.Reply refuseLong = (exchange, request) -> {
            if (texts(request.body()).getFirst().length() > 400) {
                tooLong().get().to(exchange, request);
            } else {
                server.usual(exchange, request);
            }
        };
        server.reply(refuseLong, refuseLong, refuseLong, refuseLong, refuseLong, refuseLong, refuseLong);
        server.seen.clear();
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, List.of("x".repeat(1000))));
        assertTrue(assertInstanceOf(Embedding.Vector.class, embeddings.getFirst()).truncated());
        assertTrue(server.seen.getLast().body().path("truncate").asBoolean());
    }

    @Test
    void durations_and_counts_may_be_missing() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(200, """
                {"model": "nomic-embed-text", "embeddings": [[0.6, 0.8, 0, 0]]}"""));
        assertInstanceOf(Embedding.Vector.class, get(function.embed(Role.QUERY, List.of("a"))).getFirst());
    }
}
