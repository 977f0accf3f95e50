package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class TruncationTest {

    private static final Tokenizer TOKENIZER = SmallFile.bert("a", "b", "##b").read();

    @Test
    void text_is_cut_on_the_right_to_leave_room_for_special_tokens() {
        Encoding encoding = TOKENIZER.encode("a b a b", 4);
        assertEquals("[CLS] a(0-1) b(2-3) [SEP]", Shown.of(TOKENIZER, encoding));
        assertEquals(6, encoding.total());
        assertEquals(true, encoding.truncated());
    }

    @Test
    void text_that_just_fits_is_whole() {
        Encoding encoding = TOKENIZER.encode("a b", 4);
        assertEquals(4, encoding.total());
        assertEquals(false, encoding.truncated());
    }

    @Test
    void plain_text_needs_no_room() {
        assertEquals("a(0-1) b(2-3)", Shown.of(TOKENIZER, TOKENIZER.encodePlain("a b a", 2)));
    }

    @Test
    void a_word_may_be_cut_within() {
        assertEquals("a(0-1) ##b(1-2)", Shown.of(TOKENIZER, TOKENIZER.encodePlain("abbb", 2)));
    }

    @Test
    void there_may_be_room_for_special_tokens_only() {
        Encoding encoding = TOKENIZER.encode("a", 2);
        assertEquals("[CLS] [SEP]", Shown.of(TOKENIZER, encoding));
        assertEquals(true, encoding.truncated());
    }

    @Test
    void what_follows_the_last_token_does_not_count() {
        assertEquals(false, TOKENIZER.encodePlain("a b \u200B\u0000 \t ", 2).truncated());
    }

    @Test
    void longer_text_of_a_pair_is_cut_first() {
        assertEquals("[CLS] a(0-1) [SEP] b(0-1) b(2-3) b(4-5) [SEP]", pair(1, 9, 7));
        assertEquals("[CLS] a(0-1) a(2-3) a(4-5) [SEP] b(0-1) [SEP]", pair(9, 1, 7));
    }

    @Test
    void both_texts_of_a_pair_are_cut_to_the_same_length() {
        assertEquals("[CLS] a(0-1) a(2-3) [SEP] b(0-1) b(2-3) [SEP]", pair(5, 9, 7));
    }

    @Test
    void odd_token_goes_to_the_longer_text_of_a_pair_or_else_to_the_second() {
        assertEquals("[CLS] a(0-1) a(2-3) [SEP] b(0-1) [SEP]", pair(5, 4, 6));
        assertEquals("[CLS] a(0-1) [SEP] b(0-1) b(2-3) [SEP]", pair(4, 5, 6));
        assertEquals("[CLS] a(0-1) [SEP] b(0-1) b(2-3) [SEP]", pair(4, 4, 6));
        assertEquals("[CLS] a(0-1) [SEP] b(0-1) b(2-3) [SEP]", pair(9, 6, 6), "cut to 6 each, neither is longer");
    }

    @Test
    void pair_that_fits_is_whole() {
        Encoding encoding = TOKENIZER.encodePair("a a a", "b", 7);
        assertEquals(7, encoding.total());
        assertEquals(false, encoding.truncated());
    }

    @Test
    void too_little_room_for_the_special_tokens_is_an_error() {
        assertEquals("maxTokens is [2], expected at least 3, as the tokenizer adds 3 special tokens",
                assertThrows(IllegalArgumentException.class, () -> TOKENIZER.encodePair("a", "b", 2)).getMessage());
        assertEquals("maxTokens is [0], expected at least 1, as the tokenizer adds 0 special tokens",
                assertThrows(IllegalArgumentException.class, () -> TOKENIZER.encodePlain("a", 0)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> TOKENIZER.encode("a", Integer.MIN_VALUE));
    }

    @Test
    void truncation_of_the_file_is_not_used() {
        assertEquals(5, TOKENIZER.encode("a a a", 100).ids().length, "the file says 2");
    }

    private static String pair(int as, int bs, int maxTokens) {
        return Shown.of(TOKENIZER, TOKENIZER.encodePair("a ".repeat(as), "b ".repeat(bs), maxTokens));
    }
}
