package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireJsonTest {

    @Test
    void a_list_of_numbers_is_a_vector() {
        assertArrayEquals(new float[]{1, -0.5f, 3e-8f}, WireJson.vector(json("[1, -0.5, 3e-8]")));
        assertTrue(Float.isNaN(WireJson.vector(json("[1, NaN]"))[1]));
        float[] large = WireJson.vector(json("[" + "0.25,".repeat(4999) + "7]"));
        assertEquals(5000, large.length);
        assertEquals(7, large[4999]);
    }

    @Test
    void little_endian_float32_in_base64_is_a_vector() {
        assertArrayEquals(new float[]{1, -2, 0.5f}, WireJson.vector(json("\"AACAPwAAAMAAAAA/\"")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"\"AACAPwA=\"; an embedding is [5] bytes of base64, expected 4 for each number",
        "\"no base64!\"; an embedding is text that is no base64", "null; an embedding is [NULL], expected numbers or base64",
        "[[1]]; an embedding is [ARRAY], expected numbers or base64", "[]; an embedding is [ARRAY], expected numbers or base64",
        "[1, null]; an embedding is [ARRAY], expected numbers or base64"})
    void what_is_no_vector_is_told(String text, String message) {
        JsonNode node = json(text);
        assertEquals(message, assertThrows(UnusableAnswerException.class, () -> WireJson.vector(node)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{\"index\": 1, \"embedding\": [1]}]",
        "[{\"index\": 0, \"embedding\": [1]}, {\"index\": 0, \"embedding\": [1]}]", "[{\"index\": -1, \"embedding\": [1]}]", "{}",
        "[{\"index\": 0}]"})
    void indexes_have_to_fit(String data) {
        assertThrows(UnusableAnswerException.class, () -> WireJson.indexed(json(data)));
    }

    @Test
    void everything_else_is_as_it_was() {
        String text = "{\"a\":[1.0,\"b\",{\"c\":null}],\"d\":123456789012345678901234567890,\"e\":12345678901,\"f\":[true,[]]}";
        assertEquals(text, json(text).toString());
        assertEquals(OptionalLong.of(12345678901L), WireJson.count(json(text).path("e")));
        assertEquals(OptionalLong.empty(), WireJson.count(json(text).path("d")));
        assertEquals(OptionalLong.empty(), WireJson.count(json("{\"n\": -1}").path("n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1, 2", "{} {}", "<html>", "{\"a\": 1]", "nul"})
    void what_is_no_json_is_none(String text) {
        assertEquals(Optional.empty(), WireJson.parse(text));
        assertEquals(Optional.empty(), WireJson.parse(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void depth_is_bounded() {
        assertEquals(Optional.empty(), WireJson.parse("[".repeat(100_000)));
    }

    private static JsonNode json(String text) {
        return WireJson.parse(text).orElseThrow();
    }
}
