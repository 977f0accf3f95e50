package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class WordPieceTest {

    private static final Tokenizer TOKENIZER = SmallFile
            .bert("un", "unaff", "##aff", "##able", "##e", "a", "##a", "[", "]", "sep", "😀", "##😀").read();

    @Test
    void longest_beginning_is_taken_first() {
        assertEquals("unaff(0-5) ##able(5-9)", Shown.plain(TOKENIZER, "unaffable"));
    }

    @Test
    void word_that_does_not_come_out_even_is_unknown_as_a_whole() {
        assertEquals("[UNK](0-9) a(10-11)", Shown.plain(TOKENIZER, "unaffablx a"));
    }

    @Test
    void special_token_spelt_out_stays_text() {
        SmallFile file = SmallFile.of(SmallFile.wordPiece("##", 100, "[UNK]", "[SEP]", "[", "##S", "##EP", "##]"))
                .addedTokens(SmallFile.addedToken(1, "[SEP]", "special"));
        assertEquals("[(0-1) ##S(1-2) ##EP(2-4) ##](4-5)", Shown.plain(file.read(), "[SEP]"));
        assertEquals("[SEP](0-5)", Shown.plain(file.read(SpecialTokensInText.RECOGNIZE), "[SEP]"));
    }

    @Test
    void word_of_the_allowed_length_is_spelt_and_a_longer_one_unknown() {
        assertEquals(100, TOKENIZER.encodePlain("a".repeat(100), 1000).ids().length);
        assertEquals("[UNK](1-102)", Shown.plain(TOKENIZER, " " + "a".repeat(101)));
    }

    @Test
    void length_of_a_word_is_in_code_points() {
        assertEquals(100, TOKENIZER.encodePlain("😀".repeat(100), 1000).ids().length);
        assertEquals("[UNK](0-202)", Shown.plain(TOKENIZER, "😀".repeat(101)));
    }

    @Test
    void length_of_a_word_counts_what_normalization_left() {
        assertEquals(100, TOKENIZER.encodePlain("á\u0301".repeat(100), 1000).ids().length);
        assertEquals("[UNK](0-201)", Shown.plain(TOKENIZER, "á\u0301".repeat(101)), "up to the last letter, not its mark");
    }

    @Test
    void prefix_is_the_one_of_the_file() {
        Tokenizer tokenizer = SmallFile.bert()
                .model(SmallFile.wordPiece("_", 100, "[UNK]", "[CLS]", "[SEP]", "un", "_able", "##able")).read();
        assertEquals("un(0-2) _able(2-6)", Shown.plain(tokenizer, "unable"));
    }

    @Test
    void without_prefix_the_same_tokens_begin_and_continue_words() {
        Tokenizer tokenizer = SmallFile.bert().model(SmallFile.wordPiece("", 100, "[UNK]", "[CLS]", "[SEP]", "un", "able"))
                .read();
        assertEquals("able(0-4) un(4-6) un(6-8)", Shown.plain(tokenizer, "ableunun"));
    }

    @Test
    void words_may_be_forbidden_altogether() {
        Tokenizer tokenizer = SmallFile.bert().model(SmallFile.wordPiece("##", 0, "[UNK]", "[CLS]", "[SEP]", "a", ".")).read();
        assertEquals("[UNK](0-1) [UNK](1-2) [UNK](3-5)", Shown.plain(tokenizer, "a. aa"));
    }

    @Test
    void ids_and_tokens_are_those_of_the_file() {
        assertEquals(3, TOKENIZER.id("un").getAsInt());
        assertEquals(true, TOKENIZER.id("nonsense").isEmpty());
        assertEquals("##aff", TOKENIZER.token(5));
        assertEquals(15, TOKENIZER.vocabularySize());
        assertEquals(0, TOKENIZER.unknownId().getAsInt());
    }
}
