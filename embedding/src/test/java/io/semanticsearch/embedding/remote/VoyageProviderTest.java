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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VoyageProviderTest {

    private static final String URL = "https://api.voyageai.com/v1/embeddings";

    @Test
    void each_side_has_its_input_type() {
        wire("").assertPosts(URL, """
                {"model": "voyage-3.5", "input_type": "document", "truncation": false, "encoding_format": "base64",
                 "input": ["red apples", "pears"]}""", Role.DOCUMENT, "red apples", "pears");
        wire("").assertPosts(URL, """
                {"model": "voyage-3.5", "input_type": "query", "truncation": false, "encoding_format": "base64",
                 "input": ["fruit"]}""", Role.QUERY, "fruit");
        assertEquals(Prompts.NONE, new VoyageProvider().prompts(wire("").model()));
    }

    @Test
    void no_type_is_no_field() {
        wire(", \"task\": {\"query\": \"none\"}, \"long_text\": \"mean\", \"dimensions\": 2048").assertPosts(URL, """
                {"model": "voyage-3.5", "truncation": false, "encoding_format": "base64", "output_dimension": 2048,
                 "input": ["x"]}""", Role.QUERY, "x");
    }

    @Test
    void another_place_that_serves_it() {
        wire(", \"endpoint\": \"https://ai.mongodb.com/v1\"").assertPosts("https://ai.mongodb.com/v1/embeddings", """
                {"model": "voyage-3.5", "input_type": "query", "truncation": false, "encoding_format": "base64",
                 "input": ["x"]}""", Role.QUERY, "x");
    }

    @Test
    void it_cuts_only_when_told_to() {
        ProviderWire wire = wire("");
        wire.assertPosts(URL, """
                {"model": "voyage-3.5", "input_type": "document", "truncation": true, "encoding_format": "base64",
                 "input": ["x"]}""", wire.call(Role.DOCUMENT, true, "x"));
        assertEquals(true, wire.provider().cutsTexts());
    }

    @Test
    void what_it_cannot_do_is_told() {
        assertEquals(List.of("[dimensions] is [300], expected one of [256, 512, 1024, 2048] for [voyage-3.5]",
                "[options] holds [output_dtype], which is written from the other fields of the definition; leave it out"),
                wire(", \"dimensions\": 300, \"options\": {\"output_dtype\": \"int8\"}").problems());
        assertEquals(List.of(), wire(", \"dimensions\": 512, \"long_text\": \"error\"").problems());
    }

    @ParameterizedTest
    @CsvSource({"voyage-4-lite, 1000000, 32000", "voyage-3.5-lite, 1000000, 32000", "voyage-4, 320000, 32000",
        "voyage-3.5, 320000, 32000", "voyage-2, 320000, 4000", "voyage-4-large, 120000, 32000",
        "voyage-code-3, 120000, 32000", "voyage-law-2, 120000, 16000", "voyage-of-tomorrow, 120000, 8192"})
    void a_call_takes_so_many_tokens(String model, int callTokens, int textTokens) {
        ProviderWire wire = ProviderWire.of(new VoyageProvider(), "{\"model\": \"" + model + "\"}");
        assertEquals(new Limits(1000, callTokens, textTokens), new VoyageProvider().limits(wire.model()));
    }

    @Test
    void vectors_are_put_in_order() {
        WireAnswer answer = wire("").answer("""
                {"object": "list", "data": [{"object": "embedding", "index": 1, "embedding": [0.6, 0.8]},
                 {"object": "embedding", "index": 0, "embedding": "AACAPwAAAMAAAAA/"}], "model": "voyage-3.5",
                 "usage": {"total_tokens": 3}}""", "a", "b");
        assertArrayEquals(new float[]{1, -2, 0.5f}, answer.vectors().get(0));
        assertArrayEquals(new float[]{0.6f, 0.8f}, answer.vectors().get(1));
        assertEquals(OptionalLong.of(3), answer.tokens());
    }

    @Test
    void errors_are_a_detail() {
        assertInstanceOf(Fault.TooLarge.class,
                wire("").fault(400,
                        """
                                {"detail": "Request to model 'voyage-3.5' failed. The max allowed tokens per submitted batch is 320000. Your batch\
                                 has 321138 tokens after truncation. Please lower the number of tokens in the batch."}""",
                        "a", "b"));
        assertEquals(OptionalInt.of(1),
                assertInstanceOf(Fault.TooLong.class,
                        wire("").fault(400,
                                """
                                        {"detail": "Request to model 'voyage-3.5' failed. The example at index 1 in your batch has too many tokens and does\
                                         not fit into the model's context window of 32000 tokens."}""",
                                "a", "b"))
                        .index());
        assertEquals("status [400]: Model x is not supported.", wire("").refusal(400, """
                {"detail": "Model x is not supported."}"""));
        assertInstanceOf(Fault.Later.class, wire("").fault(429, """
                {"detail": "You have not yet added your payment method: 3 RPM and 10K TPM."}""", "a"));
    }

    private static ProviderWire wire(String more) {
        return ProviderWire.of(new VoyageProvider(), "{\"model\": \"voyage-3.5\"" + more + "}");
    }
}
