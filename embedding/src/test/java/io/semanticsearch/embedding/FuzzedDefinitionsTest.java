package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.fuzz.Mutations;
import io.semanticsearch.fuzz.Trials;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Definitions of models that are almost right are read, and then say what reads as the same, or are refused; never anything else. */
class FuzzedDefinitionsTest {

    private static final int INPUTS = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> VALID = List.of(
            """
                    {"provider": "local", "model": "hf:sentence-transformers/all-MiniLM-L6-v2@main", "precision": "auto", "device": "gpu:1",
                     "file": "onnx/model.onnx", "keep_alive": "5m", "long_text": "mean", "dimensions": 64, "aliases": ["little"]}""",
            """
                    {"provider": "gemini", "model": "gemini-embedding-001", "credential": "gemini", "dimensions": 768,
                     "task": {"document": "RETRIEVAL_DOCUMENT", "query": "QUESTION_ANSWERING"}, "timeout": "30s", "requests_per_minute": 100}""",
            """
                    {"provider": "ollama", "endpoint": "http://localhost:11434", "model": "nomic-embed-text", "options": {"num_ctx": 2048},
                     "prompts": {"document": "search_document: ", "query": "search_query: "}, "tokens_per_minute": 5}""",
            """
                    {"provider": "dynamic", "local": {"provider": "local", "model": "file:a"}, "remote": {"provider": "nomic", "model": "b"}}""");

    @Test
    void definitions_are_read_or_refused() {
        Mutations mutations = new Mutations(41);
        new Trials().run(INPUTS, () -> mutations.ofJson(mutations.of(VALID)),
                e -> e instanceof EmbeddingException.BadRequest || e instanceof IllegalArgumentException
                        || e instanceof JsonProcessingException,
                changed -> {
                    Map<String, Object> body = JSON.readValue(changed, new TypeReference<>() {
                    });
                    if (body == null) throw new IllegalArgumentException("no body");
                    ModelDefinition definition = ModelDefinition.of("some", body);
                    assertEquals(definition, ModelDefinition.of("some", definition.toMap()));
                });
    }
}
