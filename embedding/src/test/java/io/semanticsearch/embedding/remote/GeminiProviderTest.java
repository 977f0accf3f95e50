package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.Role;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiProviderTest {

    private static final String BASE = "https://generativelanguage.googleapis.com/v1beta/models/";

    @Test
    void one_text_is_a_request_of_its_own() {
        wire("gemini-embedding-001").assertPosts(BASE + "gemini-embedding-001:embedContent", """
                {"model": "models/gemini-embedding-001", "content": {"parts": [{"text": "red apples"}]},
                 "taskType": "RETRIEVAL_QUERY"}""", Role.QUERY, "red apples");
    }

    @Test
    void texts_are_one_content_each_and_name_the_model_each() {
        ProviderWire.of(new GeminiProvider(), """
                {"model": "gemini-embedding-001", "dimensions": 768}""")
                .assertPosts(BASE + "gemini-embedding-001:batchEmbedContents", """
                        {"requests": [
                          {"model": "models/gemini-embedding-001", "content": {"parts": [{"text": "red apples"}]},
                           "taskType": "RETRIEVAL_DOCUMENT", "outputDimensionality": 768},
                          {"model": "models/gemini-embedding-001", "content": {"parts": [{"text": "green pears"}]},
                           "taskType": "RETRIEVAL_DOCUMENT", "outputDimensionality": 768}]}""", Role.DOCUMENT, "red apples",
                        "green pears");
    }

    @Test
    void the_name_may_have_the_prefix_that_the_provider_lists_it_with() {
        wire("models/text-embedding-004").assertPosts(BASE + "text-embedding-004:embedContent",
                """
                        {"model": "models/text-embedding-004", "content": {"parts": [{"text": "x"}]}, "taskType": "RETRIEVAL_DOCUMENT"}""",
                Role.DOCUMENT, "x");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"gemini-embedding-001", "gemini-embedding-exp-03-07", "text-embedding-004",
        "gemini-embedding-2", "gemini-embedding-2-preview"})
    void every_task_type_is_known_to_these(String model) {
        assertEquals(List.of("RETRIEVAL_DOCUMENT", "RETRIEVAL_QUERY", "SEMANTIC_SIMILARITY", "CLASSIFICATION", "CLUSTERING",
                "QUESTION_ANSWERING", "FACT_VERIFICATION", "CODE_RETRIEVAL_QUERY"), tasks(model).known());
    }

    @Test
    void the_first_model_of_all_knows_no_tasks_and_one_dimension() {
        ProviderWire wire = ProviderWire.of(new GeminiProvider(), """
                {"model": "embedding-001", "dimensions": 256}""");
        assertEquals(Tasks.NONE, tasks("embedding-001"));
        assertEquals(List.of("[dimensions] is [256], expected [768], or to leave it out for [embedding-001]"), wire.problems());
        wire("embedding-001").assertPosts(BASE + "embedding-001:embedContent", """
                {"model": "models/embedding-001", "content": {"parts": [{"text": "x"}]}}""", Role.QUERY, "x");
    }

    @Test
    void another_task_is_sent_for_its_role_only() {
        ProviderWire wire = ProviderWire.of(new GeminiProvider(), """
                {"model": "gemini-embedding-001", "task": {"query": "FACT_VERIFICATION"}}""");
        assertEquals("FACT_VERIFICATION", wire.call(Role.QUERY, "x").task());
        assertEquals("RETRIEVAL_DOCUMENT", wire.call(Role.DOCUMENT, "x").task());
        assertEquals(Prompts.NONE, wire.provider().prompts(wire.model()));
    }

    @Test
    void the_second_generation_reads_the_task_in_the_text() {
        ProviderWire wire = wire("gemini-embedding-2");
        assertEquals(new Prompts("title: none | text: ", "task: search result | query: "), wire.provider().prompts(wire.model()));
        wire.assertPosts(BASE + "gemini-embedding-2:embedContent", """
                {"model": "models/gemini-embedding-2", "content": {"parts": [{"text": "task: search result | query: x"}]}}""",
                Role.QUERY, "task: search result | query: x");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"SEMANTIC_SIMILARITY; 'task: sentence similarity | query: '",
        "CLASSIFICATION; 'task: classification | query: '", "CLUSTERING; 'task: clustering | query: '",
        "QUESTION_ANSWERING; 'task: question answering | query: '", "FACT_VERIFICATION; 'task: fact checking | query: '",
        "CODE_RETRIEVAL_QUERY; 'task: code retrieval | query: '", "RETRIEVAL_DOCUMENT; 'title: none | text: '",
        "NO_SUCH_TASK; ''"})
    void every_task_type_has_its_words(String task, String prefix) {
        ProviderWire wire = ProviderWire.of(new GeminiProvider(), """
                {"model": "gemini-embedding-2-preview", "task": {"query": "%s"}}""".formatted(task));
        assertEquals(new Prompts("title: none | text: ", prefix), wire.provider().prompts(wire.model()));
    }

    @Test
    void what_it_cannot_do_is_told_at_once() {
        ProviderWire wire = ProviderWire.of(new GeminiProvider(), """
                {"model": "gemini-embedding-exp-03-07", "dimensions": 64, "long_text": "error", "options": {"taskType": "X"}}""");
        assertEquals(List.of("[dimensions] is [64], expected one of [768, 1536, 3072] for [gemini-embedding-exp-03-07]",
                "[long_text] is [error], expected [truncate]: this provider cuts long texts and does not say so",
                "[options] holds [taskType], which is written from the other fields of the definition; leave it out"),
                wire.problems());
    }

    @Test
    void the_key_is_in_a_header_of_its_own() {
        assertEquals(Map.of("x-goog-api-key", "k"), new GeminiProvider().keyHeaders("k"));
    }

    @Test
    void a_call_takes_a_hundred_texts() {
        Limits limits = new GeminiProvider().limits(wire("gemini-embedding-001").model());
        assertEquals(100, limits.items());
        assertEquals(2048, limits.textTokens());
    }

    @Test
    void an_answer_to_many_is_in_their_order() {
        WireAnswer answer = wire("gemini-embedding-001").answer("""
                {"embeddings": [{"values": [0.01, -0.02]}, {"values": [0.04, 0.05]}],
                 "usageMetadata": {"promptTokenCount": 5, "promptTokenDetails": [{"modality": "TEXT", "tokenCount": 5}]}}""", "a",
                "b");
        assertArrayEquals(new float[]{0.01f, -0.02f}, answer.vectors().get(0));
        assertArrayEquals(new float[]{0.04f, 0.05f}, answer.vectors().get(1));
        assertEquals(OptionalLong.of(5), answer.tokens());
    }

    @Test
    void an_answer_to_one_may_lack_the_usage() {
        WireAnswer answer = wire("gemini-embedding-001").answer("""
                {"embedding": {"values": [3, 4]}}""", "a");
        assertArrayEquals(new float[]{3, 4}, answer.vectors().getFirst());
        assertEquals(OptionalLong.empty(), answer.tokens());
    }

    @Test
    void a_wrong_key_is_not_a_wrong_field() {
        assertEquals("status [400]: API key not valid.; check the key that [credential] of the definition names, and what it may"
                + " be used for", wire("gemini-embedding-001").refusal(400, """
                        [{"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT", "details": [
                          {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID",
                           "domain": "googleapis.com"}]}}]"""));
        assertEquals("status [400]: bad field", wire("gemini-embedding-001").refusal(400, """
                {"error": {"code": 400, "message": "bad field", "status": "INVALID_ARGUMENT"}}"""));
    }

    @Test
    void too_much_for_one_call_is_split() {
        ProviderWire wire = wire("gemini-embedding-001");
        assertInstanceOf(Fault.TooLarge.class, wire.fault(400,
                """
                        {"error": {"code": 400, "message": "* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch"}}""",
                "a", "b"));
        String size = """
                {"error": {"code": 400, "message": "Request payload size exceeds the limit: 4194304 bytes."}}""";
        assertInstanceOf(Fault.TooLarge.class, wire.fault(400, size, "a", "b"));
    }

    @Test
    void quota_is_waited_for() {
        Fault.Later later = assertInstanceOf(Fault.Later.class, wire("gemini-embedding-001").fault(429, """
                {"error": {"code": 429, "message": "quota used up", "status": "RESOURCE_EXHAUSTED", "details": [
                  {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "2s"}]}}""", "a"));
        assertEquals(true, later.busy());
    }

    private static Tasks tasks(String model) {
        return new GeminiProvider().tasks(wire(model).model());
    }

    private static ProviderWire wire(String model) {
        return ProviderWire.of(new GeminiProvider(), "{\"model\": \"" + model + "\"}");
    }
}
