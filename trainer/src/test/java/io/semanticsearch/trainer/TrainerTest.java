package io.semanticsearch.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.local.LocalModels;
import io.semanticsearch.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From text to a model: it is always the same one, the plugin reads it, and it has learnt something. */
class TrainerTest {

    @TempDir
    private Path folder;

    @Test
    void the_same_seed_gives_the_same_bytes_for_any_number_of_threads() throws IOException {
        Map<String, byte[]> one = files(train("one/model", "--threads", "1"));
        Map<String, byte[]> again = files(train("again/model", "--threads", "1"));
        Map<String, byte[]> two = files(train("two/model", "--threads", "2"));
        Map<String, byte[]> five = files(train("five/model", "--threads", "5"));
        assertEquals(9, one.size(), one.keySet().toString());
        for (String file : one.keySet()) {
            assertArrayEquals(one.get(file), again.get(file), file);
            assertArrayEquals(one.get(file), two.get(file), file);
            assertArrayEquals(one.get(file), five.get(file), file);
        }
        Map<String, byte[]> other = files(train("other/model", "--seed", "2"));
        assertFalse(Arrays.equals(one.get("model.safetensors"), other.get("model.safetensors")),
                "another seed gives another model");
    }

    @Test
    void the_plugin_reads_what_is_written_and_gives_the_recorded_vectors() throws IOException {
        Path model = train("model", "--threads", "2");
        JsonNode recorded = new ObjectMapper().readTree(model.resolve(RecordedVectors.FILE).toFile());
        int compared = 0;
        try (EmbeddingFunction function = open(model); InputStream json = Files.newInputStream(model.resolve("tokenizer.json"))) {
            Tokenizer tokenizer = Tokenizer.read(json);
            for (JsonNode expected : recorded.path("cases")) {
                String text = expected.path("text").asText();
                int[] ids = tokenizer.encodePlain(text, 512).ids();
                assertEquals(expected.path("ids").toString(), Arrays.toString(ids).replace(" ", ""), text);
                if (!(function.encodeDocuments(List.of(text)).getFirst() instanceof Embedding.Vector vector)) continue;
                for (int d = 0; d < vector.values().length; d++) {
                    assertEquals(expected.path("embedding").get(d).asDouble(), vector.values()[d], 2e-6);
                }
                compared++;
            }
        }
        assertTrue(compared >= 3, "compared " + compared);
    }

    @Test
    void words_of_one_topic_come_to_be_near_each_other() throws IOException {
        Path model = train("model", "--threads", "2", "--set", "steps=60");
        double same = 0;
        double other = 0;
        try (EmbeddingFunction function = open(model)) {
            for (int topic = 0; topic < MadeUpText.TOPICS.size(); topic++) {
                float[] bread = vector(function, MadeUpText.TOPICS.get(topic).getFirst());
                same += dot(bread, vector(function, MadeUpText.TOPICS.get(topic).get(4)));
                other += dot(bread, vector(function, MadeUpText.TOPICS.get((topic + 1) % MadeUpText.TOPICS.size()).get(4)));
            }
        }
        assertTrue(same / 4 > 0.6 && other / 4 < 0.4, "same topic " + same / 4 + ", another " + other / 4);
    }

    @Test
    void the_card_names_every_source_with_its_licence() throws IOException {
        String card = Files.readString(train("model").resolve("README.md"));
        for (String kind : List.of("passages", "pairs", "words")) {
            assertTrue(card.contains("| made up " + kind + " | this test | CC0 |"), card);
        }
        assertTrue(card.contains("| model | int8 | 64 | "), card);
    }

    @Test
    void a_missing_file_is_named() throws IOException {
        Path sources = MadeUpText.write(folder);
        Files.delete(folder.resolve("words.jsonl"));
        Options options = options(sources, "model");
        TrainerException failure = assertThrows(TrainerException.class, () -> Trainer.make(options, nowhere()));
        assertEquals("there is no [" + folder.resolve("words.jsonl")
                + "]; --data names the folder of the files that the list of sources names", failure.getMessage());
    }

    private Path train(String out, String... more) throws IOException {
        return Trainer.make(options(MadeUpText.write(folder), out, more), nowhere());
    }

    private Options options(Path sources, String out, String... more) {
        List<String> words = new ArrayList<>(List.of("--data", folder.toString(), "--sources", sources.toString(), "--out",
                folder.resolve(out).toString(), "--eval", folder.toString()));
        for (String number : List.of("vocabulary=140", "parts=20", "dimension=64", "pairs=48", "steps=12", "neighbours=8")) {
            words.addAll(List.of("--set", number));
        }
        words.addAll(List.of(more));
        return Options.parse(words, Path.of(""));
    }

    private static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream());
    }

    private static EmbeddingFunction open(Path model) {
        return new LocalModels(model.getParent())
                .open((LocalModel) ModelDefinition.of("made", Map.of("provider", "local", "model",
                        "file:" + model.getFileName())));
    }

    private static float[] vector(EmbeddingFunction function, String text) {
        return assertInstanceOf(Embedding.Vector.class, function.encodeQueries(List.of(text)).getFirst()).values();
    }

    private static double dot(float[] a, float[] b) {
        double dot = 0;
        for (int d = 0; d < a.length; d++) dot += (double) a[d] * b[d];
        return dot;
    }

    private static Map<String, byte[]> files(Path model) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(model)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(model.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }
}
