package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;

import org.junit.jupiter.api.Test;

final class PostProcessorsTest {

    private static final SmallFile FILE = SmallFile.bert("a", "b");
    private static final SmallFile BYTE_LEVEL = SmallFile
            .of(SmallFile.bpe("", List.of("Ġ a", "Ġ Ġ"), "a", "b", "Ġ", "Ġa", "ĠĠ"));
    private static final String BERT = "{\"type\": \"BertProcessing\", \"sep\": [\"[SEP]\", 2], \"cls\": [\"[CLS]\", 1]}";
    private static final String ROBERTA = """
            {"type": "RobertaProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1], "trim_offsets": true, "add_prefix_space": false}""";

    @Test
    void template_puts_special_tokens_round_a_text() {
        Tokenizer tokenizer = FILE.read();
        Encoding encoding = tokenizer.encode("a b", 10);
        assertEquals("[CLS] a(0-1) b(2-3) [SEP]", Shown.of(tokenizer, encoding));
        assertArrayEquals(new int[]{0, 0, 2, 0}, encoding.starts());
        assertArrayEquals(new int[]{0, 1, 3, 0}, encoding.ends());
        assertArrayEquals(new boolean[]{true, false, false, true}, encoding.special());
    }

    @Test
    void template_gives_the_second_text_its_type() {
        assertPair(SmallFile.BERT_TEMPLATE, "[CLS] a(0-1) [SEP] b(0-1) a(2-3) [SEP]", 0, 0, 0, 1, 1, 1);
    }

    @Test
    void template_may_turn_texts_round_and_use_tokens_of_several_ids() {
        assertPair(
                """
                        {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}],
                         "pair": [{"Sequence": {"id": "B", "type_id": 3}}, {"SpecialToken": {"id": "two", "type_id": 2}},
                          {"Sequence": {"id": "A", "type_id": 0}}],
                         "special_tokens": {"two": {"id": "two", "ids": [2, 1], "tokens": ["[SEP]", "[CLS]"]}}}""",
                "b(0-1) a(2-3) [SEP] [CLS] a(0-1)", 3, 3, 2, 2, 0);
    }

    @Test
    void bert_processing_is_the_template_of_bert() {
        assertPair(BERT, "[CLS] a(0-1) [SEP] b(0-1) a(2-3) [SEP]", 0, 0, 0, 1, 1, 1);
        assertEquals("[CLS] a(0-1) [SEP]",
                Shown.of(FILE.postProcessor(BERT).read(), FILE.postProcessor(BERT).read().encode("a", 10)));
    }

    @Test
    void roberta_processing_separates_twice_and_knows_one_type() {
        assertPair(ROBERTA, "[CLS] a(0-1) [SEP] [SEP] b(0-1) a(2-3) [SEP]", 0, 0, 0, 0, 0, 0, 0);
        assertEquals("[CLS] a(0-1) [SEP]",
                Shown.of(FILE.postProcessor(ROBERTA).read(), FILE.postProcessor(ROBERTA).read().encode("a", 10)));
    }

    @Test
    void sequence_holds_one_that_adds_tokens() {
        assertPair("{\"type\": \"Sequence\", \"processors\": [" + BERT + "]}", "[CLS] a(0-1) [SEP] b(0-1) a(2-3) [SEP]", 0, 0, 0,
                1, 1, 1);
        assertPair("{\"type\": \"Sequence\", \"processors\": []}", "a(0-1) b(0-1) a(2-3)", 0, 1, 1);
    }

    @Test
    void no_post_processor_adds_nothing() {
        assertPair("null", "a(0-1) b(0-1) a(2-3)", 0, 1, 1);
        assertEquals("a(0-1)", Shown.of(FILE.postProcessor("null").read(), FILE.postProcessor("null").read().encode("a", 10)));
    }

    @Test
    void byte_level_takes_spaces_out_of_ranges() {
        assertEquals("Ġa(0-1) Ġa(2-3) ĠĠ(5-5) Ġ(6-6) b(6-7)", trimmed(true, true));
        assertEquals("a(0-1) Ġa(2-3) ĠĠ(5-5) Ġ(6-6) b(6-7)", trimmed(false, true));
        assertEquals("Ġa(0-1) Ġa(1-3) ĠĠ(3-5) Ġ(5-6) b(6-7)", trimmed(true, false));
        assertEquals("a(0-1) Ġa(1-3) ĠĠ(3-5) Ġ(5-6) b(6-7)", trimmed(false, false));
    }

    private static String trimmed(boolean prefix, boolean trim) {
        String byteLevel = "{\"type\": \"ByteLevel\", \"add_prefix_space\": " + prefix + ", \"trim_offsets\": " + trim + "}";
        return Shown.plain(BYTE_LEVEL.preTokenizer(byteLevel).postProcessor(byteLevel).read(), "a a   b");
    }

    @Test
    void roberta_processing_takes_spaces_out_of_ranges() {
        Tokenizer tokenizer = BYTE_LEVEL.preTokenizer("{\"type\": \"ByteLevel\", \"add_prefix_space\": false}").postProcessor(
                """
                        {"type": "RobertaProcessing", "sep": ["b", 1], "cls": ["a", 0], "trim_offsets": true, "add_prefix_space": false}""")
                .read();
        assertEquals("a Ġa(1-2) Ġa(3-4) b", Shown.of(tokenizer, tokenizer.encode(" a a", 10)));
    }

    @Test
    void empty_text_has_special_tokens_only() {
        assertEquals("[CLS] [SEP]", Shown.of(FILE.read(), FILE.read().encode("", 10)));
        assertEquals("", Shown.of(FILE.read(), FILE.read().encodePlain("", 10)));
    }

    @Test
    void windows_of_a_text_get_special_tokens_and_keep_their_ranges() {
        Tokenizer tokenizer = FILE.read();
        Encoding plain = tokenizer.encodePlain("a b a", 10);
        assertEquals(2, tokenizer.specialTokenCount());
        assertEquals("[CLS] a(0-1) b(2-3) [SEP]", Shown.of(tokenizer, tokenizer.withSpecialTokens(plain, 0, 2)));
        Encoding last = tokenizer.withSpecialTokens(plain, 2, 3);
        assertEquals("[CLS] a(4-5) [SEP]", Shown.of(tokenizer, last));
        assertFalse(last.truncated());
        assertEquals("[CLS] [SEP]", Shown.of(tokenizer, tokenizer.withSpecialTokens(plain, 3, 3)));
        Tokenizer bare = FILE.postProcessor("null").read();
        assertEquals(0, bare.specialTokenCount());
        assertEquals("b(2-3) a(4-5)", Shown.of(bare, bare.withSpecialTokens(plain, 1, 3)));
    }

    @Test
    void window_has_the_types_of_the_template() {
        String types = """
                {"type": "TemplateProcessing",
                 "single": [{"Sequence": {"id": "A", "type_id": 1}}, {"SpecialToken": {"id": "two", "type_id": 2}}],
                 "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
                 "special_tokens": {"two": {"id": "two", "ids": [2, 1], "tokens": ["[SEP]", "[CLS]"]}}}""";
        Tokenizer tokenizer = FILE.postProcessor(types).read();
        Encoding window = tokenizer.withSpecialTokens(tokenizer.encodePlain("a b a", 10), 1, 3);
        assertEquals("b(2-3) a(4-5) [SEP] [CLS]", Shown.of(tokenizer, window));
        assertArrayEquals(new int[]{1, 1, 2, 2}, window.typeIds());
    }

    @Test
    void window_is_of_plain_tokens_that_there_are() {
        Tokenizer tokenizer = FILE.read();
        Encoding plain = tokenizer.encodePlain("a b", 10);
        assertThrows(IndexOutOfBoundsException.class, () -> tokenizer.withSpecialTokens(plain, 1, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> tokenizer.withSpecialTokens(plain, 2, 1));
        Encoding wrapped = tokenizer.encode("a b", 10);
        var e = assertThrows(IllegalArgumentException.class, () -> tokenizer.withSpecialTokens(wrapped, 1, 4));
        assertEquals("token [3] is special, expected an encoding that encodePlain gave", e.getMessage());
    }

    private static void assertPair(String postProcessor, String shown, int... typeIds) {
        Tokenizer tokenizer = FILE.postProcessor(postProcessor).read();
        Encoding encoding = tokenizer.encodePair("a", "b a", 20);
        assertEquals(shown, Shown.of(tokenizer, encoding));
        assertArrayEquals(typeIds, encoding.typeIds());
    }
}
