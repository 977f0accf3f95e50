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
    void empty_text_has_no_words() {
        for (String type : List.of("BertPreTokenizer", "Whitespace", "WhitespaceSplit", "Punctuation")) {
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
