package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

/** A damaged file is refused with a {@link TokenizerException} or makes a tokenizer that works; nothing else may come of it. */
final class MalformedFilesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TEXT = "Hello, world! naïve 中文 ½ ﬁ 12345  </s> 😀\u0301 [SEP]";

    @Test
    void damaged_charsmap_is_refused() {
        assertCharsmap("is not Base64: Illegal base64 character 2d", "--");
        assertCharsmap("has 0 bytes, of which [-1] are said to be its trie", "");
        assertCharsmap("has 4 bytes, of which [2147483647] are said to be its trie", base64(0xFF, 0xFF, 0xFF, 0x7F));
        assertCharsmap("has 8 bytes, of which [-1] are said to be its trie", base64(0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0));
        assertCharsmap("has 8 bytes, of which [0] are said to be its trie", base64(0, 0, 0, 0, 0, 0, 0, 0));
        assertCharsmap("holds replacements that are not UTF-8", base64(4, 0, 0, 0, 0, 0, 0, 0, 0xFF));
        byte[] endless = new byte[2048];
        endless[0] = 4;
        for (int i = 8; i < endless.length; i++) endless[i] = 'a';
        assertCharsmap("holds a replacement of more than 1024 bytes, expected fewer",
                Base64.getEncoder().encodeToString(endless));
    }

    @Test
    void endless_replacement_is_refused() {
        String content = "x".repeat(2000);
        assertEquals("tokenizer.json: normalizer.prepend has [2000] chars, expected 1024 at most",
                error(SmallFile.bert().normalizer("{\"type\": \"Prepend\", \"prepend\": \"" + content + "\"}").json()));
        assertEquals("tokenizer.json: normalizer.content has [2000] chars, expected 1024 at most",
                error(SmallFile.bert().normalizer(
                        "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"" + content + "\"}").json()));
    }

    @Test
    void file_that_nests_deep_is_refused() {
        String deep = "{\"type\": \"Sequence\", \"normalizers\": [".repeat(5000);
        String message = error(SmallFile.bert().normalizer(deep).json());
        // Jackson writes the number in the digits of the default locale.
        assertTrue(message.startsWith("tokenizer.json is not JSON: Document nesting depth ("), message);
    }

    @Test
    void wrong_parts_are_named() {
        assertEquals("tokenizer.json: pre_tokenizer.replacement is [ab], expected one char such as ▁",
                preTokenizerError("{\"type\": \"Metaspace\", \"replacement\": \"ab\"}"));
        assertEquals(
                "tokenizer.json: pre_tokenizer.prepend_scheme type [last] is not supported; supported: [always, first, never]",
                preTokenizerError("{\"type\": \"Metaspace\", \"replacement\": \"_\", \"prepend_scheme\": \"last\"}"));
        assertEquals(
                "tokenizer.json: pre_tokenizer.prepend_scheme is [first], but add_prefix_space is [false]; one of the two must go",
                preTokenizerError("""
                        {"type": "Metaspace", "replacement": "_", "prepend_scheme": "first", "add_prefix_space": false}"""));
        assertEquals("tokenizer.json: pre_tokenizer.pattern.Glob type [Glob] is not supported; supported: [Regex, String]",
                preTokenizerError("{\"type\": \"Split\", \"pattern\": {\"Glob\": \"*\"}, \"behavior\": \"Isolated\"}"));
        assertEquals("tokenizer.json: pre_tokenizer.pattern.String is empty, expected what to look for",
                preTokenizerError("{\"type\": \"Split\", \"pattern\": {\"String\": \"\"}, \"behavior\": \"Isolated\"}"));
    }

    /** Every part of a small file of every kind gone, replaced by each kind of wrong value, or put twice. */
    @Test
    void small_files_with_one_damage() throws IOException {
        for (SmallFile file : List.of(SmallFile.bert("a", "##b").addedTokens(SmallFile.addedToken(1, "[CLS]", "special")),
                SmallFile.bert("a").padding("{\"pad_id\": 0}").postProcessor("""
                        {"type": "Sequence", "processors": [{"type": "ByteLevel", "trim_offsets": true},
                         {"type": "RobertaProcessing", "sep": ["a", 0], "cls": ["b", 1], "trim_offsets": true}]}"""),
                SmallFile.of(SmallFile.bpe("\"unk_token\": \"a\", \"byte_fallback\": true, \"dropout\": null",
                        List.of("a b", "ab a"), "a", "b", "ab", "aba")).preTokenizer("""
                                {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true},
                                 {"type": "Split", "pattern": {"Regex": "\\\\s+"}, "behavior": "Isolated", "invert": false},
                                 {"type": "ByteLevel", "add_prefix_space": true, "use_regex": true}]}"""),
                SmallFile.of(SmallFile.unigram("\"byte_fallback\": true", "<unk> 0", "a -1", "▁ -2")).normalizer(
                        """
                                {"type": "Sequence", "normalizers": [{"type": "Strip", "strip_left": true, "strip_right": true},
                                 {"type": "Replace", "pattern": {"String": "a"}, "content": "b"}, {"type": "Prepend", "prepend": "▁"}]}""")
                        .preTokenizer("""
                                {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}"""))) {
            JsonNode tree = JSON.readTree(file.json());
            Random dice = new Random(1);
            int places = places(tree).size();
            for (int place = 0; place < places; place++)
                for (int damage = 0; damage < DAMAGES; damage++) check(damaged(tree, place, damage, dice).toString());
        }
    }

    @Test
    void published_files_with_bytes_changed() throws IOException {
        Random dice = new Random(20260802);
        for (Path file : files()) {
            byte[] json = Files.readAllBytes(file);
            int rounds = json.length > 5_000_000 ? 1 : 8;
            for (int round = 0; round < rounds; round++) {
                byte[] damaged = json.clone();
                // half of them where the settings are: before and after the long lists
                for (int i = dice.nextInt(3); i >= 0; i--)
                    damaged[dice.nextBoolean() ? dice.nextInt(json.length) : dice.nextInt(2000)] = (byte) dice.nextInt(256);
                check(new String(damaged, StandardCharsets.UTF_8));
            }
            check(new String(json, 0, json.length / 2, StandardCharsets.UTF_8));
        }
    }

    @Test
    void published_files_with_one_damage() throws IOException {
        Random dice = new Random(20260803);
        for (Path file : files()) {
            JsonNode tree = JSON.readTree(file.toFile());
            int rounds = Files.size(file) > 5_000_000 ? 1 : 10;
            List<Place> places = places(tree);
            for (int round = 0; round < rounds; round++) {
                Place place = places.get(dice.nextInt(places.size()));
                JsonNode copy = tree.deepCopy();
                place.in(copy).damage(dice.nextInt(DAMAGES), dice);
                check(copy.toString());
            }
        }
    }

    /** Reads and, where that goes well, encodes. */
    private static void check(String json) {
        Tokenizer tokenizer;
        try {
            tokenizer = SmallFile.read(json, SpecialTokensInText.AS_TEXT);
        } catch (TokenizerException e) {
            return;
        }
        Encoding encoding = tokenizer.encode(TEXT, 10_000);
        for (int i = 0; i < encoding.ids().length; i++) {
            assertTrue(encoding.ids()[i] >= 0 && encoding.ids()[i] < tokenizer.vocabularySize());
            assertTrue(0 <= encoding.starts()[i] && encoding.starts()[i] <= encoding.ends()[i]
                    && encoding.ends()[i] <= TEXT.length());
        }
    }

    private static final int DAMAGES = 9;
    /** In one object or list; more are a vocabulary. */
    private static final int SAME_KIND = 12;

    /**
     * One value of a file.
     *
     * @param path keys and indexes from the root
     */
    private record Place(List<Object> path, JsonNode root) {

        Place in(JsonNode otherRoot) {
            return new Place(path, otherRoot);
        }

        void damage(int kind, Random dice) {
            JsonNode parent = root;
            for (Object step : path.subList(0, path.size() - 1))
                parent = step instanceof Integer i ? parent.get(i) : parent.get((String) step);
            if (parent instanceof ArrayNode list) {
                int index = (Integer) path.getLast();
                if (kind == 0) list.remove(index);
                else if (kind == 1) list.add(list.get(index).deepCopy());
                else
                    list.set(index, value(kind, list.get(index), dice));
            } else {
                String key = (String) path.getLast();
                ObjectNode object = (ObjectNode) parent;
                if (kind == 0) object.remove(key);
                else if (kind == 1) object.set(key + "x", object.remove(key));
                else
                    object.set(key, value(kind, object.get(key), dice));
            }
        }

        private static JsonNode value(int kind, JsonNode old, Random dice) {
            return switch (kind) {
                case 2 -> JSON.nullNode();
                case 3 -> JSON.getNodeFactory().numberNode(-1);
                case 4 -> JSON.getNodeFactory().numberNode(Integer.MAX_VALUE);
                case 5 -> JSON.getNodeFactory().textNode("");
                case 6 -> JSON.createArrayNode().add("a").add(1);
                case 7 -> old.isBoolean() ? JSON.getNodeFactory().booleanNode(!old.booleanValue()) : JSON.createObjectNode();
                default -> old.isTextual()
                        ? JSON.getNodeFactory().textNode(old.textValue().substring(0, dice.nextInt(old.textValue().length() + 1)))
                        : JSON.getNodeFactory().numberNode(dice.nextInt(100_000));
            };
        }
    }

    private static JsonNode damaged(JsonNode tree, int place, int damage, Random dice) {
        JsonNode copy = tree.deepCopy();
        places(copy).get(place).damage(damage, dice);
        return copy;
    }

    private static List<Place> places(JsonNode root) {
        List<Place> places = new ArrayList<>();
        collect(root, List.of(), root, places);
        return places;
    }

    private static void collect(JsonNode node, List<Object> path, JsonNode root, List<Place> places) {
        if (!path.isEmpty()) places.add(new Place(path, root));
        node.propertyStream().limit(SAME_KIND).forEach(e -> collect(e.getValue(), with(path, e.getKey()), root, places));
        for (int i = 0; node.isArray() && i < Math.min(node.size(), SAME_KIND); i++)
            collect(node.get(i), with(path, i), root, places);
    }

    private static List<Object> with(List<Object> path, Object step) {
        List<Object> longer = new ArrayList<>(path);
        longer.add(step);
        return longer;
    }

    private static List<Path> files() throws IOException {
        String data = System.getProperty("semantic.data");
        Path folder = data == null ? null : Path.of(data, "tokenizers");
        assumeTrue(folder != null && Files.isDirectory(folder), "no tokenizers among the measuring data (" + data + ")");
        try (var folders = Files.list(folder)) {
            List<Path> files = folders.map(f -> f.resolve("tokenizer.json")).filter(Files::exists).sorted().toList();
            assertTrue(files.size() >= 5, files.toString());
            return files;
        }
    }

    private static void assertCharsmap(String message, String base64) {
        assertEquals("tokenizer.json: normalizer.precompiled_charsmap " + message, error(SmallFile.bert()
                .normalizer("{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"" + base64 + "\"}").json()));
    }

    private static String preTokenizerError(String json) {
        return error(SmallFile.bert().preTokenizer(json).json());
    }

    private static String base64(int... bytes) {
        byte[] all = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) all[i] = (byte) bytes[i];
        return Base64.getEncoder().encodeToString(all);
    }

    private static String error(String json) {
        return assertThrows(TokenizerException.class, () -> SmallFile.read(json, SpecialTokensInText.AS_TEXT)).getMessage();
    }
}
