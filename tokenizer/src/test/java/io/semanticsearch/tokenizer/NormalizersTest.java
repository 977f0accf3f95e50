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
        return shown.substring(0, shown.length() - 1);
    }
}
