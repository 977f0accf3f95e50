package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

/** Expected values are those of Oniguruma, which Hugging Face runs. */
final class RegexPatternTest {

    private static final String[] PIECES = {"a", "Z", "é", "中", "😀", "1", "２", "½", " ", "  ", "\t", "\n", "\r\n", "\u00a0",
        "'s", "'LL",
        "'ſ", "'", "!", "...", "\u0301", "\ud835\udd18", "_", "-"};

    @Test
    void whole_text_is_divided() {
        assertEquals(List.of("-a", "+12", "-b", "+34"), parts("\\d+", "a12b34"));
        assertEquals(List.of("+", "-a", "+x", "-😀", "+"), parts("x*", "ax😀"));
    }

    @Test
    void word_characters_differ_inside_and_outside_of_a_class() {
        assertEquals(List.of("+é²", "-!"), parts("\\w+", "é²!"));
        assertEquals(List.of("+é", "-²!"), parts("[\\w]+", "é²!"));
    }

    @Test
    void h_is_a_hexadecimal_digit() {
        assertEquals(List.of("+fA", "-g ", "+0"), parts("\\h+", "fAg 0"));
    }

    @Test
    void lines_end_with_a_line_feed_only() {
        assertEquals(List.of("-a\r", "+\n", "-b"), parts("$\\n", "a\r\nb"));
        assertEquals(List.of("+a", "-\n", "+a"), parts("^a", "a\na"));
    }

    @Test
    void scripts_and_categories() {
        assertEquals(List.of("-aа", "+中"), parts("\\p{Han}", "aа中"));
        assertEquals(List.of("-a", "+А", "-1"), parts("[\\p{Cyrillic}&&\\p{Lu}]", "aА1"));
        assertEquals(List.of("+a", "-1"), parts("\\p{^N}", "a1"));
    }

    @Test
    void what_cannot_be_translated_is_named() {
        assertRefused("(a)\\1", "the escape [\\1]");
        assertRefused("(a|b)*", "a group that is repeated without bound");
        assertRefused("(?:(?:a|b){20}){20}", "a group that is repeated more than 256 times");
        assertRefused("(?:a){1,99999999999}", "a group that is repeated more than 256 times");
        assertRefused("(?<n>a)", "the group [(?<n]");
        assertRefused("[[:alpha:]]", "the class [:");
        assertRefused("\\p{Foo}", "the property [Foo]");
        assertRefused("\\X", "the escape [\\X]");
        assertRefused("(?i:é)", "the letter [é] that ignores case");
        assertRefused("a)", "unmatched [)]");
        assertRefused("(a", "Unclosed group");
        assertRefused("[a", "[[] at the end");
        assertRefused("(".repeat(10_000), "it has [10000] chars, expected 4096 at most");
        assertRefused("(".repeat(4_000), "more than 32 groups in each other");
        assertRefused("[".repeat(4_000), "more than 32 classes in each other");
    }

    @Test
    void word_patterns_find_what_their_regular_expressions_find() {
        Random dice = new Random(3);
        for (WordPattern pattern : WordPattern.values()) {
            RegexPattern regex = RegexPattern.of(pattern.regex());
            for (int round = 0; round < 3_000; round++) {
                StringBuilder text = new StringBuilder();
                for (int i = dice.nextInt(12); i > 0; i--) text.append(PIECES[dice.nextInt(PIECES.length)]);
                assertEquals(parts(regex, text.toString()), parts(pattern, text.toString()), pattern + " of " + text);
            }
        }
    }

    private static void assertRefused(String regex, String reason) {
        String json = "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"" + regex.replace("\\", "\\\\")
                + "\"}, \"behavior\": \"Isolated\"}";
        assertEquals(
                "tokenizer.json: pre_tokenizer.pattern.Regex is [" + regex + "], a regular expression that is not supported: "
                        + reason,
                assertThrows(TokenizerException.class, () -> SmallFile.bert().preTokenizer(json).read()).getMessage());
    }

    private static List<String> parts(String regex, String text) {
        return parts(RegexPattern.of(regex), text);
    }

    /** Those that match with a plus before them, the others with a minus. */
    private static List<String> parts(TextPattern pattern, String text) {
        List<String> parts = new ArrayList<>();
        pattern.divide(AlignedText.of(text, 0, text.length()), 0, text.length(), new TextPattern.Parts() {
            @Override
            public void part(int from, int to, boolean match) {
                parts.add((match ? "+" : "-") + text.substring(from, to));
            }

            @Override
            public boolean enough() {
                return false;
            }
        });
        return parts;
    }
}
