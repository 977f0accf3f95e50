package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/** Small tokenizers of every supported kind against what Hugging Face gives; the script beside the cases wrote them. */
final class HuggingFaceCasesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void every_case_is_equal() throws IOException {
        List<String> differing = new ArrayList<>();
        int cases = 0;
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(HuggingFaceCasesTest.class.getResourceAsStream("huggingface-cases.jsonl"),
                        StandardCharsets.UTF_8))) {
            for (String line : lines.lines().toList()) {
                JsonNode file = JSON.readTree(line);
                String json = file.get("tokenizer").toString();
                Tokenizer recognizing = SmallFile.read(json, SpecialTokensInText.RECOGNIZE);
                Tokenizer plain = SmallFile.read(json, SpecialTokensInText.AS_TEXT);
                for (JsonNode expected : file.get("cases")) {
                    Encoding got = encode(expected.get("recognize").booleanValue() ? recognizing : plain, expected);
                    if (!describe(expected).equals(describe(got))) differing.add(expected + "\n" + describe(got) + "\n" + json);
                    cases++;
                }
            }
        }
        assertEquals(List.of(), differing);
        assertEquals(816, cases);
    }

    private static Encoding encode(Tokenizer tokenizer, JsonNode expected) {
        String text = expected.get("text").textValue();
        int maxTokens = expected.get("max_tokens").intValue();
        if (expected.hasNonNull("pair")) return tokenizer.encodePair(text, expected.get("pair").textValue(), maxTokens);
        return expected.get("plain").booleanValue() ? tokenizer.encodePlain(text, maxTokens) : tokenizer.encode(text, maxTokens);
    }

    private static String describe(JsonNode expected) {
        return (expected.get("ids") + " " + expected.get("type_ids") + " " + expected.get("starts") + " " + expected.get("ends")
                + " "
                + expected.get("special")).replace(" ", "").replace("][", "] [");
    }

    private static String describe(Encoding got) {
        String special = Arrays.toString(IntStream.range(0, got.ids().length).map(i -> got.special()[i] ? 1 : 0).toArray());
        return (Arrays.toString(got.ids()) + Arrays.toString(got.typeIds()) + Arrays.toString(got.starts())
                + Arrays.toString(got.ends())
                + special).replace(" ", "").replace("][", "] [");
    }
}
