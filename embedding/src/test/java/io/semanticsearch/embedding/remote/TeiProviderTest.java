package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.Role;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TeiProviderTest {

    private static final String INFO = """
            {"model_id": "BAAI/bge-small-en-v1.5", "model_sha": null, "model_dtype": "float16", "served_model_name": "bge",
             "model_type": {"embedding": {"pooling": "cls"}}, "max_concurrent_requests": 512, "max_input_length": 512,
             "max_batch_tokens": 16384, "max_batch_requests": null, "max_client_batch_size": 8, "auto_truncate": true,
             "tokenization_workers": 8, "version": "1.9.3", "sha": "abc", "docker_label": null}""";

    @Test
    void texts_in_one_list() {
        wire("").assertPosts("http://localhost:8080/embed", """
                {"inputs": ["red apples", "pears"], "normalize": true, "truncate": false}""", Role.DOCUMENT, "red apples",
                "pears");
        wire(", \"dimensions\": 384, \"long_text\": \"error\", \"options\": {\"truncation_direction\": \"left\"}")
                .assertPosts("http://localhost:8080/embed",
                        """
                                {"inputs": ["x"], "normalize": true, "truncate": false, "dimensions": 384, "truncation_direction": "left"}""",
                        Role.QUERY, "x");
    }

    @Test
    void it_cuts_only_when_told_to() {
        ProviderWire wire = wire("");
        wire.assertPosts("http://localhost:8080/embed", """
                {"inputs": ["x"], "normalize": true, "truncate": true}""", wire.call(Role.DOCUMENT, true, "x"));
        assertEquals(true, wire.provider().cutsTexts());
    }

    @Test
    void prompts_are_those_that_the_model_is_known_by() {
        ProviderWire wire = wire("");
        assertEquals(new Prompts("", "Represent this sentence for searching relevant passages: "),
                wire.provider().prompts(wire.model()));
    }

    @Test
    void it_is_asked_what_it_runs() {
        ProviderWire wire = wire("");
        WireRequest question = wire.provider().check(wire.call(Role.QUERY, "x")).orElseThrow();
        assertEquals("http://localhost:8080/info", question.url().toString());
        assertEquals(Optional.empty(), question.body());
        CheckedModel told = wire.provider().checked(wire.model(), WireJson.parse(INFO).orElseThrow());
        assertEquals(OptionalInt.of(8), told.items());
        assertEquals(OptionalInt.of(512), told.textTokens());
    }

    @ParameterizedTest
    @CsvSource({"BAAI/bge-small-en-v1.5", "bge-small-en-v1.5", "BGE"})
    void names_of_the_model_that_it_runs(String name) {
        ProviderWire wire = ProviderWire.of(new TeiProvider(), """
                {"model": "%s", "endpoint": "http://localhost:8080"}""".formatted(name));
        assertEquals(OptionalInt.of(8), wire.provider().checked(wire.model(), WireJson.parse(INFO).orElseThrow()).items());
    }

    @Test
    void another_model_than_it_runs_is_refused() {
        ProviderWire wire = ProviderWire.of(new TeiProvider(), """
                {"model": "intfloat/e5-small", "endpoint": "http://localhost:8080"}""");
        Exception e = assertThrows(EmbeddingException.BadRequest.class,
                () -> wire.provider().checked(wire.model(), WireJson.parse(INFO).orElseThrow()));
        assertEquals("[model] is [intfloat/e5-small], and the server runs [BAAI/bge-small-en-v1.5]; write that, or check"
                + " [endpoint]", e.getMessage());
    }

    @Test
    void a_server_that_does_not_embed_is_refused() {
        Exception e = assertThrows(EmbeddingException.BadRequest.class,
                () -> new TeiProvider().checked(wire("").model(), WireJson.parse("""
                        {"model_id": "x", "model_type": {"reranker": {"id2label": {}}}}""").orElseThrow()));
        assertEquals("the server runs a model of type [reranker], expected one of type [embedding]; check [endpoint]",
                e.getMessage());
    }

    @Test
    void an_answer_is_a_bare_list_and_the_usage_a_header() {
        WireAnswer answer = wire("").answer("[[0.6, 0.8], [0.0, 1.0]]",
                name -> name.equals("x-compute-tokens") ? Optional.of("9") : Optional.empty(), "a", "b");
        assertArrayEquals(new float[]{0.6f, 0.8f}, answer.vectors().get(0));
        assertArrayEquals(new float[]{0, 1}, answer.vectors().get(1));
        assertEquals(OptionalLong.of(9), answer.tokens());
    }

    @ParameterizedTest
    @CsvSource({"422, Validation", "413, Validation", "422, validation"})
    void validation_says_by_its_words_what_is_wrong(int status, String type) {
        assertInstanceOf(Fault.TooLarge.class, wire("").fault(status, """
                {"error": "batch size 40 > maximum allowed batch size 32", "error_type": "%s"}""".formatted(type), "a", "b"));
        assertInstanceOf(Fault.TooLong.class, wire("").fault(status, """
                {"error": "Input validation error: `inputs` must have less than 512 tokens. Given: 534", "error_type": "%s"}"""
                .formatted(type), "a"));
    }

    @Test
    void characters_are_limited_too() {
        assertInstanceOf(Fault.TooLong.class, wire("").fault(422, """
                {"error": "Input validation error: `inputs` must have less than 32000 characters. Given: 67337",
                 "error_type": "Validation"}""", "a", "b"));
    }

    @Test
    void other_errors() {
        assertEquals("status [401]; check the key that [credential] of the definition names, and what it may be used for",
                wire("").refusal(401, ""));
        assertEquals(1, assertInstanceOf(Fault.Later.class, wire("").fault(424, """
                {"error": "inference failed", "error_type": "Backend"}""", "a")).retries());
        assertInstanceOf(Fault.Later.class, wire("").fault(429, """
                {"error": "Model is overloaded", "error_type": "Overloaded"}""", "a"));
        assertInstanceOf(Fault.Later.class, wire("").fault(503, """
                {"error": "unhealthy", "error_type": "Unhealthy"}""", "a"));
        assertInstanceOf(Fault.TooLarge.class, wire("").fault(413, "length limit exceeded", "a", "b"));
        assertInstanceOf(Fault.BadText.class, wire("").fault(422, """
                {"error": "cannot tokenize", "error_type": "Tokenizer"}""", "a"));
        assertEquals("status [400]: Failed to parse the request body as JSON",
                wire("").refusal(400, "Failed to parse the request body as JSON"));
    }

    @Test
    void dimensions_that_a_model_is_known_not_to_have() {
        assertEquals(List.of("[dimensions] is [128], expected [384], or to leave it out for [BAAI/bge-small-en-v1.5]"),
                wire(", \"dimensions\": 128").problems());
    }

    private static ProviderWire wire(String more) {
        return ProviderWire.of(new TeiProvider(), """
                {"model": "BAAI/bge-small-en-v1.5", "endpoint": "http://localhost:8080\"""" + more + "}");
    }
}
