package io.semanticsearch.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.trainer.Judge.Retrieval;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a model: of one that was just made, of others beside it, and by what a least cosine lets through. */
class JudgeTest {

    @TempDir
    private Path folder;

    @Test
    void questions_lose_the_words_of_their_own_passage() {
        Retrieval set = new Retrieval("set", List.of("A dog, barking!", "The cat"), List.of("Which DOG is loud?", "a barking dog",
                "The dog-cat"), new int[]{0, 0, 1});
        Retrieval left = OtherWords.of(set);
        assertEquals("set, other words", left.name());
        assertEquals(List.of("which is loud", "dog"), left.questions());
        assertArrayEquals(new int[]{0, 1}, left.right());
    }

    @Test
    void models_are_judged_under_their_names_with_what_a_least_cosine_does() throws IOException {
        Path sources = MadeUpText.write(folder);
        squad();
        List<String> words = new ArrayList<>(List.of("--data", folder.toString(), "--sources", sources.toString(), "--eval",
                folder.toString()));
        for (String number : List.of("vocabulary=140", "parts=20", "dimension=64", "pairs=48", "steps=40", "neighbours=8")) {
            words.addAll(List.of("--set", number));
        }
        List<String> make = new ArrayList<>(words);
        make.addAll(List.of("--out", folder.resolve("made").toString()));
        Trainer.make(Options.parse(make, Path.of("")), new PrintStream(OutputStream.nullOutputStream()));
        words.addAll(List.of("--judge", folder.resolve("made").toString(), "--compare",
                "an older one=" + folder.resolve("made-float")));
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        Trainer.make(Options.parse(words, Path.of("")), new PrintStream(shown, true, StandardCharsets.UTF_8));
        List<String> lines = shown.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(3, lines.stream().filter(line -> line.startsWith("| made | as it is | ")).count(), lines.toString());
        assertEquals(3, lines.stream().filter(line -> line.startsWith("| an older one | as it is | ")).count(), lines.toString());
        assertTrue(
                lines.getFirst().startsWith("| model | precision | dimensions | squad-v1.1 | squad-v1.1, other words | held |"),
                lines.getFirst());

        int head = lines.indexOf(
                "| least cosine | of 3 questions of squad-v1.1 keep their passage | of 243 passages above it, per question |");
        assertTrue(head > 0, lines.toString());
        double[] kept = column(lines, head, 2);
        double[] above = column(lines, head, 3);
        for (double[] column : List.of(kept, above)) {
            double[] falling = Arrays.stream(column).map(x -> -x).sorted().map(x -> -x).toArray();
            assertArrayEquals(falling, column, "the higher the least cosine, the fewer");
        }
        // Each question is its passage without a word, so it is near.
        assertEquals(100, kept[kept.length - 1], 0);
        assertTrue(above[above.length - 1] < above[0], Arrays.toString(above));
    }

    private static double[] column(List<String> lines, int head, int number) {
        return lines.subList(head + 2, lines.size()).stream()
                .mapToDouble(line -> Double.parseDouble(line.split("\\|")[number].replaceAll("[ %,]", ""))).toArray();
    }

    private void squad() throws IOException {
        Path squad = Files.createDirectories(folder.resolve("squad-v1.1"));
        StringBuilder corpus = new StringBuilder();
        StringBuilder queries = new StringBuilder();
        StringBuilder judged = new StringBuilder("query\tdocument\tscore\n");
        for (int i = 0; i < 3; i++) {
            List<String> topic = MadeUpText.TOPICS.get(i);
            corpus.append("{\"_id\": \"d%s\", \"title\": \"%s\", \"text\": \"%s\"}\n".formatted(i, topic.getFirst(),
                    String.join(" ", topic.subList(1, 9))));
            queries.append("{\"_id\": \"q%s\", \"text\": \"%s\"}\n".formatted(i, String.join(" ", topic.subList(2, 10))));
            judged.append("q%s\td%s\t1\n".formatted(i, i));
        }
        Files.writeString(squad.resolve("corpus.jsonl"), corpus);
        Files.writeString(squad.resolve("queries.jsonl"), queries);
        Files.writeString(squad.resolve("qrels.tsv"), judged);
    }
}
