package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.remote.RemoteModels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DynamicModelTest {

    private static final Map<String, Object> LOCAL = Map.of("model", "hf:nomic-ai/nomic-embed-text-v1.5");
    private static final Map<String, Object> REMOTE = Map.of("provider", "nomic", "model", "nomic-embed-text-v1.5", "credential",
            "nomic");

    private static ModelDefinition define(Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(Map.of("provider", "dynamic", "local", LOCAL, "remote", REMOTE));
        body.putAll(more);
        return ModelDefinition.of("m", body);
    }

    @Test
    void both_parts_are_read_and_round_trip() {
        DynamicModel model = (DynamicModel) define(Map.of("local_tokens", 64, "cache", false, "aliases", List.of("x")));
        assertEquals("hf:nomic-ai/nomic-embed-text-v1.5", model.local().model());
        assertEquals("nomic", model.remote().provider());
        assertEquals(OptionalInt.of(64), model.localTokens());
        assertEquals(model, ModelDefinition.of("m", model.toMap()));
    }

    @Test
    void what_is_wrong_in_a_part_is_told_with_its_name() {
        assertEquals("model [m] cannot be defined: [local]: model [m] cannot be defined: unknown fields [colour], expected only"
                + " [provider, model, dimensions, long_text, file, precision, device, max_tokens, keep_alive, cache, aliases];"
                + " [remote] has the provider [local], expected a remote model",
                refusal(Map.of("local", Map.of("model", "file:a", "colour", 1), "remote",
                        Map.of("provider", "local", "model", "file:a"))));
        assertEquals("model [m] cannot be defined: [remote] is missing, expected the definition of a remote model",
                refusal(Map.of("remote", Map.of())));
        assertTrue(
                refusal(Map.of("local", Map.of("model", "file:a", "aliases", List.of("b")))).contains("give them to the whole"));
    }

    @Test
    void small_requests_run_here() {
        DynamicModel model = (DynamicModel) define(Map.of());
        assertTrue(model.runsHere(List.of("how do I mend a flat tyre?"), "cpu"));
        assertFalse(model.runsHere(List.of("how do I mend a flat tyre?", "and how do I bake bread?"), "cpu"));
        assertTrue(model.runsHere(List.of("word ".repeat(100)), "gpu"));
        assertFalse(model.runsHere(List.of("word ".repeat(1000)), "gpu"));
        assertTrue(((DynamicModel) define(Map.of("local_tokens", 400))).runsHere(List.of("word ".repeat(200)), "cpu"));
    }

    @ParameterizedTest
    @CsvSource({"hf:nomic-ai/nomic-embed-text-v1.5@v1, nomic, nomic-embed-text-v1.5, true",
        "file:all-MiniLM-L6-v2, ollama, all-minilm:latest, true", "hf:BAAI/bge-m3, tei, BAAI/bge-m3, true",
        "file:my-own, openai, My-Own, true", "file:my-own, openai, another, false",
        "hf:nomic-ai/nomic-embed-text-v1, nomic, nomic-embed-text-v1.5, false"})
    void models_are_the_same_by_name(String local, String provider, String remote, boolean same) {
        LocalModel here = (LocalModel) ModelDefinition.of("m", Map.of("provider", "local", "model", local));
        RemoteModel there = (RemoteModel) ModelDefinition.of("m", Map.of("provider", provider, "model", remote));
        assertEquals(same, RemoteModels.isSame(here, there));
    }

    private static String refusal(Map<String, Object> more) {
        return assertThrows(EmbeddingException.BadRequest.class, () -> define(more)).getMessage();
    }
}
