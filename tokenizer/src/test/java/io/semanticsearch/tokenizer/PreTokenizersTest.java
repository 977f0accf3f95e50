package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

final class PreTokenizersTest {

    private static final String TEXT = "Don't  panic!! ¿naïve_x?";

    @Test
    void bert_splits_at_spaces_and_isolates_punctuation() {
        assertEquals(List.of("Don", "'", "t", "panic", "!", "!", "¿", "naïve", "_", "x", "?"),
                words("{\"type\": \"BertPreTokenizer\"}", TEXT));
    }

    @Test
    void bert_takes_symbols_of_ascii_for_punctuation_but_not_others() {
        assertEquals(List.of("a", "$", "+", "€b"), words("{\"type\": \"BertPreTokenizer\"}", "a$+€b"));
    }

    @Test
    void whitespace_splits_between_letters_and_others() {
        assertEquals(List.of("Don", "'", "t", "panic", "!!", "¿", "naïve_x", "?"), words("{\"type\": \"Whitespace\"}", TEXT));
    }

    @Test
    void whitespace_split_splits_at_spaces_only() {
        assertEquals(List.of("Don't", "panic!!", "¿naïve_x?"), words("{\"type\": \"WhitespaceSplit\"}", TEXT));
    }

    @Test
    void punctuation_is_isolated_unless_said_otherwise() {
        assertEquals(List.of("a", ".", ".", " b"), words("{\"type\": \"Punctuation\"}", "a.. b"));
    }

    @Test
    void punctuation_goes_where_its_behavior_says() {
        assertEquals(List.of("a", " b", "c"), punctuation("Removed"));
        assertEquals(List.of(".", "a", "..", " b", "-", "c"), punctuation("Contiguous"));
        assertEquals(List.of(".", "a.", ".", " b-", "c"), punctuation("MergedWithPrevious"));
        assertEquals(List.of(".a", ".", ". b", "-c"), punctuation("MergedWithNext"));
    }

    @Test
    void sequence_splits_what_was_split() {
        assertEquals(List.of("a", "..", "b", "-", "c"),
                words("""
                        {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Punctuation", "behavior": "Contiguous"}]}""",
                        "a.. b-c"));
    }

    @Test
    void no_pre_tokenizer_leaves_the_text_in_one_piece() {
        assertEquals(List.of("a. b"), words("null", "a. b"));
    }

    @Test
    void delimiter_goes_where_its_behavior_says() {
        assertEquals("a b", split("Removed", false));
        assertEquals(", a , , b ,", split("Isolated", false));
        assertEquals(", a, , b,", split("MergedWithPrevious", false));
        assertEquals(",a , ,b ,", split("MergedWithNext", false));
        assertEquals(", a ,, b ,", split("Contiguous", false));
    }

    @Test
    void what_is_not_found_is_the_delimiter_of_an_inverted_split() {
        assertEquals(", , , ,", split("Removed", true));
        assertEquals(", a , , b ,", split("Isolated", true));
        assertEquals(",a , ,b ,", split("MergedWithPrevious", true));
        assertEquals(", a, , b,", split("MergedWithNext", true));
        assertEquals(", a ,, b ,", split("Contiguous", true));
    }

    private static String split(String behavior, boolean invert) {
        return String.join(" ", words("{\"type\": \"Split\", \"pattern\": {\"String\": \",\"}, \"behavior\": \"" + behavior
                + "\", \"invert\": " + invert + "}", ",a,,b,"));
    }

    @Test
    void split_by_a_regular_expression() {
        assertEquals(List.of("a", "12", "3", "x", "b"), words("""
                {"type": "Split", "pattern": {"Regex": "\\\\d{2}|x"}, "behavior": "Isolated", "invert": false}""", "a123xb"));
    }

    @Test
    void digits_are_numbers_of_any_script() {
        assertEquals(List.of("ab", "12½", "b", "２"), words("{\"type\": \"Digits\", \"individual_digits\": false}", "ab12½b２"));
        assertEquals(List.of("ab", "1", "2", "½", "b", "２"),
                words("{\"type\": \"Digits\", \"individual_digits\": true}", "ab12½b２"));
    }

    @Test
    void delimiter_character_is_removed() {
        assertEquals(List.of("a", "b", "a"), words("{\"type\": \"CharDelimiterSplit\", \"delimiter\": \"x\"}", "axbxxa"));
    }

    @Test
    void scripts_are_apart_but_for_kana_and_han() {
        assertEquals(List.of("ab ", "中あ", ", ", "ЯЯ", "a"), words("{\"type\": \"UnicodeScripts\"}", "ab 中あ, ЯЯa"));
    }

    @Test
    void metaspace_marks_spaces_and_splits_before_them() {
        assertEquals(List.of("▁a", "▁b", "▁", "▁ab"), words(metaspace("always", true), "a b  ab"));
        assertEquals(List.of("▁a", "▁b", "▁", "▁ab"), words(metaspace("first", true), "a b  ab"));
        assertEquals(List.of("a", "▁b", "▁", "▁ab"), words(metaspace("never", true), "a b  ab"));
        assertEquals(List.of("▁a▁b▁▁ab"), words(metaspace("always", false), "a b  ab"));
        assertEquals(List.of("▁a"), words(metaspace("always", true), " a"), "none is put before one that is there");
    }

    @Test
    void metaspace_prefixes_each_word_or_the_first() {
        String sequence = "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"WhitespaceSplit\"}, %s]}";
        assertEquals(List.of("▁a", "▁b"), words(sequence.formatted(metaspace("always", true)), "a b"));
        assertEquals(List.of("▁a", "b"), words(sequence.formatted(metaspace("first", true)), "a b"));
    }

    @Test
    void metaspace_of_older_files_says_whether_there_is_a_prefix() {
        String older = "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"add_prefix_space\": %s}";
        assertEquals(List.of("▁a", "▁b"), words(older.formatted(true), "a b"));
        assertEquals(List.of("a", "▁b"), words(older.formatted(false), "a b"));
    }

    @Test
    void byte_level_splits_like_gpt2_and_writes_bytes() {
        assertEquals(List.of("a", "'s", "Ġ", "ĠÃ©", "Ċ", "1", "b", "ðŁĺĢ"), words(byteLevel(false, true), "a's  é\n1b😀"));
        assertEquals(List.of("Ġa", "Ġb"), words(byteLevel(true, true), "a b"));
        assertEquals(List.of("aĠb"), words(byteLevel(false, false), "a b"));
    }

    private static String metaspace(String scheme, boolean split) {
        return "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"" + scheme + "\", \"split\": " + split
                + "}";
    }

    private static String byteLevel(boolean prefix, boolean regex) {
        return "{\"type\": \"ByteLevel\", \"add_prefix_space\": " + prefix + ", \"trim_offsets\": true, \"use_regex\": " + regex
                + "}";
    }

    @Test
    void empty_text_has_no_words() {
        for (String type : List.of("BertPreTokenizer", "ByteLevel", "Digits", "Punctuation", "UnicodeScripts", "Whitespace",
                "WhitespaceSplit")) {
            assertEquals(List.of(), words("{\"type\": \"" + type + "\"}", ""), type);
        }
        assertEquals(List.of(), words("null", ""));
    }

    private static List<String> punctuation(String behavior) {
        return words("{\"type\": \"Punctuation\", \"behavior\": \"" + behavior + "\"}", ".a.. b-c");
    }

    private static List<String> words(String json, String text) {
        List<String> words = new ArrayList<>();
        AlignedText aligned = AlignedText.of(text, 0, text.length());
        SmallFile.bert().preTokenizer(json).parts().preTokenizer().split(aligned, 0, text.length(),
                (t, from, to) -> words.add(t.subSequence(from, to).toString()));
        return words;
    }
}
