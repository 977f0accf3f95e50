package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;

import org.junit.jupiter.api.Test;

final class NormalizersTest {

    @Test
    void lowercase_goes_letter_by_letter() {
        assertEquals("h0-1 i1-2 ̇1-2 σ2-3", normalized("{\"type\": \"Lowercase\"}", "HİΣ"));
    }

    @Test
    void strip_accents_drops_marks_but_does_not_decompose() {
        assertEquals("é0-1 e1-2 a3-4", normalized("{\"type\": \"StripAccents\"}", "ée\u0301a\u0903"));
    }

    @Test
    void replacement_stands_where_the_last_character_stood() {
        assertEquals("a0-1 x2-3 y2-3 z2-3 b3-4", normalized(replace("String", "ab", "xyz"), "aabb"));
        assertEquals("a0-1  3-4 b4-5  5-6 c6-7", normalized(replace("Regex", " {2,}", " "), "a   b c"));
        assertEquals("a0-1 c2-3", normalized(replace("String", "b", ""), "abc"));
    }

    private static String replace(String kind, String pattern, String content) {
        return "{\"type\": \"Replace\", \"pattern\": {\"" + kind + "\": \"" + pattern + "\"}, \"content\": \"" + content + "\"}";
    }

    @Test
    void prefix_stands_where_the_first_character_stands() {
        assertEquals("▁0-1 a0-1 b1-2", normalized("{\"type\": \"Prepend\", \"prepend\": \"▁\"}", "ab"));
        assertEquals("", normalized("{\"type\": \"Prepend\", \"prepend\": \"▁\"}", ""));
    }

    @Test
    void strip_takes_white_space_off_the_ends() {
        assertEquals("a1-2", normalized("{\"type\": \"Strip\", \"strip_left\": true, \"strip_right\": true}", " a \n"));
        assertEquals("a1-2  2-3", normalized("{\"type\": \"Strip\", \"strip_left\": true, \"strip_right\": false}", " a "));
        assertEquals(" 0-1 a1-2", normalized("{\"type\": \"Strip\", \"strip_left\": false, \"strip_right\": true}", " a "));
    }

    @Test
    void nmt_drops_controls_and_makes_others_spaces() {
        assertEquals("a0-1 b2-3  3-4 c4-5  5-6 d6-7", normalized("{\"type\": \"Nmt\"}", "a\u0001b\tc\u200bd"));
    }

    @Test
    void nfc_composes_and_points_at_the_letter() {
        assertEquals("é0-1 a2-3", normalized("{\"type\": \"NFC\"}", "e\u0301a"));
    }

    @Test
    void nfd_decomposes_and_points_at_the_composed_letter() {
        assertEquals("e0-1 ́0-1 a1-2", normalized("{\"type\": \"NFD\"}", "éa"));
    }

    @Test
    void nfd_sorts_marks_and_offsets_never_go_back() {
        assertEquals("e0-1 ̣1-2 ́2-3", normalized("{\"type\": \"NFD\"}", "e\u0301\u0323"));
    }

    @Test
    void nfkc_replaces_look_alikes() {
        assertEquals("f0-1 i0-1 ガ1-2 23-4", normalized("{\"type\": \"NFKC\"}", "ﬁｶﾞ²"));
    }

    @Test
    void nfkd_reaches_beyond_the_basic_plane() {
        assertEquals("U0-2 n2-4", normalized("{\"type\": \"NFKD\"}", "𝔘𝔫"));
    }

    @Test
    void hangul_is_composed_of_its_letters() {
        assertEquals("각0-1", normalized("{\"type\": \"NFC\"}", "\u1100\u1161\u11A8"));
    }

    @Test
    void sequence_applies_one_after_the_other() {
        assertEquals("e0-1 a2-3", normalized("""
                {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}, {"type": "Lowercase"}]}""",
                "É\u0323A"));
    }

    @Test
    void no_normalizer_leaves_the_text_alone() {
        assertEquals("É0-1  1-2", normalized("null", "É "));
    }

    @Test
    void a_text_of_marks_only_takes_no_quadratic_time() {
        String marks = "\u0301\u0323".repeat(500_000);
        assertTimeoutPreemptively(Duration.ofSeconds(10),
                () -> UnicodeForm.NFC.normalize(AlignedText.of(marks, 0, marks.length())));
    }

    private static String normalized(String json, String text) {
        AlignedText result = SmallFile.bert().normalizer(json).parts().normalizer()
                .normalize(AlignedText.of(text, 0, text.length()));
        StringBuilder shown = new StringBuilder();
        int next;
        for (int i = 0; i < result.length(); i = next) {
            int c = result.codePointAt(i);
            next = i + Character.charCount(c);
            shown.appendCodePoint(c).append(result.start(i)).append('-').append(result.end(next - 1)).append(' ');
        }
        return shown.toString().stripTrailing();
    }
}
