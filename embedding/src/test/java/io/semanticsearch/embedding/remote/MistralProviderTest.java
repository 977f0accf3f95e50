package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.Role;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MistralProviderTest {

    private static final String URL = "https://api.mistral.ai/v1/embeddings";

    @Test
    void documents_and_queries_are_the_same_and_no_field_is_too_many() {
        for (Role role : Role.values()) {
            wire("mistral-embed", ", \"dimensions\": 1024").assertPosts(URL, """
                    {"model": "mistral-embed", "encoding_format": "float", "input": ["red apples"]}""", role, "red apples");
        }
        ProviderWire wire = wire("mistral-embed", "");
        assertEquals(Tasks.NONE, wire.provider().tasks(wire.model()));
        assertEquals(Prompts.NONE, wire.provider().prompts(wire.model()));
        assertEquals(new Limits(512, 16_384, 8192), wire.provider().limits(wire.model()));
    }

    @Test
    void dimensions_have_a_name_of_their_own() {
        wire("codestral-embed", ", \"dimensions\": 256").assertPosts(URL, """
                {"model": "codestral-embed", "encoding_format": "float", "output_dimension": 256, "input": ["x"]}""", Role.QUERY,
                "x");
    }

    @Test
    void what_it_cannot_do_is_told() {
        assertEquals(List.of("[dimensions] is [512], expected [1024], or to leave it out for [mistral-embed]"),
                wire("mistral-embed", ", \"dimensions\": 512").problems());
        assertEquals(List.of("[dimensions] is [4096], expected [1] to [3072] for [codestral-embed]"),
                wire("codestral-embed", ", \"dimensions\": 4096").problems());
    }

    @Test
    void vectors_and_usage() {
        WireAnswer answer = wire("mistral-embed", "").answer("""
                {"id": "e1", "object": "list", "model": "mistral-embed",
                 "data": [{"object": "embedding", "index": 0, "embedding": [0.6, 0.8]}],
                 "usage": {"prompt_tokens": 3, "completion_tokens": 0, "total_tokens": 3}}""", "a");
        assertArrayEquals(new float[]{0.6f, 0.8f}, answer.vectors().getFirst());
        assertEquals(OptionalLong.of(3), answer.tokens());
    }

    @Test
    void too_much_for_one_call_is_split() {
        ProviderWire wire = wire("mistral-embed", "");
        String tokens = """
                {"object": "error", "message": "Too many tokens in batch. Max is 16384 got 17555", "type": "invalid_request_error",
                 "param": null, "code": null}""";
        assertInstanceOf(Fault.TooLarge.class, wire.fault(400, tokens, "a", "b"));
        assertInstanceOf(Fault.TooLarge.class, wire.fault(400, """
                {"object": "error", "message": "Split it.", "type": "invalid_request_prompt", "param": null, "code": "3210"}""",
                "a",
                "b"));
        assertEquals(OptionalInt.of(1), assertInstanceOf(Fault.TooLong.class, wire.fault(400, """
                {"object": "error", "message": "Input id 1 has 11055 tokens, exceeding max 8192 tokens.", "code": null}""", "a",
                "b"))
                .index());
    }

    @Test
    void other_errors() {
        ProviderWire wire = wire("mistral-embed", "");
        assertEquals("status [422]: body.dimensions: Extra inputs are not permitted", wire.refusal(422,
                """
                        {"detail": [{"loc": ["body", "dimensions"], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"}]}"""));
        assertEquals(
                "status [401]: Unauthorized; check the key that [credential] of the definition names, and what it may be used"
                        + " for",
                wire.refusal(401, "{\"detail\": \"Unauthorized\"}"));
        assertInstanceOf(Fault.Later.class, wire.fault(429, """
                {"object": "error", "message": "Rate limit exceeded", "type": "rate_limited", "param": null, "code": "1300",
                 "raw_status_code": 429}""", "a"));
    }

    private static ProviderWire wire(String model, String more) {
        return ProviderWire.of(new MistralProvider(), "{\"model\": \"" + model + "\"" + more + "}");
    }
}
