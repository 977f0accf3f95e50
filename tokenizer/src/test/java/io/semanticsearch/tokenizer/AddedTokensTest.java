package io.semanticsearch.tokenizer;

import static io.semanticsearch.tokenizer.SmallFile.addedToken;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class AddedTokensTest {

    private static final SmallFile FILE = SmallFile.bert("a", "b", "##b", "foo", "[", "]", "sep", "cls");

    @Test
    void special_token_in_a_text_is_text_by_default() {
        Tokenizer tokenizer = FILE.addedTokens(addedToken(2, "[SEP]", "special")).read();
        assertEquals("a(0-1) [(1-2) sep(2-5) ](5-6) b(6-7)", Shown.plain(tokenizer, "a[SEP]b"));
    }

    @Test
    void special_token_in_a_text_is_recognised_when_asked_for() {
        Tokenizer tokenizer = FILE.addedTokens(addedToken(2, "[SEP]", "special")).read(SpecialTokensInText.RECOGNIZE);
        assertEquals("a(0-1) [SEP](1-6) b(6-7)", Shown.plain(tokenizer, "a[SEP]b"));
        assertEquals(false, tokenizer.encodePlain("[SEP]", 10).special()[0], "only what the post-processor puts in is special");
    }

    @Test
    void other_added_tokens_are_always_recognised() {
        Tokenizer tokenizer = FILE.addedTokens(addedToken(11, "[X]")).read();
        assertEquals("a(0-1) [X](1-4) b(4-5)", Shown.plain(tokenizer, "a[X]b"));
    }

    @Test
    void added_token_is_written_exactly_so() {
        Tokenizer tokenizer = FILE.addedTokens(addedToken(11, "[X]")).read();
        assertEquals("[(0-1) [UNK](1-2) ](2-3)", Shown.plain(tokenizer, "[x]"));
    }

    @Test
    void longest_of_the_added_tokens_is_taken() {
        Tokenizer tokenizer = FILE.addedTokens(addedToken(11, "foo b"), addedToken(12, "foo bar"), addedToken(13, "oo")).read();
        assertEquals("foo bar(0-7) foo b(8-13)", Shown.plain(tokenizer, "foo bar foo b"));
    }

    @Test
    void single_word_is_not_found_inside_a_word() {
        Tokenizer tokenizer = FILE.addedTokens(addedToken(11, "X", "single_word")).read();
        assertEquals("[UNK](0-2) X(3-4) [UNK](4-5) b(5-6) [UNK](7-9) X(10-11)", Shown.plain(tokenizer, "aX X-b éX X"));
    }

    @Test
    void stripped_token_takes_the_spaces_beside_it() {
        Tokenizer tokenizer = FILE.addedTokens(addedToken(11, "L", "lstrip"), addedToken(12, "R", "rstrip")).read();
        assertEquals("a(0-1) L(1-4) b(5-6) R(7-10) L(10-11) R(11-14) L(14-15)", Shown.plain(tokenizer, "a  L b R  LR  L"));
    }

    @Test
    void spaces_taken_by_one_token_are_not_found_again() {
        Tokenizer tokenizer = FILE.addedTokens(addedToken(11, "R", "rstrip"), addedToken(12, "  ")).read();
        assertEquals("R(0-4) a(4-5)   (5-7) b(7-8)", Shown.plain(tokenizer, "R   a  b"));
    }

    @Test
    void normalized_token_is_found_in_normalized_text() {
        Tokenizer tokenizer = FILE.addedTokens(addedToken(11, "ÉT", "normalized")).read();
        assertEquals("a(0-1) ÉT(1-3) b(3-4) ÉT(4-6)", Shown.plain(tokenizer, "aetbÉt"));
    }

    @Test
    void normalized_token_is_found_across_the_pieces_of_a_long_text() {
        Tokenizer tokenizer = FILE.addedTokens(addedToken(11, "x y", "normalized")).read();
        String text = "a ".repeat(StagedTokenizer.PIECE / 2 - 1) + "x Y a";
        assertEquals(StagedTokenizer.PIECE / 2 + 1, tokenizer.encodePlain(text, 10_000).ids().length);
    }

    @Test
    void token_of_which_normalization_leaves_nothing_is_never_found() {
        Tokenizer tokenizer = FILE.addedTokens(addedToken(11, "\u200B", "normalized")).read();
        assertEquals("a(0-1) b(3-4)", Shown.plain(tokenizer, "a\u200B b"));
    }

    @Test
    void added_tokens_count_in_the_vocabulary() {
        Tokenizer tokenizer = FILE
                .addedTokens(addedToken(11, "[X]"), addedToken(2, "[SEP]", "special"), addedToken(20, "[PAD]", "special")).read();
        assertEquals(21, tokenizer.vocabularySize());
        assertEquals(11, tokenizer.id("[X]").getAsInt());
        assertEquals("[PAD]", tokenizer.token(20));
        assertEquals(20, tokenizer.paddingId().getAsInt());
    }

    @Test
    void padding_token_is_that_of_the_padding_section_first() {
        assertEquals(4, FILE.addedTokens(addedToken(20, "[PAD]", "special"))
                .padding("{\"strategy\": {\"Fixed\": 128}, \"pad_id\": 4, \"pad_token\": \"b\"}").read().paddingId().getAsInt());
        assertEquals(20,
                FILE.addedTokens(addedToken(20, "[PAD]", "special")).padding("{\"pad_id\": 99}").read().paddingId().getAsInt(),
                "a padding section of another vocabulary");
        assertEquals(20, FILE.addedTokens(addedToken(20, "<pad>")).read().paddingId().getAsInt());
        assertEquals(true, FILE.read().paddingId().isEmpty());
    }
}
