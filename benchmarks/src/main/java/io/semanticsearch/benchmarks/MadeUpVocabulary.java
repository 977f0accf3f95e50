package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.SequencedSet;

/**
 * A WordPiece vocabulary of the usual size, made of the demo's corpus: most of its words are whole, the others fall into pieces, as in
 * English text under the vocabulary of BERT.
 */
final class MadeUpVocabulary {
    private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
    private static final int SPLIT_EVERY = 4;
    private static final int FREQUENT = 300;
    private static final int SHORTEST_PIECE = 2;
    private static final int LONGEST_PIECE = 5;
    private static final long SEED = 20_260_101;

    private static final String FILE = """
            {"version": "1.0", "truncation": null, "padding": null,
             "added_tokens": [],
             "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
             "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": {"type": "TemplateProcessing",
               "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                          {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
               "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                        {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
                        {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
               "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                                  "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
             "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}}
            """;

    private final SequencedSet<String> tokens = new LinkedHashSet<>(SPECIAL);

    private MadeUpVocabulary(List<String> words, int size) {
        for (char c = '!'; c <= '~'; c++) tokens.add(Character.toString(c));
        for (char c = '0'; c <= '9'; c++) tokens.add("##" + c);
        for (char c = 'a'; c <= 'z'; c++) tokens.add("##" + c);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (i < FREQUENT || i % SPLIT_EVERY != 0) {
                tokens.add(word);
            } else {
                for (int length = SHORTEST_PIECE; length <= Math.min(LONGEST_PIECE, word.length() - 1); length++) {
                    tokens.add(word.substring(0, length));
                    tokens.add("##" + word.substring(word.length() - length));
                }
            }
        }
        if (tokens.size() > size) {
            throw new IllegalArgumentException(
                    "[size] is [" + size + "], but the corpus alone makes [" + tokens.size() + "] tokens");
        }
        // The rest is there only to be looked up in vain.
        Random random = new Random(SEED);
        while (tokens.size() < size)
            tokens.add(random.ints(6 + random.nextInt(5), 'a', 'z' + 1)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString());
    }

    /** Writes a tokenizer.json. */
    static void write(EnglishText text, int size, Path file) throws IOException {
        MadeUpVocabulary vocabulary = new MadeUpVocabulary(text.words(), size);
        ObjectMapper json = new ObjectMapper();
        ObjectNode tokenizer = (ObjectNode) json.readTree(FILE);
        ObjectNode ids = ((ObjectNode) tokenizer.get("model")).putObject("vocab");
        for (String token : vocabulary.tokens) ids.put(token, ids.size());
        for (String special : SPECIAL) {
            JsonNode added = json.createObjectNode().put("id", ids.get(special).asInt()).put("content", special)
                    .put("single_word", false).put("lstrip", false).put("rstrip", false).put("normalized", false)
                    .put("special", true);
            tokenizer.withArray("added_tokens").add(added);
        }
        Files.writeString(file, json.writeValueAsString(tokenizer));
    }
}
