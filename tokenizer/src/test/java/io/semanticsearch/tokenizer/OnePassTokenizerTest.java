package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;

/** The fast way against the stages, which the comparison with Hugging Face vouches for. */
final class OnePassTokenizerTest {

    private static final List<String> NORMALIZERS = List.of(SmallFile.BERT_NORMALIZER, "null", "{\"type\": \"Lowercase\"}",
            "{\"type\": \"StripAccents\"}", bert(true, true, false, false), bert(true, false, true, false),
            bert(false, true, true, true),
            bert(false, false, false, false),
            "{\"type\": \"Sequence\", \"normalizers\": [" + SmallFile.BERT_NORMALIZER + ", {\"type\": \"StripAccents\"}]}");

    private static final String[] VOCABULARY = {"a", "b", "c", "##a", "##b", "##c", "ab", "##ab", "abc", "##e", "e", "é", "i",
        "##i", ".", "!", "中",
        "##中", "ß", "😀", "##😀", "\uFFFD", "##\uFFFD", "ᄒ", "##ᅡ", "##ᆫ", "한", "##\u0301", "\u0301"};

    private static final String[] PIECES = {"a", "b", "c", "ab", "abc", "A", "É", "e\u0301", "\u0301", "İ", "ß", ".", "!", "  ",
        " ", "\t", "\n", "\u00A0",
        "\u3000", "\u0000", "\u200B", "\uFFFD", "中", "\uF900", "𠀀", "\uD87E\uDC00", "한", "😀", "\uD83D", "\uDE00", "𝔘",
        "\u1F80", "\u0344",
        "a".repeat(63), "b".repeat(64), "c".repeat(65), "a".repeat(101), "é".repeat(99), "x"};

    @Test
    void texts_of_ascii_give_the_same_tokens() {
        Random dice = new Random(1);
        assertSame(2000, () -> {
            StringBuilder text = new StringBuilder();
            for (int i = dice.nextInt(200); i > 0; i--)
                text.append((char) (dice.nextInt(4) == 0 ? dice.nextInt(0x80) : "abcABC .".charAt(dice.nextInt(8))));
            return text.toString();
        });
    }

    @Test
    void texts_of_nasty_pieces_give_the_same_tokens() {
        Random dice = new Random(2);
        assertSame(2000, () -> {
            StringBuilder text = new StringBuilder();
            for (int i = dice.nextInt(30); i > 0; i--) text.append(PIECES[dice.nextInt(PIECES.length)]);
            return text.toString();
        });
    }

    @Test
    void texts_of_any_chars_give_the_same_tokens() {
        Random dice = new Random(3);
        assertSame(500, () -> {
            StringBuilder text = new StringBuilder();
            for (int i = dice.nextInt(60); i > 0; i--) text.append((char) dice.nextInt(0x10000));
            return text.toString();
        });
    }

    @Test
    void lone_surrogates_are_read_as_replacement_characters() {
        Tokenizer tokenizer = file("null").read();
        assertEquals("a(0-1) ##\uFFFD(1-2) ##b(2-3) \uFFFD(4-5) .(5-6) \uFFFD(6-7)",
                Shown.plain(tokenizer, "a\uD83Db \uDE00.\uD83D"));
        assertEquals("ab(0-3) .(5-6)", Shown.plain(file(SmallFile.BERT_NORMALIZER).read(), "a\uD83Db \uDE00.\uD83D"),
                "cleaning drops them");
    }

    @Test
    void part_of_a_text_keeps_the_offsets_of_the_whole() {
        SegmentTokenizer segments = file(SmallFile.BERT_NORMALIZER).parts().segmentTokenizer(SpecialTokensInText.AS_TEXT);
        Tokens tokens = new Tokens(10, 9);
        segments.tokenize("abc é中abc", 4, 7, tokens);
        assertEquals("[13, 19] [4, 5] [5, 6] of 3", shown(tokens, 2) + " of " + tokens.count());
    }

    @Test
    void many_threads_give_the_same_tokens() throws Exception {
        Tokenizer tokenizer = file(SmallFile.BERT_NORMALIZER).read();
        String text = String.join("", PIECES) + "Ünïcödé Привет 日本語 ".repeat(20);
        int[] alone = file(SmallFile.BERT_NORMALIZER).read().encode(text, 1000).ids();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<int[]>> results = new ArrayList<>();
            for (int i = 0; i < 100; i++) results.add(threads.submit(() -> tokenizer.encode(text, 1000).ids()));
            for (Future<int[]> result : results) assertArrayEquals(alone, result.get());
        }
    }

    private interface Texts {
        String next();
    }

    private static void assertSame(int texts, Texts source) {
        for (String normalizer : NORMALIZERS) {
            TokenizerFile file = file(normalizer).parts();
            OnePassTokenizer fast = new OnePassTokenizer(file.normalizer(), (WordPiece) file.model());
            StagedTokenizer stages = new StagedTokenizer(file.normalizer(), List.of(), file.preTokenizer(), file.model());
            for (int i = 0; i < texts; i++) {
                String text = source.next();
                assertEquals(tokens(stages, text), tokens(fast, text), () -> normalizer + " " + escaped(text));
            }
        }
    }

    private static String tokens(SegmentTokenizer segments, String text) {
        Tokens tokens = new Tokens(10_000, text.length());
        segments.tokenize(text, 0, text.length(), tokens);
        return shown(tokens, tokens.count());
    }

    private static String shown(Tokens tokens, int count) {
        int[] ids = new int[count];
        int[] starts = new int[count];
        int[] ends = new int[count];
        tokens.copyIds(ids, 0, count);
        tokens.copyOffsets(starts, ends, 0, count);
        return Arrays.toString(ids) + " " + Arrays.toString(starts) + " " + Arrays.toString(ends);
    }

    private static SmallFile file(String normalizer) {
        return SmallFile.bert(VOCABULARY).normalizer(normalizer);
    }

    private static String bert(boolean clean, boolean apart, boolean strip, boolean lower) {
        return "{\"type\": \"BertNormalizer\", \"clean_text\": " + clean + ", \"handle_chinese_chars\": " + apart
                + ", \"strip_accents\": " + strip
                + ", \"lowercase\": " + lower + "}";
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.toCharArray()) escaped.append(String.format("\\u%04X", (int) c));
        return escaped.toString();
    }
}
