package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;

import org.junit.jupiter.api.Test;

/** Expected values are Hugging Face's. */
final class UnigramTest {

    private static final String[] VOCABULARY = {"<unk> 0", "a -2", "b -2", "ab -3", "abc -9", "c -2.5"};

    @Test
    void spelling_of_the_highest_sum_is_taken() {
        assertEquals("ab(0-2) c(2-3) ab(3-5)", shown("", "abcab", VOCABULARY));
        assertEquals("a(0-1) aa(1-3)", shown("", "aaa", "<unk> 0", "a -1", "aa -2"), "of equal ones that with the longest last");
    }

    @Test
    void unknown_characters_in_a_row_are_one_token() {
        assertEquals("a(0-1) <unk>(1-3) b(3-4) <unk>(4-6)", shown("", "axyb😀", VOCABULARY));
    }

    @Test
    void bytes_spell_unknown_characters_when_all_are_there() {
        assertEquals("a(0-1) <0xC3>(1-3) <0xA9>(1-3) <0x78>(1-3) a(3-4)",
                shown("\"byte_fallback\": true", "aéxa", SmallFile.bytes(" 0", "<unk> 0", "a -1")));
        assertEquals("a(0-1) <unk>(1-2)", shown("\"byte_fallback\": true", "aé", "<unk> 0", "<0xC3> 0", "a -1"));
    }

    @Test
    void special_token_spelt_out_stays_text() {
        SmallFile file = SmallFile.of(SmallFile.unigram("", "<unk> 0", "<s> 0", "< -9", "s -9", "> -9"))
                .addedTokens(SmallFile.addedToken(1, "<s>", "special"), SmallFile.addedToken(0, "<unk>", "special"));
        assertEquals("<(0-1) s(1-2) >(2-3)", Shown.plain(file.read(), "<s>"));
        assertEquals("<s>(0-3)", Shown.plain(file.read(SpecialTokensInText.RECOGNIZE), "<s>"));
        assertEquals("<(0-1) <unk>(1-4) >(4-5)", Shown.plain(file.read(), "<unk>"));
        assertEquals("<unk>(0-5)", Shown.plain(file.read(SpecialTokensInText.RECOGNIZE), "<unk>"));
    }

    @Test
    void long_word_is_spelt_as_if_in_one_go() {
        String[] vocabulary = {"<unk> 0", "a -2", "b -2.1", "c -2.3", "ab -3", "bca -4", "cab -4.5", "aaa -5.5", "bcabc -7"};
        Tokenizer tokenizer = SmallFile.of(SmallFile.unigram("", vocabulary)).read();
        Random dice = new Random(11);
        for (int length : new int[]{1, 31, 32, 33, 34, 500, 4095, 4096, 4097, 20_000}) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < length; i++) text.append("aaabbc".charAt(dice.nextInt(6)));
            assertArrayEquals(naive(text.toString(), vocabulary), tokenizer.encodePlain(text.toString(), length).ids(),
                    length + " chars");
        }
    }

    /** The best way to each place, over the whole text. */
    private static int[] naive(String text, String[] vocabulary) {
        double[] best = new double[text.length() + 1];
        int[] token = new int[text.length() + 1];
        for (int end = 1; end <= text.length(); end++) {
            best[end] = Double.NEGATIVE_INFINITY;
            for (int id = 1; id < vocabulary.length; id++) {
                String[] entry = vocabulary[id].split(" ");
                int begin = end - entry[0].length();
                if (begin < 0 || !text.startsWith(entry[0], begin)) continue;
                double score = best[begin] + Double.parseDouble(entry[1]);
                if (score < best[end] || score == best[end] && entry[0].length() < vocabulary[token[end]].split(" ")[0].length())
                    continue;
                best[end] = score;
                token[end] = id;
            }
        }
        int[] ids = new int[text.length()];
        int count = 0;
        for (int end = text.length(); end > 0; end -= vocabulary[token[end]].split(" ")[0].length()) ids[count++] = token[end];
        int[] result = new int[count];
        for (int i = 0; i < count; i++) result[i] = ids[count - 1 - i];
        return result;
    }

    @Test
    void wrong_entries_are_named() {
        assertError("model.vocab[1] is [[\"a\",\"x\"]], expected a token and its score", "<unk> 0", "a \"x\"");
        assertError("model.vocab[1] is [[\"a\",\"Infinity\"]], expected a token and its score", "<unk> 0", "a 1e999");
        assertError("model.unk_id is [1], expected an id of the vocab, below 1",
                SmallFile.unigram("", "a 0").replace("\"unk_id\": 0", "\"unk_id\": 1"));
        assertError("model.vocab is missing or empty, expected a list of tokens with their scores", SmallFile.unigram(""));
    }

    private static String shown(String keys, String text, String... vocabulary) {
        return Shown.plain(SmallFile.of(SmallFile.unigram(keys, vocabulary)).read(), text);
    }

    private static void assertError(String message, String first, String second) {
        assertError(message, SmallFile.unigram("", first, second));
    }

    private static void assertError(String message, String model) {
        assertEquals("tokenizer.json: " + message,
                assertThrows(TokenizerException.class, () -> SmallFile.of(model).read()).getMessage());
    }
}
