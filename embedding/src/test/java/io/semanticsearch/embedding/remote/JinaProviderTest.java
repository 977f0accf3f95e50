package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.Role;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class JinaProviderTest {

    private static final String URL = "https://api.jina.ai/v1/embeddings";

    @Test
    void each_side_has_its_task() {
        wire("jina-embeddings-v3", "").assertPosts(URL, """
                {"model": "jina-embeddings-v3", "task": "retrieval.passage", "normalized": true, "embedding_type": "float",
                 "truncate": false, "input": ["red apples", "pears"]}""", Role.DOCUMENT, "red apples", "pears");
        wire("jina-embeddings-v3", "").assertPosts(URL, """
                {"model": "jina-embeddings-v3", "task": "retrieval.query", "normalized": true, "embedding_type": "float",
                 "truncate": false, "input": ["fruit"]}""", Role.QUERY, "fruit");
        assertEquals(Prompts.NONE, new JinaProvider().prompts(wire("jina-embeddings-v3", "").model()), "the service adds them");
    }

    @Test
    void dimensions_task_and_refusal_of_long_texts() {
        wire("jina-embeddings-v4", ", \"dimensions\": 128, \"long_text\": \"error\", \"task\": {\"query\": \"code.query\"}")
                .assertPosts(URL, """
                        {"model": "jina-embeddings-v4", "task": "code.query", "normalized": true, "embedding_type": "float",
                         "truncate": false, "dimensions": 128, "input": ["x"]}""", Role.QUERY, "x");
    }

    @Test
    void the_second_generation_is_told_no_task() {
        wire("jina-embeddings-v2-base-de", "").assertPosts(URL, """
                {"model": "jina-embeddings-v2-base-de", "normalized": true, "embedding_type": "float", "truncate": false,
                 "input": ["x"]}""", Role.QUERY, "x");
    }

    @Test
    void tasks_differ_between_models() {
        assertEquals(List.of("retrieval.query", "retrieval.passage", "text-matching", "classification", "separation"),
                tasks("jina-embeddings-v3").known());
        assertEquals(List.of("retrieval.query", "retrieval.passage", "text-matching", "code.query", "code.passage"),
                tasks("jina-embeddings-v4").known());
        assertEquals("nl2code.query", tasks("jina-code-embeddings-0.5b").query());
        assertEquals("nl2code.passage", tasks("jina-code-embeddings-0.5b").document());
        assertEquals("retrieval.query", tasks("jina-embeddings-v5-text-small").query());
        assertEquals(Tasks.NONE, tasks("jina-embeddings-v2-base-en"));
    }

    @Test
    void limits_differ_between_models() {
        assertEquals(new Limits(2048, Limits.NO_LIMIT, 8192), limits("jina-embeddings-v3"));
        assertEquals(new Limits(512, Limits.NO_LIMIT, 32_768), limits("jina-embeddings-v4"));
    }

    @Test
    void it_cuts_only_when_told_to() {
        ProviderWire wire = wire("jina-embeddings-v3", "");
        wire.assertPosts(URL, """
                {"model": "jina-embeddings-v3", "task": "retrieval.passage", "normalized": true, "embedding_type": "float",
                 "truncate": true, "input": ["x"]}""", wire.call(Role.DOCUMENT, true, "x"));
        assertEquals(true, wire.provider().cutsTexts());
    }

    @Test
    void what_it_cannot_do_is_told() {
        assertEquals(List.of("[dimensions] is [16], expected [32] to [1024] for [jina-embeddings-v3]",
                "[options] holds [late_chunking], which is written from the other fields of the definition; leave it out"),
                wire("jina-embeddings-v3", ", \"dimensions\": 16, \"options\": {\"late_chunking\": true}").problems());
    }

    @Test
    void usage_may_have_the_total_only() {
        WireAnswer answer = wire("jina-embeddings-v3", "").answer("""
                {"model": "jina-embeddings-v3", "object": "list", "usage": {"total_tokens": 7},
                 "data": [{"object": "embedding", "index": 0, "embedding": [3, 4]}]}""", "a");
        assertArrayEquals(new float[]{3, 4}, answer.vectors().getFirst());
        assertEquals(OptionalLong.of(7), answer.tokens());
    }

    @Test
    void errors_are_a_detail_of_any_form() {
        ProviderWire wire = wire("jina-embeddings-v3", "");
        assertEquals("status [400]: [RID: 1] INPUT_MODEL_NOT_FOUND: no such model", wire.refusal(400, """
                {"detail": "[RID: 1] INPUT_MODEL_NOT_FOUND: no such model"}"""));
        Fault.Final balance = assertInstanceOf(Fault.Final.class, wire.fault(403, """
                {"detail": "[RID: 1] AUTHZ_INSUFFICIENT_BALANCE: add credit"}""", "a"));
        assertInstanceOf(EmbeddingException.Overloaded.class, balance.failure());
        assertInstanceOf(Fault.TooLarge.class, wire.fault(422, """
                {"detail": [{"loc": ["body", "input"], "msg": "batch is larger than the largest allowed size 2048"}]}""", "a",
                "b"));
        assertEquals(OptionalInt.empty(), assertInstanceOf(Fault.TooLong.class, wire.fault(422, """
                {"detail": "[RID: 1] Input text exceeds maximum length of 8192 tokens"}""", "a", "b")).index());
        assertInstanceOf(Fault.Later.class, wire.fault(429, """
                {"message": "rate limited"}""", "a"));
    }

    private static Tasks tasks(String model) {
        return new JinaProvider().tasks(wire(model, "").model());
    }

    private static Limits limits(String model) {
        return new JinaProvider().limits(wire(model, "").model());
    }

    private static ProviderWire wire(String model, String more) {
        return ProviderWire.of(new JinaProvider(), "{\"model\": \"" + model + "\"" + more + "}");
    }
}
