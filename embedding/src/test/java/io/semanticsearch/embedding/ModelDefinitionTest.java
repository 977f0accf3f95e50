package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDefinitionTest {

    @Test
    void the_shortest_definition_gets_the_defaults() {
        ModelDefinition definition = define("""
                {"provider": "local", "model": "built-in:english-small"}""");
        assertEquals(
                new LocalModel("built-in:english-small", OptionalInt.empty(), LongText.TRUNCATE, Execution.AUTO,
                        Duration.ofMinutes(5),
                        List.of()),
                definition);
        assertEquals("local", definition.provider());
    }

    @Test
    void a_full_definition_is_read() {
        assertEquals(
                new LocalModel("file:org/minilm", OptionalInt.of(128), LongText.MEAN, Execution.AUTO, KeepAlive.NEVER_UNLOAD,
                        List.of("a", "b")),
                define("""
                        {"provider": "local", "model": "file:org/minilm", "dimensions": 128, "long_text": "mean", "keep_alive": "-1",
                         "aliases": ["a", "b"]}"""));
    }

    @Test
    void a_definition_round_trips() {
        for (String json : List.of("""
                {"provider": "local", "model": "built-in:english-small"}""",
                """
                        {"provider": "local", "model": "file:x", "dimensions": 64, "long_text": "error", "keep_alive": "90s", "aliases": ["y"],
                         "file": "onnx/model.onnx", "precision": "int8", "device": "gpu:1", "max_tokens": 300}""",
                """
                        {"provider": "local", "model": "file:x", "keep_alive": -1}""")) {
            ModelDefinition definition = define(json);
            assertEquals(definition, ModelDefinition.of("e5", definition.toMap()));
        }
    }

    @Test
    void the_map_is_the_body_that_a_user_would_write() {
        assertEquals(
                Map.of("provider", "local", "model", "file:x", "dimensions", 64, "long_text", "error", "keep_alive", "90s",
                        "precision", "fp32", "device", "gpu:1", "file", "onnx/model.onnx", "max_tokens", 300, "aliases",
                        List.of("y")),
                define("""
                        {"provider": "local", "model": "file:x", "dimensions": 64, "long_text": "error", "keep_alive": "90000ms",
                         "aliases": ["y"], "file": "onnx/model.onnx", "precision": "fp32", "device": "gpu:1", "max_tokens": 300}""")
                        .toMap());
    }

    @Test
    void all_errors_are_told_at_once() {
        assertEquals(
                "model [E 5] cannot be defined: [id] is [E 5], expected a name that matches [[a-z0-9][a-z0-9._:-]{0,127}]; "
                        + "[model] is missing, expected [built-in:NAME], [file:FOLDER] or [hf:ORGANIZATION/NAME]; "
                        + "[dimensions] is [0], expected a whole number of 1 or more; "
                        + "[long_text] is [cut], expected one of [truncate, mean, error]; "
                        + "[max_tokens] is [none], expected a whole number of 1 or more; "
                        + "[keep_alive] is [5 minutes], expected a whole number and one of the units [ms, s, m, h, d], such as [5m], a "
                        + "number of seconds, [0] to unload the model after each call, or [-1] to keep it loaded; "
                        + "[aliases] is [No!], expected a name that matches [[a-z0-9][a-z0-9._:-]{0,127}]; "
                        + "unknown fields [colour, size], expected only [provider, model, dimensions, long_text, file, precision, device, max_tokens, keep_alive, cache, aliases]",
                refusal("E 5",
                        """
                                {"provider": "local", "dimensions": 0, "long_text": "cut", "keep_alive": "5 minutes", "aliases": ["No!"], "max_tokens": "none",
                                 "colour": 1, "size": 2}"""));
    }

    @Test
    void an_unknown_provider_is_told_the_known_ones() {
        String known = "expected one of [local, dynamic, gemini, ollama, nomic, openai, azure_openai, cohere, voyage, jina, mistral, tei]";
        assertEquals("model [e5] cannot be defined: [provider] is [nobody], " + known, refusal("e5", """
                {"provider": "nobody", "key": "x"}"""));
        assertEquals("model [e5] cannot be defined: [provider] is missing, " + known, refusal("e5", "{}"));
        assertEquals("model [e5] cannot be defined: [provider] is [7], expected text", refusal("e5", """
                {"provider": 7}"""));
    }

    @Test
    void aliases_are_names_other_than_the_id_each_once() {
        assertEquals(
                "model [e5] cannot be defined: [aliases] holds [e5], which is the id itself; leave it out; "
                        + "[aliases] holds [a] twice, expected each name once; [aliases] holds [3], expected names",
                refusal("e5", """
                        {"provider": "local", "model": "file:x", "aliases": ["e5", "a", "a", 3]}"""));
        assertEquals("model [e5] cannot be defined: [aliases] is [a], expected a list of names", refusal("e5", """
                {"provider": "local", "model": "file:x", "aliases": "a"}"""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:", "file:/etc", "file:..", "file:../x", "file:a/../b", "file:a//b", "file:a/", "file:a\\b",
        "file:.",
        "file:.hidden", "file:C:x", "file:a b", "file:a\u0000", "file:a\n"})
    void a_folder_that_could_lead_elsewhere_is_refused(String model) {
        Map<String, Object> body = Map.of("provider", "local", "model", model);
        Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> ModelDefinition.of("e5", body));
        assertEquals("model [e5] cannot be defined: [model] is [" + model
                + "], expected after [file:] the name of a folder in the models"
                + " folder, of letters, digits and [_.-] and not starting with a dot, such as [file:minilm] or"
                + " [file:sentence-transformers/minilm]", e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"english-small", "built-in:", "built-in:../x", "File:x"})
    void a_model_of_another_form_is_refused(String model) {
        Map<String, Object> body = Map.of("provider", "local", "model", model);
        Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> ModelDefinition.of("e5", body));
        assertEquals("model [e5] cannot be defined: [model] is [" + model
                + "], expected [built-in:NAME] for a model that comes with this plugin, [file:FOLDER] for a folder in the models"
                + " folder, or [hf:ORGANIZATION/NAME] for one to fetch", e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf:", "hf:name", "hf:org/", "hf:org/name/more", "hf:org/na me", "hf:org/name@", "hf:org/name@a b"})
    void a_repository_of_another_form_is_refused(String model) {
        Map<String, Object> body = Map.of("provider", "local", "model", model);
        Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> ModelDefinition.of("e5", body));
        assertEquals("model [e5] cannot be defined: [model] is [" + model
                + "], expected after [hf:] an organisation, a name and perhaps a revision, such as"
                + " [hf:sentence-transformers/all-MiniLM-L6-v2] or [hf:org/name@main]", e.getMessage());
    }

    @Test
    void a_repository_is_kept_as_it_was_written() {
        for (String model : List.of("hf:org/name", "hf:org/name@main", "hf:org/name@refs/pr/1")) {
            ModelDefinition definition = define("{\"provider\": \"local\", \"model\": \"" + model + "\"}");
            assertEquals(model, definition.model());
            assertEquals("hf:org/name", ((LocalModel) definition).source().withoutRevision());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "\"64\"", "99999999999", "true"})
    void dimensions_are_a_whole_number(String dimensions) {
        String json = """
                {"provider": "local", "model": "file:x", "dimensions": %s}""".formatted(dimensions);
        assertEquals("model [e5] cannot be defined: [dimensions] is [" + dimensions.replace("\"", "")
                + "], expected a whole number of 1 or more", refusal("e5", json));
    }

    @Test
    void keep_alive_is_read_in_every_unit() {
        assertEquals(Duration.ofMillis(500), KeepAlive.parse("500ms"));
        assertEquals(Duration.ofSeconds(30), KeepAlive.parse("30s"));
        assertEquals(Duration.ofMinutes(5), KeepAlive.parse("5m"));
        assertEquals(Duration.ofHours(2), KeepAlive.parse("2h"));
        assertEquals(Duration.ofDays(999_999_999), KeepAlive.parse("999999999d"));
        assertEquals(Duration.ZERO, KeepAlive.parse("0s"));
        assertEquals(Duration.ZERO, KeepAlive.parse("0"));
        assertTrue(KeepAlive.parse("-1").isNegative());
        assertTrue(KeepAlive.parse("-1m").isNegative());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "m", "--5m", "-2", "5M", "1.5h", "9999999999d", "5m "})
    void keep_alive_in_another_form_is_refused(String text) {
        assertThrows(EmbeddingException.BadRequest.class, () -> KeepAlive.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "1ms", "1500ms", "90s", "5m", "3h", "2d"})
    void keep_alive_is_written_in_the_largest_fitting_unit(String text) {
        assertEquals(text, KeepAlive.format(KeepAlive.parse(text)));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, -1", "300, 5m", "1.5, 1500ms", "-7, -1", "'\"0\"', 0", "'\"-1\"', -1", "'\"0s\"', 0"})
    void keep_alive_in_json_is_a_text_or_seconds(String json, String written) {
        ModelDefinition definition = define("""
                {"provider": "local", "model": "file:x", "keep_alive": %s}""".formatted(json));
        assertEquals(written, KeepAlive.format(definition.keepAlive()));
        assertEquals(definition, ModelDefinition.of("e5", definition.toMap()));
    }

    /** A pattern that repeats a group once took the stack of the thread for it. */
    @Test
    void a_path_of_any_length_takes_no_stack() {
        Map<String, Object> body = Map.of("provider", "local", "model", "file:m", "file", "a/".repeat(20_000) + "model.onnx");
        EmbeddingException.BadRequest refused = assertThrows(EmbeddingException.BadRequest.class,
                () -> ModelDefinition.of("m", body));
        assertTrue(refused.getMessage().contains("of at most [255] characters"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "[]", "1e300", "123456789012345678901234567890"})
    void keep_alive_in_json_is_nothing_else(String json) {
        assertTrue(refusal("e5", """
                {"provider": "local", "model": "file:x", "keep_alive": %s}""".formatted(json))
                .startsWith("model [e5] cannot be defined: [keep_alive] is ["));
    }

    @Test
    void facts_round_trip() {
        ModelFacts facts = new ModelFacts(256, "0123456789abcdef", 512, "mean", new Prompts("d: ", ""), "int8", "cpu", List.of());
        assertEquals(facts, ModelFacts.of(facts.toMap()));
        ModelFacts immediate = new ModelFacts(256, "0123456789abcdef", 512, "mean", Prompts.NONE, "int8", "cpu", true, List.of());
        assertEquals(immediate, ModelFacts.of(immediate.toMap()));
    }

    @Test
    void facts_of_another_form_name_the_field() {
        ModelFacts facts = new ModelFacts(256, "0123456789abcdef", 512, "mean", Prompts.NONE, "int8", "cpu", List.of());
        Map<String, Object> map = facts.toMap();
        map.put("max_tokens", "many");
        Exception e = assertThrows(IllegalArgumentException.class, () -> ModelFacts.of(map));
        assertEquals("facts of a model: [max_tokens] is [many], which this version did not write", e.getMessage());
    }

    private static ModelDefinition define(String json) {
        return ModelDefinition.of("e5", body(json));
    }

    private static String refusal(String id, String json) {
        return assertThrows(EmbeddingException.BadRequest.class, () -> ModelDefinition.of(id, body(json))).getMessage();
    }

    private static Map<String, Object> body(String json) {
        try {
            return new ObjectMapper().readValue(json, new TypeReference<>() {
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
