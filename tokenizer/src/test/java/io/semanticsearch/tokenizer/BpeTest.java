package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

/** Expected values are Hugging Face's. */
final class BpeTest {

    private static final String[] VOCABULARY = {"<unk>", "a", "b", "c", "ab", "abc", "bc", "aa"};
    private static final String UNKNOWN = "\"unk_token\": \"<unk>\"";
    private static final String PREFIX = "\"continuing_subword_prefix\": \"##\"";
    private static final String SPLIT = "{\"type\": \"WhitespaceSplit\"}";

    @Test
    void earlier_merges_go_first_and_of_equal_ones_the_leftmost() {
        assertEquals("a(0-1) bc(1-3) ab(3-5) aa(5-7) ab(7-9)", shown("", List.of("b c", "a b", "a a"), "abcabaaab", VOCABULARY));
        assertEquals("abc(0-3) bc(3-5)", shown("", List.of("a b", "b c", "ab c"), "abcbc", VOCABULARY));
    }

    @Test
    void merges_may_be_lists_and_a_first_line_about_the_version_counts_for_nothing() {
        String model = "{\"type\": \"BPE\", \"vocab\": {\"#\": 0, \"a\": 1, \"#a\": 2, \"a a\": 3, \"a \": 4}, \"merges\": %s}";
        assertEquals("#a(0-2)", Shown.plain(SmallFile.of(model.formatted("[[\"#\", \"a\"]]")).read(), "#a"));
        assertEquals("#a(0-2)", Shown.plain(SmallFile.of(model.formatted("[\"#version: 0.2\", \"# a\"]")).read(), "#a"));
        assertEquals("a(0-1) a(1-2)", Shown.plain(SmallFile.of(model.formatted("[[\"a \", \"a\"]]")).read(), "aa"));
    }

    @Test
    void prefix_marks_what_continues_a_word_and_goes_when_merged() {
        String[] vocabulary = {"<unk>", "a", "##b", "##c", "ab", "abc", "##a"};
        List<String> merges = List.of("a ##b", "ab ##c");
        assertEquals("abc(0-3) ##a(3-4)", shown(PREFIX, merges, "abca", vocabulary));
        assertEquals("<unk>(0-1) ##a(1-2)", shown(PREFIX + ", " + UNKNOWN, merges, "ba", vocabulary));
    }

    @Test
    void suffix_marks_what_ends_a_word() {
        String model = SmallFile.bpe("\"end_of_word_suffix\": \"</w>\"", List.of("a b</w>"), "a", "b", "a</w>", "b</w>",
                "ab</w>");
        assertEquals("ab</w>(0-2) a(3-4) b(4-5) a</w>(5-6) b</w>(7-8)",
                Shown.plain(SmallFile.of(model).preTokenizer(SPLIT).read(), "ab aba b"));
    }

    @Test
    void unknown_characters_are_single_fused_or_gone() {
        String[] vocabulary = {"<unk>", "a"};
        assertEquals("a(0-1) <unk>(1-2) <unk>(2-3) a(3-4)", shown(UNKNOWN, List.of(), "axya", vocabulary));
        assertEquals("a(0-1) <unk>(1-3) a(3-4) <unk>(4-6)",
                shown(UNKNOWN + ", \"fuse_unk\": true", List.of(), "axya😀", vocabulary));
        assertEquals("a(0-1) a(3-4)", shown("", List.of(), "axya", vocabulary), "Hugging Face says 1-2, where the x was");
    }

    @Test
    void bytes_spell_unknown_characters_when_all_are_there() {
        String fallback = UNKNOWN + ", \"byte_fallback\": true";
        assertEquals("a(0-1) <0xC3>(1-2) <0xA9>(1-2) <0xF0>(2-4) <0x9F>(2-4) <0x98>(2-4) <0x80>(2-4)",
                shown(fallback, List.of(), "aé😀", SmallFile.bytes("", "<unk>", "a")));
        assertEquals("a(0-1) <unk>(1-2)", shown(fallback, List.of(), "aé", "<unk>", "<0xC3>", "a"));
    }

    @Test
    void word_of_the_vocabulary_is_one_token_where_merges_are_ignored() {
        String[] vocabulary = {"a", "b", "ab", "ba"};
        String ignoring = SmallFile.bpe("\"ignore_merges\": true", List.of("a b"), vocabulary);
        String merging = SmallFile.bpe("\"ignore_merges\": false, \"dropout\": null", List.of("a b"), vocabulary);
        assertEquals("ba(0-2) b(3-4) ab(4-6)", Shown.plain(SmallFile.of(ignoring).preTokenizer(SPLIT).read(), "ba bab"));
        assertEquals("b(0-1) a(1-2) b(3-4) ab(4-6)", Shown.plain(SmallFile.of(merging).preTokenizer(SPLIT).read(), "ba bab"));
    }

    @Test
    void special_token_spelt_out_stays_text() {
        for (String keys : List.of("", "\"ignore_merges\": true")) {
            SmallFile file = SmallFile.of(SmallFile.bpe(keys, List.of("< s", "<s >"), "<", "s", ">", "<s", "<s>"))
                    .addedTokens(SmallFile.addedToken(4, "<s>", "special"));
            assertEquals("<s(0-2) >(2-3)", Shown.plain(file.read(), "<s>"));
            assertEquals("<s>(0-3)", Shown.plain(file.read(SpecialTokensInText.RECOGNIZE), "<s>"));
        }
    }

    @Test
    void chance_is_refused() {
        assertEquals("a(0-1)", shown("\"dropout\": 0.0", List.of(), "a", VOCABULARY));
        assertError("model.dropout is [0.1], expected null or 0: tokens must not depend on chance",
                SmallFile.bpe("\"dropout\": 0.1", List.of(), VOCABULARY));
    }

    @Test
    void merges_must_be_of_tokens() {
        assertError("model.merges[1] needs token [d], which the vocab does not hold; add it",
                SmallFile.bpe("", List.of("a b", "a d"), VOCABULARY));
        assertError("model.merges[0] needs token [ba], which the vocab does not hold; add it",
                SmallFile.bpe("", List.of("b a"), VOCABULARY));
        assertError("model.merges[0] is [\"a b c\"], expected two tokens apart by a space or a list of two",
                SmallFile.bpe("", List.of("a b c"), VOCABULARY));
        assertError("model.merges is missing or no list, expected the merges",
                SmallFile.bpe("", List.of(), VOCABULARY).replace("\"merges\": []", "\"merges\": 1"));
    }

    @Test
    void merges_must_not_go_in_a_circle() {
        assertError("model.merges make the token with id [2] of itself or of over 1024 parts, expected fewer",
                SmallFile.bpe(PREFIX, List.of("# ###z", "### ##z", "##z #"), "#", "###", "##z", "###z", "##z#"));
    }

    @Test
    void wild_id_is_refused() {
        assertError("token [b] has id [2147483647], expected 0 to 2097151",
                SmallFile.bpe("", List.of("a b"), "a", "b", "ab").replace("\"b\": 1", "\"b\": 2147483647"));
    }

    @Test
    void words_longer_than_any_kept_spelling_are_merged_alike() {
        Tokenizer tokenizer = SmallFile
                .of(SmallFile.bpe(UNKNOWN, List.of("b c", "a b", "a a", "aa ab"), "<unk>", "a", "b", "c", "ab",
                        "bc", "aa", "aaab"))
                .read();
        Random dice = new Random(7);
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = dice.nextInt(200); i >= 0; i--) text.append("aaabbcx".charAt(dice.nextInt(7)));
            assertArrayEquals(naive(text.toString()), tokenizer.encodePlain(text.toString(), 1000).ids(), text.toString());
        }
    }

    /** Merges the way the definition says, one merge at a time over the whole text. */
    private static int[] naive(String text) {
        int[] ids = text.chars().map(c -> c == 'x' ? 0 : 1 + "abc".indexOf(c)).toArray();
        int[][] merges = {{2, 3, 5}, {1, 2, 4}, {1, 1, 6}, {6, 4, 7}};
        for (int m = 0; m < merges.length; m++) {
            for (int i = 0; i + 1 < ids.length; i++) {
                if (ids[i] != merges[m][0] || ids[i + 1] != merges[m][1]) continue;
                int[] shorter = new int[ids.length - 1];
                System.arraycopy(ids, 0, shorter, 0, i);
                shorter[i] = merges[m][2];
                System.arraycopy(ids, i + 2, shorter, i + 1, ids.length - i - 2);
                ids = shorter;
                m = -1; // from the first merge on again
                break;
            }
        }
        return ids;
    }

    private static String shown(String keys, List<String> merges, String text, String... vocabulary) {
        return Shown.plain(SmallFile.of(SmallFile.bpe(keys, merges, vocabulary)).read(), text);
    }

    private static void assertError(String message, String model) {
        assertEquals("tokenizer.json: " + message,
                assertThrows(TokenizerException.class, () -> SmallFile.of(model).read()).getMessage());
    }
}
