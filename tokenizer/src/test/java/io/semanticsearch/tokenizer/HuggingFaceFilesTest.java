package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import org.junit.jupiter.api.Test;

/** Published tokenizers against what Hugging Face's implementation gives; its offsets count code points, ours UTF-16 chars. */
final class HuggingFaceFilesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int UNLIMITED = Integer.MAX_VALUE;

    @Test
    void english_bert_gives_the_same_tokens() throws IOException {
        assertEquals(82, equalCases("tokenizers/all-MiniLM-L6-v2", "expected.jsonl"));
    }

    @Test
    void chinese_bert_gives_the_same_tokens() throws IOException {
        assertEquals(82, equalCases("tokenizers/bge-small-zh-v1.5", "expected.jsonl"));
    }

    @Test
    void byte_level_bpe_gives_the_same_tokens() throws IOException {
        assertEquals(82, equalCases("tokenizers/roberta-base", "expected.jsonl"));
    }

    @Test
    void multilingual_unigram_gives_the_same_tokens() throws IOException {
        assertEquals(82, equalCases("tokenizers/paraphrase-multilingual-mpnet-base-v2", "expected.jsonl"));
    }

    @Test
    void unigram_of_t5_gives_the_same_tokens() throws IOException {
        assertEquals(82, equalCases("tokenizers/t5-small", "expected.jsonl"));
    }

    @Test
    void static_model_without_post_processor_gives_the_same_tokens() throws IOException {
        assertEquals(82, equalCases("models/potion-base-2M", "expected-tokens.jsonl"));
    }

    @Test
    void only_texts_that_spell_special_tokens_differ_by_default() throws IOException {
        List<String> bert = List.of("[CLS] literal [SEP] special [MASK] tokens [PAD] [UNK]");
        List<String> others = List.of("<s> roberta </s> <mask> <pad> <unk> <|endoftext|>");
        assertEquals(bert, differingByDefault("all-MiniLM-L6-v2"));
        assertEquals(bert, differingByDefault("bge-small-zh-v1.5"));
        assertEquals(others, differingByDefault("roberta-base"));
        assertEquals(others, differingByDefault("paraphrase-multilingual-mpnet-base-v2"));
        assertEquals(others, differingByDefault("t5-small"));
    }

    private static List<String> differingByDefault(String name) throws IOException {
        Path folder = folder("tokenizers/" + name);
        Tokenizer tokenizer = read(folder, SpecialTokensInText.AS_TEXT);
        return cases(folder.resolve("expected.jsonl")).stream()
                .filter(c -> !Arrays.equals(ints(c.get("ids")), encode(tokenizer, c).ids()))
                .map(c -> c.get("text").textValue()).toList();
    }

    @Test
    void built_in_model_gets_the_ids_it_was_recorded_with() throws IOException {
        Path folder = folder("models/english-small");
        Tokenizer tokenizer = read(folder, SpecialTokensInText.AS_TEXT);
        JsonNode cases = JSON.readTree(folder.resolve("expected-vectors.json").toFile()).get("cases");
        assertEquals(5, cases.size());
        for (JsonNode expected : cases) {
            String text = expected.get("text").textValue();
            assertArrayEquals(ints(expected.get("ids")), tokenizer.encodePlain(text, UNLIMITED).ids(), text);
        }
    }

    private static int equalCases(String name, String file) throws IOException {
        Path folder = folder(name);
        Tokenizer tokenizer = read(folder, SpecialTokensInText.RECOGNIZE);
        List<JsonNode> cases = cases(folder.resolve(file));
        for (JsonNode expected : cases) {
            String text = expected.get("text").textValue();
            Encoding encoding = encode(tokenizer, expected);
            assertArrayEquals(ints(expected.get("ids")), encoding.ids(), text);
            assertArrayEquals(ints(expected.get("type_ids")), encoding.typeIds(), text);
            assertArrayEquals(ints(expected.get("special")), special(encoding), text);
            assertEquals(tokens(expected, tokenizer), Arrays.stream(encoding.ids()).mapToObj(tokenizer::token).toList(), text);
            assertEquals(expected.get("offsets"), offsets(encoding, expected), text);
            if (expected.has("ids_no_special")) {
                assertArrayEquals(ints(expected.get("ids_no_special")), tokenizer.encodePlain(text, UNLIMITED).ids(), text);
            }
        }
        return cases.size();
    }

    private static Encoding encode(Tokenizer tokenizer, JsonNode expected) {
        String text = expected.get("text").textValue();
        int maxTokens = expected.has("truncate") ? expected.get("truncate").intValue() : UNLIMITED;
        return expected.has("pair")
                ? tokenizer.encodePair(text, expected.get("pair").textValue(), maxTokens)
                : tokenizer.encode(text, maxTokens);
    }

    /** Its tokens are those of the vocabulary, but for unknown text and the spaces that an added token took along. */
    private static List<String> tokens(JsonNode expected, Tokenizer tokenizer) {
        int[] ids = ints(expected.get("ids"));
        String unknown = tokenizer.unknownId().isPresent() ? tokenizer.token(tokenizer.unknownId().getAsInt()) : "";
        List<String> tokens = strings(expected.get("tokens"));
        return IntStream.range(0, ids.length)
                .mapToObj(i -> OptionalInt.of(ids[i]).equals(tokenizer.unknownId()) ? unknown : tokens.get(i).strip()).toList();
    }

    private static int[] special(Encoding encoding) {
        return IntStream.range(0, encoding.ids().length).map(i -> encoding.special()[i] ? 1 : 0).toArray();
    }

    /** In code points; the pairs have no character beyond U+FFFF, so that theirs are the same in both units. */
    private static JsonNode offsets(Encoding encoding, JsonNode expected) {
        String text = expected.get("text").textValue();
        ArrayNode offsets = JSON.createArrayNode();
        for (int i = 0; i < encoding.ids().length; i++) {
            int start = encoding.starts()[i];
            int end = encoding.ends()[i];
            boolean pair = expected.has("pair");
            offsets.addArray().add(pair ? start : text.codePointCount(0, start)).add(pair ? end : text.codePointCount(0, end));
        }
        return offsets;
    }

    private static Path folder(String name) {
        String data = System.getProperty("semantic.data");
        Path folder = data == null ? null : Path.of(data, name);
        assumeTrue(folder != null && Files.isDirectory(folder),
                "[" + name + "] is not among the measuring data (semantic.data = " + data + ")");
        return folder;
    }

    private static Tokenizer read(Path folder, SpecialTokensInText mode) throws IOException {
        try (InputStream json = Files.newInputStream(folder.resolve("tokenizer.json"))) {
            return Tokenizer.read(json, mode);
        }
    }

    /** The first line is about the file itself. */
    private static List<JsonNode> cases(Path file) throws IOException {
        return Files.readAllLines(file).stream().skip(1).map(HuggingFaceFilesTest::tree).toList();
    }

    private static JsonNode tree(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new IllegalArgumentException(line, e);
        }
    }

    private static int[] ints(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
    }

    private static List<String> strings(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::textValue).toList();
    }
}
