package io.semanticsearch.tokenizer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A small tokenizer.json for a test, each part as JSON; ids are positions in the vocabulary. */
record SmallFile(String addedTokens, String normalizer, String preTokenizer, String postProcessor, String padding, String model) {

    static final String BERT_NORMALIZER = """
            {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}""";

    static final String BERT_TEMPLATE = """
            {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                        {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
             "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                      {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
                      {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
             "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]},
                                "[SEP]": {"id": "[SEP]", "ids": [2], "tokens": ["[SEP]"]}}}""";

    /** BERT's stages with the ids 0 [UNK], 1 [CLS], 2 [SEP], and the given tokens from 3 on. */
    static SmallFile bert(String... vocabulary) {
        String[] all = IntStream.range(0, vocabulary.length + 3)
                .mapToObj(i -> i < 3 ? new String[]{"[UNK]", "[CLS]", "[SEP]"}[i] : vocabulary[i - 3]).toArray(String[]::new);
        return new SmallFile("[]", BERT_NORMALIZER, "{\"type\": \"BertPreTokenizer\"}", BERT_TEMPLATE, "null",
                wordPiece("##", 100, all));
    }

    /** Nothing but a model. */
    static SmallFile of(String model) {
        return new SmallFile("[]", "null", "null", "null", "null", model);
    }

    /** @param keys further ones as JSON, such as {@code "fuse_unk": true}; may be empty */
    static String bpe(String keys, List<String> merges, String... vocabulary) {
        return "{\"type\": \"BPE\", \"vocab\": {" + ids(vocabulary) + "}, \"merges\": ["
                + merges.stream().map(SmallFile::quoted).collect(Collectors.joining(", ")) + "]" + further(keys) + "}";
    }

    /** @param vocabulary each as token and score, apart by a space; the first is the unknown one */
    static String unigram(String keys, String... vocabulary) {
        String vocab = Arrays.stream(vocabulary).map(entry -> entry.split(" "))
                .map(entry -> "[" + quoted(entry[0]) + ", " + entry[1] + "]").collect(Collectors.joining(", "));
        return "{\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [" + vocab + "]" + further(keys) + "}";
    }

    /** The tokens that spell bytes. */
    static String[] bytes(String suffix, String before, String... after) {
        return Stream.of(Stream.of(before), IntStream.range(0, 256).mapToObj(b -> "<0x%02X>%s".formatted(b, suffix)),
                Arrays.stream(after)).flatMap(s -> s).toArray(String[]::new);
    }

    static String wordPiece(String prefix, int longestWord, String... vocabulary) {
        return """
                {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "%s", "max_input_chars_per_word": %s,
                 "vocab": {%s}}""".formatted(prefix, longestWord, ids(vocabulary));
    }

    /** @param flags those of the file that are to be true */
    static String addedToken(int id, String content, String... flags) {
        String on = Arrays.stream(flags).map(f -> ", \"" + f + "\": true").collect(Collectors.joining());
        return "{\"id\": " + id + ", \"content\": " + quoted(content) + on + "}";
    }

    SmallFile addedTokens(String... tokens) {
        return new SmallFile("[" + String.join(", ", tokens) + "]", normalizer, preTokenizer, postProcessor, padding, model);
    }

    SmallFile normalizer(String json) {
        return new SmallFile(addedTokens, json, preTokenizer, postProcessor, padding, model);
    }

    SmallFile preTokenizer(String json) {
        return new SmallFile(addedTokens, normalizer, json, postProcessor, padding, model);
    }

    SmallFile postProcessor(String json) {
        return new SmallFile(addedTokens, normalizer, preTokenizer, json, padding, model);
    }

    SmallFile padding(String json) {
        return new SmallFile(addedTokens, normalizer, preTokenizer, postProcessor, json, model);
    }

    SmallFile model(String json) {
        return new SmallFile(addedTokens, normalizer, preTokenizer, postProcessor, padding, json);
    }

    String json() {
        return """
                {"version": "1.0", "truncation": {"max_length": 2}, "padding": %s, "added_tokens": %s, "normalizer": %s, "pre_tokenizer": %s,
                 "post_processor": %s, "decoder": null, "model": %s}"""
                .formatted(padding, addedTokens, normalizer, preTokenizer,
                        postProcessor, model);
    }

    Tokenizer read() {
        return read(SpecialTokensInText.AS_TEXT);
    }

    Tokenizer read(SpecialTokensInText mode) {
        return read(json(), mode);
    }

    static Tokenizer read(String json, SpecialTokensInText mode) {
        try {
            return Tokenizer.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), mode);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TokenizerFile parts() {
        try {
            return TokenizerFile.read(new ByteArrayInputStream(json().getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String ids(String... vocabulary) {
        return IntStream.range(0, vocabulary.length).mapToObj(i -> quoted(vocabulary[i]) + ": " + i)
                .collect(Collectors.joining(", "));
    }

    private static String further(String keys) {
        return keys.isEmpty() ? "" : ", " + keys;
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
