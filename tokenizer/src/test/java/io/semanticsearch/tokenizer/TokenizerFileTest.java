package io.semanticsearch.tokenizer;

import static io.semanticsearch.tokenizer.SmallFile.addedToken;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

final class TokenizerFileTest {

    private static final SmallFile FILE = SmallFile.bert("a");
    private static final String NORMALIZERS = "[BertNormalizer, Lowercase, NFC, NFD, NFKC, NFKD, Nmt, Precompiled, Prepend, "
            + "Replace, Sequence, Strip, StripAccents]";

    @Test
    void unsupported_normalizer_is_named() {
        assertError("normalizer type [Foo] is not supported; supported: "
                + NORMALIZERS,
                FILE.normalizer("{\"type\": \"Foo\"}"));
    }

    @Test
    void unsupported_normalizer_in_a_sequence_is_named_with_its_place() {
        assertError("normalizer.normalizers[1] type [Foo] is not supported; supported: "
                + NORMALIZERS,
                FILE.normalizer("{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFC\"}, {\"type\": \"Foo\"}]}"));
    }

    @Test
    void unsupported_pre_tokenizer_is_named() {
        assertError(
                "pre_tokenizer type [Foo] is not supported; supported: [BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, Metaspace, Punctuation, "
                        + "Sequence, Split, UnicodeScripts, Whitespace, WhitespaceSplit]",
                FILE.preTokenizer("{\"type\": \"Foo\"}"));
    }

    @Test
    void unsupported_behavior_of_punctuation_is_named() {
        assertError("pre_tokenizer.behavior type [Lost] is not supported; supported: "
                + "[Contiguous, Isolated, MergedWithNext, MergedWithPrevious, Removed]",
                FILE.preTokenizer("{\"type\": \"Punctuation\", \"behavior\": \"Lost\"}"));
    }

    @Test
    void unsupported_model_is_named() {
        assertError("model type [WordLevel] is not supported; supported: [BPE, Unigram, WordPiece]",
                FILE.model("{\"type\": \"WordLevel\", \"vocab\": {}}"));
    }

    @Test
    void model_without_type_is_known_by_its_contents() {
        assertEquals(4, FILE
                .model(SmallFile.wordPiece("##", 100, "[UNK]", "[CLS]", "[SEP]", "a").replace("\"type\": \"WordPiece\", ", ""))
                .read()
                .vocabularySize());
        SmallFile bare = FILE.postProcessor("null");
        assertInstanceOf(Bpe.class, bare.model("{\"vocab\": {\"a\": 0}, \"merges\": []}").parts().model());
        assertInstanceOf(Unigram.class, bare.model("{\"vocab\": [[\"a\", 0]], \"unk_id\": 0}").parts().model());
        assertError("model type [WordLevel] is not supported; supported: [BPE, Unigram, WordPiece]",
                FILE.model("{\"vocab\": {}}"));
    }

    @Test
    void unsupported_post_processor_is_named() {
        assertError("post_processor type [Foo] is not supported; supported: "
                + "[BertProcessing, ByteLevel, RobertaProcessing, Sequence, TemplateProcessing]",
                FILE.postProcessor("{\"type\": \"Foo\"}"));
    }

    @Test
    void missing_switch_is_named() {
        assertError("normalizer.clean_text is missing, expected true or false",
                FILE.normalizer("{\"type\": \"BertNormalizer\", \"lowercase\": true}"));
        assertError("normalizer.type is missing, expected a string", FILE.normalizer("{}"));
    }

    @Test
    void wrong_value_is_shown_shortened() {
        assertError("normalizer.lowercase is [\"yes\"], expected true or false",
                FILE.normalizer("{\"type\": \"BertNormalizer\", \"lowercase\": \"yes\"}"));
        assertError("normalizer is [\"" + "x".repeat(59) + "...], expected an object",
                FILE.normalizer("\"" + "x".repeat(99) + "\""));
        assertError("added_tokens[0].id is [-1], expected a whole number from 0 to 2147483647",
                FILE.addedTokens(addedToken(-1, "x")));
        assertError("model.vocab.b is [1.5], expected a whole number from 0 to 2147483647",
                FILE.model(FILE.model().replace("\"a\": 3", "\"b\": 1.5")));
    }

    @Test
    void missing_model_is_an_error() {
        assertError("model is [null], expected an object", FILE.model("null"));
        assertEquals("tokenizer.json: model is missing, expected an object", error("{}"));
    }

    @Test
    void unknown_token_must_be_in_the_vocabulary() {
        assertError("model has unk_token [[UNK]], which its vocab does not hold; add it",
                FILE.model(SmallFile.wordPiece("##", 100, "a")));
    }

    @Test
    void added_token_must_not_contradict_the_vocabulary() {
        assertError("added token [a] has id [7], but [3] elsewhere in the file; one of the two must go",
                FILE.addedTokens(addedToken(7, "a")));
    }

    @Test
    void wild_id_is_refused() {
        assertError("token [x] has id [2000000000], expected 0 to 2097151", FILE.addedTokens(addedToken(2_000_000_000, "x")));
    }

    @Test
    void template_must_hold_each_text_once() {
        assertError("post_processor.single has text A [0] times and text B [0] times, expected 1 and 0",
                FILE.postProcessor("{\"type\": \"TemplateProcessing\", \"single\": [], \"pair\": [], \"special_tokens\": {}}"));
        assertError("post_processor.single[0].Sequence is text [C], expected A or B",
                FILE.postProcessor(
                        "{\"type\": \"TemplateProcessing\", \"single\": [{\"Sequence\": {\"id\": \"C\", \"type_id\": 0}}]}"));
    }

    @Test
    void special_token_of_a_template_must_be_defined() {
        assertError(
                "post_processor.single[0].SpecialToken is token [X], which post_processor.special_tokens does not hold; add it there",
                FILE.postProcessor(
                        """
                                {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "X", "type_id": 0}}], "special_tokens": {}}"""));
    }

    @Test
    void special_token_must_be_in_the_vocabulary() {
        assertError("post_processor puts in token [[SEP]] with id [99], which the vocabulary does not hold; "
                + "file and vocabulary do not belong together",
                FILE.postProcessor("{\"type\": \"BertProcessing\", \"sep\": [\"[SEP]\", 99], \"cls\": [\"[CLS]\", 1]}"));
        assertError("post_processor.sep has [1] entries, expected a token and its id",
                FILE.postProcessor("{\"type\": \"BertProcessing\", \"sep\": [\"[SEP]\"], \"cls\": [\"[CLS]\", 1]}"));
    }

    @Test
    void only_one_processor_of_a_sequence_may_add_tokens() {
        String bert = "{\"type\": \"BertProcessing\", \"sep\": [\"[SEP]\", 2], \"cls\": [\"[CLS]\", 1]}";
        assertError("post_processor has [2] processors that add special tokens, expected at most 1",
                FILE.postProcessor("{\"type\": \"Sequence\", \"processors\": [" + bert + ", " + bert + "]}"));
    }

    @Test
    void what_is_not_json_is_an_error_of_the_file() {
        assertTrue(error("{\"model\": ").startsWith("tokenizer.json is not JSON: Unexpected end-of-input"),
                error("{\"model\": "));
        assertEquals("tokenizer.json is not a JSON object; expected the file that Hugging Face calls so", error("[]"));
        assertEquals("tokenizer.json is not a JSON object; expected the file that Hugging Face calls so", error(""));
    }

    @Test
    void bytes_that_are_no_text_are_an_error_of_the_file() {
        byte[] bytes = {0, 0, 0, '{', 0x7F, 0x7F, 0x7F, 0x7F};
        TokenizerException e = assertThrows(TokenizerException.class, () -> Tokenizer.read(new ByteArrayInputStream(bytes)));
        assertTrue(e.getMessage().startsWith("tokenizer.json is not JSON: Invalid UTF-32 character"), e.getMessage());
    }

    @Test
    void text_after_the_object_is_an_error() {
        assertTrue(error(FILE.json() + "{}").startsWith("tokenizer.json is not JSON: Trailing token"), error(FILE.json() + "{}"));
    }

    @Test
    void stream_is_left_open() throws IOException {
        boolean[] closed = {false};
        InputStream stream = new ByteArrayInputStream(FILE.json().getBytes(StandardCharsets.UTF_8)) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        Tokenizer.read(stream);
        assertEquals(false, closed[0]);
    }

    @Test
    void failure_to_read_is_not_an_error_of_the_file() {
        IOException failure = new IOException("disk");
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }
        };
        assertSame(failure, assertThrows(IOException.class, () -> Tokenizer.read(failing)));
    }

    @Test
    void fast_way_is_taken_where_it_gives_the_same() {
        assertInstanceOf(OnePassTokenizer.class, FILE.parts().segmentTokenizer(SpecialTokensInText.AS_TEXT));
        assertInstanceOf(OnePassTokenizer.class, FILE.normalizer("null").parts().segmentTokenizer(SpecialTokensInText.AS_TEXT));
        assertInstanceOf(StagedTokenizer.class,
                FILE.normalizer("{\"type\": \"NFC\"}").parts().segmentTokenizer(SpecialTokensInText.AS_TEXT));
        assertInstanceOf(StagedTokenizer.class, FILE.preTokenizer("null").parts().segmentTokenizer(SpecialTokensInText.AS_TEXT));
        SmallFile special = FILE.addedTokens(addedToken(9, "x", "special", "normalized"));
        assertInstanceOf(OnePassTokenizer.class, special.parts().segmentTokenizer(SpecialTokensInText.AS_TEXT));
        assertInstanceOf(StagedTokenizer.class, special.parts().segmentTokenizer(SpecialTokensInText.RECOGNIZE));
    }

    @Test
    void unknown_id_of_a_token_is_an_error() {
        assertEquals("no token has id [4]; the vocabulary has ids from 0 to 3",
                assertThrows(IllegalArgumentException.class, () -> FILE.read().token(4)).getMessage());
    }

    private static void assertError(String message, SmallFile file) {
        assertEquals("tokenizer.json: " + message, error(file.json()));
    }

    private static String error(String json) {
        return assertThrows(TokenizerException.class, () -> SmallFile.read(json, SpecialTokensInText.AS_TEXT)).getMessage();
    }
}
