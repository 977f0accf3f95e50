package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

import org.junit.jupiter.api.Test;

final class BertNormalizerTest {

    private static final BertNormalizer NOTHING = new BertNormalizer(false, false, false, false);
    private static final BertNormalizer CLEAN = new BertNormalizer(true, false, false, false);
    private static final BertNormalizer APART = new BertNormalizer(false, true, false, false);
    private static final BertNormalizer BARE = new BertNormalizer(false, false, true, false);
    private static final BertNormalizer LOWER = new BertNormalizer(false, false, false, true);
    private static final BertNormalizer ALL = new BertNormalizer(true, true, true, true);

    @Test
    void no_switch_leaves_the_text_alone() {
        assertEquals("É\u0000 中\tİ\u0301", normalized(NOTHING, "É\u0000 中\tİ\u0301"));
    }

    @Test
    void cleaning_drops_control_characters_and_makes_white_space_spaces() {
        assertEquals("ab c d e f", normalized(CLEAN, "a\u0000\u0007\uFFFD\u200B\u00AD\uE000b\tc\nd\u3000e\u2028f\u0085"));
    }

    @Test
    void cleaning_keeps_unassigned_code_points() {
        assertEquals("\u0378", normalized(CLEAN, "\u0378"));
    }

    @Test
    void ideographs_are_set_apart_in_all_planes() {
        assertEquals("a 中 b 𠀀 ", normalized(APART, "a中b𠀀"));
    }

    @Test
    void kana_and_hangul_are_not_set_apart() {
        assertEquals("かカ한", normalized(APART, "かカ한"));
    }

    @Test
    void accents_are_stripped_from_composed_and_decomposed_letters() {
        assertEquals("Ee e", normalized(BARE, "Ée\u0323\u0301 ế"));
    }

    @Test
    void stripping_accents_takes_hangul_apart() {
        assertEquals("\u1112\u1161\u11AB", normalized(BARE, "한"));
    }

    @Test
    void spacing_marks_are_not_accents() {
        assertEquals("\u0928\u093F", normalized(BARE, "\u0928\u093F"));
    }

    @Test
    void lower_case_disregards_the_neighbours() {
        assertEquals("σας σασ", normalized(LOWER, "ΣΑς ΣΑΣ"));
    }

    @Test
    void capital_i_with_dot_keeps_its_dot_when_accents_stay() {
        assertEquals("i\u0307", normalized(LOWER, "İ"));
        assertEquals("i", normalized(ALL, "İ"));
    }

    @Test
    void stripping_accents_follows_lower_case_when_not_said() {
        assertEquals("e", firstToken("null", true, "É"));
        assertEquals("É", firstToken("null", false, "É"));
        assertEquals("é", firstToken("false", true, "É"));
        assertEquals("E", firstToken("true", false, "É"));
    }

    @Test
    void offsets_stay_those_of_the_original_text() {
        AlignedText text = ALL.normalize(AlignedText.of("..\u0000É中", 2, 5));
        assertEquals("e 中 ", text.toString());
        assertEquals("3-4 4-5 4-5 4-5", offsets(text));
    }

    /**
     * Against Hugging Face's tokenizers 0.23.2 for every code point but 49 of Unicode 16 and 17, where its tables of lower case are
     * newer and those of decomposition older than Java's.
     */
    @Test
    void every_code_point_becomes_what_hugging_face_makes_of_it() {
        CRC32 crc = new CRC32();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE || newerThanTheTables(c)) continue;
            String text = Character.toString(c);
            String line = String.format("%X %s %s %s %s %s %s%n", c, normalized(CLEAN, text), normalized(APART, text),
                    normalized(BARE, text),
                    normalized(LOWER, text), words(new BertPreTokenizer(), text), words(new Whitespace(), text));
            crc.update(line.getBytes(StandardCharsets.UTF_8));
        }
        assertEquals("80fbf202", Long.toHexString(crc.getValue()));
    }

    private static boolean newerThanTheTables(int c) {
        return c == 0xA7CE || c == 0xA7D2 || c == 0xA7D4 || c >= 0x16EA0 && c <= 0x16EB8 || c == 0x105C9 || c == 0x105E4
                || c == 0x11383
                || c == 0x11385 || c == 0x1138E || c == 0x11391 || c == 0x113C5 || c == 0x113C7 || c == 0x113C8 || c == 0x11938
                || c >= 0x16121 && c <= 0x16128 || c >= 0x16D68 && c <= 0x16D6A;
    }

    private static int words(PreTokenizer preTokenizer, String between) {
        String text = "a" + between + "a";
        int[] words = {0};
        preTokenizer.split(AlignedText.of(text, 0, text.length()), 0, text.length(), (_, _, _) -> words[0]++);
        return words[0];
    }

    private static String firstToken(String stripAccents, boolean lowercase, String text) {
        Tokenizer tokenizer = SmallFile.bert("e", "é", "E", "É")
                .normalizer(
                        """
                                {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": %s, "lowercase": %s}"""
                                .formatted(
                                        stripAccents, lowercase))
                .read();
        return tokenizer.token(tokenizer.encodePlain(text, 10).ids()[0]);
    }

    private static String normalized(Normalizer normalizer, String text) {
        return normalizer.normalize(AlignedText.of(text, 0, text.length())).toString();
    }

    private static String offsets(AlignedText text) {
        StringBuilder offsets = new StringBuilder();
        for (int i = 0; i < text.length(); i++) offsets.append(text.start(i)).append('-').append(text.end(i)).append(' ');
        return offsets.toString().strip();
    }
}
