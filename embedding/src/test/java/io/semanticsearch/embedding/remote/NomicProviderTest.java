package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.Role;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class NomicProviderTest {

    private static final String URL = "https://api-atlas.nomic.ai/v1/embedding/text";

    @Test
    void model_and_mode_are_always_said_and_texts_are_as_they_were() {
        ProviderWire wire = wire("");
        wire.assertPosts(URL, """
                {"model": "nomic-embed-text-v1.5", "task_type": "search_document", "long_text_mode": "truncate",
                 "texts": ["red apples", "pears"]}""", Role.DOCUMENT, "red apples", "pears");
        wire.assertPosts(URL,
                """
                        {"model": "nomic-embed-text-v1.5", "task_type": "search_query", "long_text_mode": "truncate", "texts": ["fruit"]}""",
                Role.QUERY, "fruit");
        assertEquals(Prompts.NONE, wire.provider().prompts(wire.model()), "the service adds the prefix");
    }

    @Test
    void dimensions_mean_and_task() {
        wire(", \"dimensions\": 256, \"long_text\": \"mean\", \"task\": {\"document\": \"clustering\"}").assertPosts(URL, """
                {"model": "nomic-embed-text-v1.5", "task_type": "clustering", "long_text_mode": "mean", "dimensionality": 256,
                 "texts": ["x"]}""", Role.DOCUMENT, "x");
    }

    @Test
    void options_are_passed_on() {
        wire(", \"options\": {\"max_tokens_per_text\": 2048}").assertPosts(URL, """
                {"model": "nomic-embed-text-v1.5", "task_type": "search_query", "long_text_mode": "truncate", "texts": ["x"],
                 "max_tokens_per_text": 2048}""", Role.QUERY, "x");
    }

    @Test
    void what_it_cannot_do_is_told() {
        assertEquals(List.of("[dimensions] is [63], expected [64] to [768] for [nomic-embed-text-v1.5]",
                "[long_text] is [error], expected one of [truncate, mean]: this provider does not refuse long texts"),
                wire(", \"dimensions\": 63, \"long_text\": \"error\"").problems());
        assertEquals(List.of("[dimensions] is [256], expected [768], or to leave it out for [nomic-embed-text-v1]"),
                ProviderWire.of(new NomicProvider(), """
                        {"model": "nomic-embed-text-v1", "dimensions": 256}""").problems());
    }

    @Test
    void tasks_are_these() {
        assertEquals(new Tasks(List.of("search_document", "search_query", "classification", "clustering"), "search_document",
                "search_query"), new NomicProvider().tasks(wire("").model()));
    }

    @Test
    void vectors_and_usage() {
        WireAnswer answer = wire("").answer("""
                {"embeddings": [[0.6, 0.8], [0.8, -0.6]], "usage": {"prompt_tokens": 9, "total_tokens": 9},
                 "model": "nomic-embed-text-v1.5"}""", "a", "b");
        assertArrayEquals(new float[]{0.6f, 0.8f}, answer.vectors().get(0));
        assertArrayEquals(new float[]{0.8f, -0.6f}, answer.vectors().get(1));
        assertEquals(OptionalLong.of(9), answer.tokens());
    }

    @Test
    void vectors_of_another_model_are_refused() {
        Exception e = assertThrows(UnusableAnswerException.class, () -> wire("").answer("""
                {"embeddings": [[0.6, 0.8]], "model": "nomic-embed-text-v1"}""", "a"));
        assertEquals("the vectors are of model [nomic-embed-text-v1], not of [nomic-embed-text-v1.5]", e.getMessage());
    }

    @Test
    void a_field_that_is_wrong_is_named() {
        assertEquals("status [422]: body.texts: field required", wire("").refusal(422, """
                {"detail": [{"loc": ["body", "texts"], "msg": "field required", "type": "value_error.missing"}]}"""));
    }

    @Test
    void plain_text_errors_are_understood() {
        assertInstanceOf(Fault.Later.class, wire("").fault(429, "Too Many Requests", "a"));
        assertEquals(
                "status [401]: Unauthorized; check the key that [credential] of the definition names, and what it may be used"
                        + " for",
                wire("").refusal(401, "Unauthorized"));
    }

    @Test
    void a_text_beyond_the_mean_is_too_long() {
        assertInstanceOf(Fault.TooLong.class, wire("").fault(400, """
                {"detail": "text exceeds max_tokens_per_text"}""", "a"));
    }

    private static ProviderWire wire(String more) {
        return ProviderWire.of(new NomicProvider(), "{\"model\": \"nomic-embed-text-v1.5\"" + more + "}");
    }
}
