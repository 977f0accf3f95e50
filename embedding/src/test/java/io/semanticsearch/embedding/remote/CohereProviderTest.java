package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.Role;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CohereProviderTest {

    private static final String URL = "https://api.cohere.com/v2/embed";

    @Test
    void each_side_has_its_input_type() {
        wire("").assertPosts(URL, """
                {"model": "embed-v4.0", "input_type": "search_document", "truncate": "NONE", "embedding_types": ["float"],
                 "texts": ["red apples", "pears"]}""", Role.DOCUMENT, "red apples", "pears");
        wire("").assertPosts(URL, """
                {"model": "embed-v4.0", "input_type": "search_query", "truncate": "NONE", "embedding_types": ["float"],
                 "texts": ["fruit"]}""", Role.QUERY, "fruit");
        assertEquals(Prompts.NONE, new CohereProvider().prompts(wire("").model()));
    }

    @Test
    void dimensions_task_and_refusal_of_long_texts() {
        wire(", \"dimensions\": 256, \"long_text\": \"error\", \"task\": {\"query\": \"classification\"}").assertPosts(URL, """
                {"model": "embed-v4.0", "input_type": "classification", "truncate": "NONE", "embedding_types": ["float"],
                 "output_dimension": 256, "texts": ["x"]}""", Role.QUERY, "x");
    }

    @Test
    void it_cuts_only_when_told_to() {
        ProviderWire wire = wire(", \"long_text\": \"truncate\"");
        wire.assertPosts(URL, """
                {"model": "embed-v4.0", "input_type": "search_document", "truncate": "END", "embedding_types": ["float"],
                 "texts": ["x"]}""", wire.call(Role.DOCUMENT, true, "x"));
        assertEquals(true, wire.provider().cutsTexts());
    }

    @Test
    void what_it_cannot_do_is_told() {
        assertEquals(List.of("[dimensions] is [768], expected one of [256, 512, 1024, 1536] for [embed-v4.0]",
                "[options] holds [truncate], which is written from the other fields of the definition; leave it out"),
                wire(", \"dimensions\": 768, \"options\": {\"truncate\": \"START\", \"priority\": 3}").problems());
        assertEquals(List.of("[dimensions] is [512], expected [1024], or to leave it out for [embed-english-v3.0]"),
                ProviderWire.of(new CohereProvider(), """
                        {"model": "embed-english-v3.0", "dimensions": 512}""").problems());
    }

    @Test
    void tasks_and_limits_are_these() {
        assertEquals(new Tasks(List.of("search_document", "search_query", "classification", "clustering"), "search_document",
                "search_query"), new CohereProvider().tasks(wire("").model()));
        assertEquals(new Limits(96, Limits.NO_LIMIT, 128_000), new CohereProvider().limits(wire("").model()));
    }

    @Test
    void vectors_are_found_by_type() {
        WireAnswer answer = wire("").answer("""
                {"id": "7a1c", "embeddings": {"float": [[0.6, 0.8], [1, 0]]}, "texts": ["red apples", "pears"],
                 "meta": {"api_version": {"version": "2"}, "billed_units": {"input_tokens": 3, "image_tokens": 0}},
                 "response_type": "embeddings_by_type"}""", "red apples", "pears");
        assertArrayEquals(new float[]{0.6f, 0.8f}, answer.vectors().get(0));
        assertArrayEquals(new float[]{1, 0}, answer.vectors().get(1));
        assertEquals(OptionalLong.of(3), answer.tokens());
    }

    @Test
    void errors_have_a_message_and_an_id() {
        assertEquals("status [400]: invalid request: valid input_type must be provided with the provided model",
                wire("").refusal(400, """
                        {"id": "1", "message": "invalid request: valid input_type must be provided with the provided model"}"""));
        assertEquals(
                "status [401]: invalid api token; check the key that [credential] of the definition names, and what it may be"
                        + " used for",
                wire("").refusal(401, """
                        {"id": "1", "message": "invalid api token"}"""));
        assertInstanceOf(Fault.TooLarge.class, wire("").fault(400, """
                {"id": "1", "message": "invalid request: total number of texts must be at most 96"}""", "a", "b"));
        assertInstanceOf(Fault.TooLong.class, wire("").fault(400, """
                {"id": "1", "message": "too many tokens: cannot exceed 512"}""", "a"));
        assertInstanceOf(Fault.BadText.class, wire("").fault(498, """
                {"message": "blocked"}""", "a"));
    }

    @Test
    void a_month_is_not_waited_for_and_a_minute_is() {
        Fault.Final month = assertInstanceOf(Fault.Final.class, wire("").fault(429, """
                {"message": "You are using a Trial key, which is limited to 1000 API calls / month."}""", "a"));
        assertInstanceOf(EmbeddingException.Overloaded.class, month.failure());
        assertInstanceOf(Fault.Final.class, wire("").fault(402, "{\"message\": \"billing\"}", "a"));
        assertInstanceOf(Fault.Later.class, wire("").fault(429, """
                {"message": "too many requests: limited to 100 calls / minute"}""", "a"));
    }

    private static ProviderWire wire(String more) {
        return ProviderWire.of(new CohereProvider(), "{\"model\": \"embed-v4.0\"" + more + "}");
    }
}
