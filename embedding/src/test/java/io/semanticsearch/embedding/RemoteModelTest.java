package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteModelTest {

    @Test
    void the_shortest_definition_gets_the_defaults() {
        assertEquals(
                new RemoteModel("ollama", "nomic-embed-text", Optional.empty(), Optional.empty(), OptionalInt.empty(), Map.of(),
                        Map.of(),
                        LongText.TRUNCATE, KeepAlive.DEFAULT, Map.of(), CallBounds.NONE, true, List.of()),
                define("""
                        {"provider": "ollama", "model": "nomic-embed-text"}"""));
    }

    @Test
    void a_full_definition_is_read_and_round_trips() {
        ModelDefinition definition = define(
                """
                        {"provider": "gemini", "model": "gemini-embedding-001", "endpoint": "https://proxy.example.com/v1", "credential": "mine",
                         "dimensions": 768, "task": {"query": "QUESTION_ANSWERING"}, "prompts": {"document": "d: ", "query": ""},
                         "long_text": "mean", "keep_alive": "1h", "options": {"a": {"b": [1, null]}}, "requests_per_minute": 100,
                         "tokens_per_minute": 50000, "batch_size": 16, "concurrent_calls": 3, "timeout": "5s", "call_timeout": "2s",
                         "cache": false, "aliases": ["x"]}""");
        RemoteModel remote = (RemoteModel) definition;
        assertEquals(Optional.of(URI.create("https://proxy.example.com/v1")), remote.endpoint());
        assertEquals(Map.of(Role.QUERY, "QUESTION_ANSWERING"), remote.tasks());
        assertEquals(Map.of(Role.DOCUMENT, "d: ", Role.QUERY, ""), remote.prompts());
        assertEquals(Optional.of(Duration.ofSeconds(5)), remote.bounds().timeout());
        assertEquals(OptionalInt.of(100), remote.bounds().requestsPerMinute());
        assertEquals(definition, ModelDefinition.of("m", definition.toMap()));
    }

    @Test
    void all_errors_are_told_at_once() {
        assertEquals("model [m] cannot be defined: [model] is missing, expected the provider's name of the model;"
                + " [endpoint] is no address, expected a http or https address without user, query and fragment, such as"
                + " [https://embeddings.example.com]; [credential] is [No Name], expected a name that matches ["
                + ModelDefinition.NAME
                + "]; role [passage] is not known, expected one of [document, query]; [prompts.query] is [7], expected text;"
                + " [options] is [x], expected an object; [requests_per_minute] is [0], expected a whole number of 1 or more;"
                + " [timeout] is [soon], expected a whole number and one of the units [ms, s, m, h, d], such as [30s]; unknown fields"
                + " [key], expected only [provider, model, endpoint, credential, dimensions, task, prompts, long_text, keep_alive,"
                + " options, requests_per_minute, tokens_per_minute, batch_size, concurrent_calls, timeout, call_timeout, cache, aliases]",
                refusal("""
                        {"provider": "openai", "endpoint": "nowhere", "credential": "No Name", "task": {"passage": "x"},
                         "prompts": {"query": 7}, "options": "x", "requests_per_minute": 0, "timeout": "soon", "key": "x"}"""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://me:secret@example.com", "https://secret@example.com/v1", "https://example.com/v1?key=secret",
        "https://example.com/#secret", "ftp://example.com/secret", "https:///secret", "http://exa mple.com/secret",
        "file:/secret"})
    void an_endpoint_that_could_hold_a_secret_is_refused_and_not_quoted(String endpoint) {
        String message = refusal("{\"provider\": \"openai\", \"model\": \"m\", \"endpoint\": \"" + endpoint + "\"}");
        assertTrue(message.contains("[endpoint] "), message);
        assertFalse(message.contains("secret@") || message.contains("key=secret") || message.contains("me:secret"), message);
        assertFalse(message.contains("/secret") || message.contains("#secret"), message);
    }

    private static ModelDefinition define(String json) {
        return ModelDefinition.of("m", body(json));
    }

    private static String refusal(String json) {
        return assertThrows(EmbeddingException.BadRequest.class, () -> define(json)).getMessage();
    }

    private static Map<String, Object> body(String json) {
        try {
            return new ObjectMapper().readValue(json, new TypeReference<>() {
            });
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
