package io.semanticsearch.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Words, their parts, and the vocabulary that is learnt of them. */
class WordPiecesTest {

    private static final WordPieces PIECES = new WordPieces(
            List.of("[PAD]", "[UNK]", "a", "##a", "b", "##b", "c", "##c", "ab", "##bc", "abc",
                    "é", "1", "##2", "-", "##.", "日", "e", "##e"));

    @TempDir
    private Path folder;

    @Test
    void a_word_is_the_longest_token_and_then_the_longest_rest() {
        assertArrayEquals(new int[]{10}, PIECES.spell("abc"));
        assertArrayEquals(new int[]{8, 3, 9}, PIECES.spell("abab" + "c"));
        assertArrayEquals(new int[]{WordPieces.UNKNOWN}, PIECES.spell("abx"));
        assertArrayEquals(new int[]{8, 7}, PIECES.spellInPieces("abc"));
        assertArrayEquals(new int[]{WordPieces.UNKNOWN}, PIECES.spell("a".repeat(101)));
    }

    /** The tokenizer that the plugin reads the file with must make the ids that the rows were trained for. */
    @Test
    void words_and_ids_are_those_of_the_tokenizer() throws IOException {
        new ModelWriter(folder, PIECES, new int[]{16});
        try (InputStream json = Files.newInputStream(folder.resolve("tokenizer.json"))) {
            Tokenizer tokenizer = Tokenizer.read(json);
            for (String text : List.of("ABC abcab", "a-b.c", "Ábc é\u0301 e\u0301", "a\u00a0b\u200bc\u2003a\tb\u0000c\u0085a",
                    "日a本", "“a” – b…c",
                    "12 1.2 ½ ﬁ ǅ İ", "\ud83d\ude00a \ufffdb", "a".repeat(101), "", "  ")) {
                assertEquals(Arrays.toString(tokenizer.encodePlain(text, 1000).ids()),
                        Arrays.toString(RecordedVectors.ids(text, PIECES)),
                        text);
            }
        }
    }

    @Test
    void parts_are_what_stands_together_most_often() {
        PieceLearner learner = new PieceLearner();
        learner.add("walking", 10);
        learner.add("talking", 10);
        learner.add("sing", 3);
        List<String> parts = learner.learn(8);
        assertTrue(parts.contains("##alking"), parts.toString());
        assertTrue(parts.contains("walking") && parts.contains("talking"), parts.toString());
        // 23 times, before all that occur 20 times
        assertTrue(parts.subList(0, 2).contains("##ing"), parts.toString());
        assertEquals(parts.size(), new HashSet<>(parts).size());
    }

    @Test
    void a_vocabulary_has_the_characters_the_words_and_spells_everything() throws IOException {
        Path sources = MadeUpText.write(folder);
        try (Shards shards = new Shards(2)) {
            Progress progress = new Progress(new PrintStream(OutputStream.nullOutputStream()));
            TrainingText text = TrainingText.read(folder, Source.readList(sources), 1, shards, progress);
            WordPieces pieces = VocabularyLearner.learn(text, 90, 20, progress);
            assertEquals(90, pieces.size());
            assertEquals(90, new HashSet<>(pieces.tokens()).size());
            assertEquals(List.of("[PAD]", "[UNK]"), pieces.tokens().subList(0, 2));
            for (int w = 0; w < text.size(); w++) {
                int[] ids = pieces.spell(text.words()[w]);
                StringBuilder spelt = new StringBuilder();
                for (int id : ids) spelt.append(pieces.tokens().get(id).replaceFirst("^##(?=.)", ""));
                assertEquals(text.words()[w], spelt.toString());
                assertTrue(w == 0 || text.counts()[w] <= text.counts()[w - 1], "the frequent words come first");
            }
            assertEquals(1, pieces.spell("bread").length);
        }
    }

    @Test
    void a_typing_error_changes_little() {
        Dice dice = new Dice(5);
        int changed = 0;
        for (int i = 0; i < 200; i++) {
            String typed = Speller.mistyped("bicycle", dice);
            assertTrue(Math.abs(typed.length() - 7) <= 1 && typed.startsWith("b"), typed);
            if (!typed.equals("bicycle")) changed++;
        }
        assertTrue(changed > 180, changed + " of 200");
    }
}
