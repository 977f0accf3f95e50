package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.local.LocalModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PassageCutterTest {

    private static EmbeddingFunction model;

    @BeforeAll
    static void open() {
        String name = LocalModels.builtIns().getFirst();
        model = new LocalModels(null)
                .open((LocalModel) ModelDefinition.of(name, Map.of("provider", "local", "model", name)));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static PassageCutter byWords() {
        return new PassageCutter(PassageCutterTest::wordStarts, Integer.MAX_VALUE);
    }

    private static int[] wordStarts(String text) {
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            boolean white = Character.isWhitespace(text.charAt(i));
            if (!white && (i == 0 || Character.isWhitespace(text.charAt(i - 1)))) starts.add(i);
        }
        return starts.stream().mapToInt(Integer::intValue).toArray();
    }

    private static List<String> texts(PassageCutter cutter, String text, int max, int overlap) {
        return cutter.cut(text, new PassageCut(max, overlap)).stream()
                .map(span -> text.substring(span.start(), span.end())).toList();
    }

    @Test
    void short_texts_are_one_passage_without_the_white_space_around_them() {
        assertEquals(List.of("One. Two three."), texts(byWords(), "  One. Two three.\n", 10, 2));
        assertEquals(List.of(), texts(byWords(), " \n ", 10, 2));
        assertEquals(List.of(), texts(byWords(), "", 10, 2));
    }

    @Test
    void passages_end_where_sentences_end_and_begin_with_what_fits_into_the_overlap() {
        String text = "A b c d. E f g. H i. J k l m. N o.";
        assertEquals(List.of("A b c d. E f g.", "H i. J k l m. N o."), texts(byWords(), text, 8, 0));
        assertEquals(List.of("A b c d. E f g.", "E f g. H i.", "H i. J k l m. N o."), texts(byWords(), text, 8, 3));
        // What overlaps never takes the room of what is new.
        assertEquals(List.of("A b c d.", "E f g.", "H i.", "J k l m.", "N o."), texts(byWords(), text, 4, 3));
    }

    @Test
    void sentences_end_in_other_languages_too() {
        PassageCutter cutter = new PassageCutter(ApproximateTokens::starts, Integer.MAX_VALUE);
        assertEquals(List.of("今天天气很好。", "我们去公园吧！", "你来吗？"), texts(cutter, "今天天气很好。我们去公园吧！你来吗？", 8, 0));
        assertEquals(List.of("यह एक वाक्य है।", "दूसरा वाक्य।"), texts(byWords(), "यह एक वाक्य है। दूसरा वाक्य।", 4, 0));
        assertEquals(List.of("كيف حالك؟", "أنا بخير."), texts(byWords(), "كيف حالك؟ أنا بخير.", 2, 0));
        assertEquals(List.of("first paragraph", "second one"), texts(byWords(), "first paragraph\n\nsecond one", 2, 0));
    }

    @Test
    void long_sentences_are_cut_at_words_and_overlap() {
        assertEquals(List.of("a b c d e", "e f g h i", "i j"), texts(byWords(), "a b c d e f g h i j", 5, 1));
        assertEquals(List.of("a b c d e", "f g h i j"), texts(byWords(), "a b c d e f g h i j", 5, 0));
    }

    @Test
    void characters_of_two_chars_stay_whole() {
        PassageCutter everyChar = new PassageCutter(text -> {
            int[] starts = new int[text.length()];
            for (int i = 0; i < starts.length; i++) starts[i] = i;
            return starts;
        }, Integer.MAX_VALUE);
        String text = "\uD83D\uDE00".repeat(7);
        for (String passage : texts(everyChar, text, 3, 1)) assertEquals(0, passage.length() % 2, passage);
        // Longer than any sentence is read at once.
        String long_ = "x" + "\uD83D\uDE00".repeat(20_000);
        for (TextSpan span : everyChar.cut(long_, new PassageCut(1_000, 0))) {
            assertTrue(!Character.isLowSurrogate(long_.charAt(span.start())));
            assertTrue(!Character.isHighSurrogate(long_.charAt(span.end() - 1)));
        }
    }

    @Test
    void every_character_that_is_not_white_lies_in_a_passage_that_fits() {
        Random random = new Random(7);
        String[] parts = {"word ", "longer-word ", "字", "。", ". ", "! ", "\n", "\n\n", "\uD83D\uDE00", "é", "x", "؟ ", " ",
            "1.5 "};
        for (int round = 0; round < 200; round++) {
            StringBuilder built = new StringBuilder();
            for (int i = random.nextInt(400); i >= 0; i--) built.append(parts[random.nextInt(parts.length)]);
            String text = built.toString();
            PassageCut cut = new PassageCut(2 + random.nextInt(40), random.nextInt(2));
            List<TextSpan> spans = PassageCutter.of(model).cut(text, cut);
            assertEquals(spans, PassageCutter.of(model).cut(text, cut));
            boolean[] covered = new boolean[text.length()];
            int last = -1;
            for (TextSpan span : spans) {
                assertTrue(span.start() > last, "starts ascend");
                last = span.start();
                for (int i = span.start(); i < span.end(); i++) covered[i] = true;
                int tokens = model.tokenStarts(text.substring(span.start(), span.end())).length;
                // A passage alone may have another token or two than its sentences one by one.
                assertTrue(tokens <= cut.maxTokens() + 3, tokens + " tokens, wanted " + cut);
            }
            for (int i = 0; i < covered.length; i++) {
                assertTrue(covered[i] || Character.isWhitespace(text.charAt(i)), "char " + i + " of [" + text + "]");
            }
        }
    }

    @Test
    void models_that_read_little_get_little() {
        PassageCutter narrow = new PassageCutter(PassageCutterTest::wordStarts, 3);
        assertEquals(List.of("a b c", "d e"), texts(narrow, "a b c d e", 100, 0));
        assertEquals(List.of("a", "b"), texts(new PassageCutter(PassageCutterTest::wordStarts, -5), "a b", 100, 50));
    }

    @Test
    void texts_of_too_many_passages_are_not_cut_to_the_end() {
        List<TextSpan> spans = byWords().cut("word ".repeat(100_000), new PassageCut(2, 0));
        assertEquals(PassageCutter.MAX_PASSAGES + 1, spans.size());
        assertEquals(PassageCutter.MAX_PASSAGES, byWords().cut("word ".repeat(2_000), new PassageCut(2, 0)).size());
    }

    @Test
    void guessed_tokens_are_no_fewer_than_those_of_english() {
        String text = "The quick brown fox jumps over the lazy dog, and extraordinarily so; nobody knows why it would.";
        int guessed = ApproximateTokens.starts(text).length;
        int real = model.tokenStarts(text).length;
        assertTrue(guessed >= real && guessed <= 2 * real, guessed + " guessed, " + real + " real");
    }
}
