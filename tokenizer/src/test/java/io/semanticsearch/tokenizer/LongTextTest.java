package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

/** The work for a text of ten million chars is bounded: each takes a fraction of a second, the limit is for slow machines. */
final class LongTextTest {

    private static final int CHARS = 10_000_000;
    private static final int MAX_TOKENS = 512;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final SmallFile BPE = SmallFile.of(SmallFile.bpe("\"unk_token\": \"<unk>\"", List.of("a b", "a a", "aa aa"),
            "<unk>", "a", "b", "ab", "aa", "aaaa"));
    private static final SmallFile UNIGRAM = SmallFile.of(SmallFile.unigram("", "<unk> 0", "a -1", "b -1", "ab -1.5", "aa -2"));
    private static final SmallFile FILE = SmallFile.bert("a", "##a", "中", ".", "[", "]", "sep");

    @Test
    void number_of_tokens_is_exact_up_to_the_bound() {
        Tokenizer tokenizer = FILE.read();
        int bound = MAX_TOKENS + Tokens.COUNTED_BEYOND_LIMIT;
        assertEquals(bound - 1, tokenizer.encode("a ".repeat(bound - 3), MAX_TOKENS).total());
        assertEquals(bound, tokenizer.encode("a ".repeat(CHARS / 2), MAX_TOKENS).total(), "the rest of the text is not read");
    }

    @Test
    void words_end_the_work_early() {
        assertCut("a a. ".repeat(CHARS / 5), FILE);
    }

    @Test
    void ideographs_end_the_work_early() {
        assertCut("中".repeat(CHARS), FILE);
    }

    @Test
    void stages_end_the_work_early() {
        assertCut("a a. ".repeat(CHARS / 5), FILE.normalizer("{\"type\": \"NFKC\"}"));
    }

    @Test
    void recognised_tokens_end_the_work_early() {
        assertCut("[SEP] a".repeat(CHARS / 7), FILE.addedTokens(SmallFile.addedToken(2, "[SEP]")));
    }

    @Test
    void text_is_known_to_be_cut_though_the_next_token_is_far() {
        assertCut("a ".repeat(MAX_TOKENS) + " ".repeat(CHARS) + "a", FILE);
    }

    @Test
    void words_of_other_models_end_the_work_early() {
        for (SmallFile file : List.of(BPE, UNIGRAM)) {
            for (String preTokenizer : List.of("null", "{\"type\": \"ByteLevel\", \"add_prefix_space\": false}",
                    "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"split\": false}",
                    "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"\\\\s+|\\\\w+\"}, \"behavior\": \"Isolated\"}")) {
                for (String unit : List.of("ab a. ", "a", "😀", " ")) {
                    Encoding encoding = encode(file.preTokenizer(preTokenizer), unit.repeat(CHARS / unit.length()));
                    assertTrue(encoding.ids().length > 0, unit);
                    assertTrue(encoding.truncated() || encoding.ends()[encoding.ids().length - 1] == CHARS, unit);
                }
            }
        }
    }

    @Test
    void one_long_word_is_one_unknown_token() {
        assertUnknown("a".repeat(CHARS));
        assertUnknown("é".repeat(CHARS));
        assertUnknown("😀".repeat(CHARS / 2));
        assertUnknown("한".repeat(CHARS));
    }

    @Test
    void text_of_nothing_has_no_tokens() {
        for (String nothing : new String[]{" ", "\u0000", "\u0301", "\u3000", "\uDBC0\uDC00", "\uD83D"}) {
            Encoding encoding = encode(FILE, nothing.repeat(CHARS / nothing.length()));
            assertEquals(2, encoding.total());
        }
    }

    private static void assertCut(String text, SmallFile file) {
        Encoding encoding = encode(file, text);
        assertEquals(MAX_TOKENS, encoding.ids().length);
        assertTrue(encoding.truncated());
    }

    private static void assertUnknown(String word) {
        Encoding encoding = encode(FILE, word);
        assertEquals(3, encoding.total());
        assertEquals(0, encoding.ids()[1]);
        assertEquals(word.length(), encoding.ends()[1]);
    }

    private static Encoding encode(SmallFile file, String text) {
        Tokenizer tokenizer = file.read();
        return assertTimeoutPreemptively(LIMIT, () -> tokenizer.encode(text, MAX_TOKENS));
    }
}
