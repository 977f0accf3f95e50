package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.ModelFacts;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Vectors that other programs computed for the same models: ONNX Runtime with Hugging Face's tokenizers, and Python's model2vec. */
class RecordedVectorsTest {

    // They sum in another order and, for potion, from rows that were once rounded to int8.
    private static final double LEAST_COSINE = 0.9999;
    private static final String BUILT_IN = "built-in:english-small";
    private static final List<String> TEXTS = List.of("How do I fix a flat tyre?", "", "zażółć", "The cat sat on the mat.",
            "§§§");

    @Test
    void the_built_in_model_gives_its_recorded_vectors_and_ids() throws IOException {
        try (InputStream in = RecordedVectorsTest.class.getResourceAsStream("english-small-vectors.json");
                InputStream json = new ResourceFolder(BUILT_IN, "english-small", List.of("tokenizer.json"))
                        .open("tokenizer.json");
                EmbeddingFunction function = builtIn()) {
            Tokenizer tokenizer = Tokenizer.read(json);
            for (JsonNode expected : cases(in)) {
                int[] ids = IntStream.range(0, expected.path("ids").size()).map(i -> expected.path("ids").get(i).asInt())
                        .toArray();
                assertArrayEquals(ids, tokenizer.encodePlain(expected.path("text").asText(), function.maxTokens()).ids());
                assertRecorded(function, expected);
            }
        }
    }

    @Test
    void potion_gives_its_recorded_vectors() throws IOException {
        Path folder = MeasuringData.path("models/potion-base-2M");
        try (InputStream in = Files.newInputStream(folder.resolve("expected-vectors.json"));
                EmbeddingFunction function = new LocalModels(folder.getParent())
                        .open(definition("file:potion-base-2M", Map.of()))) {
            for (JsonNode expected : cases(in)) {
                assertRecorded(function, expected);
            }
        }
    }

    /** Revision and id were computed apart, by Python's hashlib over the documented forms: indices hold them. */
    @Test
    void facts_of_the_built_in_model_are_those_of_its_card() {
        try (EmbeddingFunction function = builtIn()) {
            assertEquals(new ModelFacts(256, function.space().id(), 512, "mean", Prompts.NONE, "int8", "cpu", true, List.of()),
                    ModelFacts.of(function));
            assertEquals("3f7aad0fafb72e5f", function.space().revision());
            assertEquals("a7c6db9a215bc171", function.space().id());
        }
    }

    @Test
    void the_built_in_model_can_be_cut_and_has_norm_one_again() {
        try (EmbeddingFunction whole = builtIn()) {
            for (int dimensions : List.of(128, 64)) {
                try (EmbeddingFunction cut = new LocalModels(null).open(definition(BUILT_IN, Map.of("dimensions", dimensions)))) {
                    float[] values = vector(cut, TEXTS.getFirst());
                    assertEquals(dimensions, values.length);
                    assertEquals(1, norm(values), 1e-6);
                    assertTrue(cosine(values, vector(whole, TEXTS.getFirst())) > LEAST_COSINE,
                            "it is the beginning of the whole vector");
                    assertTrue(!cut.space().id().equals(whole.space().id()), "it is a space of its own");
                }
            }
        }
    }

    @Test
    void a_batch_gives_what_single_texts_give() {
        try (EmbeddingFunction function = builtIn()) {
            List<Embedding> batch = function.encodeDocuments(TEXTS);
            assertEquals(TEXTS.size(), batch.size());
            for (int i = 0; i < TEXTS.size(); i++) {
                Embedding single = function.encodeDocuments(List.of(TEXTS.get(i))).getFirst();
                if (single instanceof Embedding.Vector vector) {
                    assertArrayEquals(vector.values(), assertInstanceOf(Embedding.Vector.class, batch.get(i)).values());
                } else {
                    assertEquals(single, batch.get(i));
                }
            }
        }
    }

    @Test
    void a_text_of_unknown_words_only_holds_nothing() {
        try (EmbeddingFunction function = builtIn()) {
            assertSame(Embedding.NOTHING, function.encodeQueries(List.of("\u1681\u1682 \uD83D\uDE00")).getFirst());
        }
    }

    private static EmbeddingFunction builtIn() {
        return new LocalModels(null).open(definition(BUILT_IN, Map.of()));
    }

    private static LocalModel definition(String model, Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.putAll(Map.of("provider", "local", "model", model));
        return (LocalModel) ModelDefinition.of("recorded", body);
    }

    private static JsonNode cases(InputStream json) throws IOException {
        JsonNode cases = new ObjectMapper().readTree(json).path("cases");
        assertTrue(cases.size() >= 3, "cases: " + cases.size());
        return cases;
    }

    private static void assertRecorded(EmbeddingFunction function, JsonNode expected) {
        float[] recorded = new float[expected.path("embedding").size()];
        for (int d = 0; d < recorded.length; d++) {
            recorded[d] = (float) expected.path("embedding").get(d).asDouble();
        }
        float[] values = vector(function, expected.path("text").asText());
        assertEquals(recorded.length, values.length);
        assertEquals(1, norm(values), 1e-6);
        double cosine = cosine(values, recorded);
        assertTrue(cosine >= LEAST_COSINE, expected.path("text") + ": cosine " + cosine);
    }

    private static float[] vector(EmbeddingFunction function, String text) {
        return assertInstanceOf(Embedding.Vector.class, function.encodeQueries(List.of(text)).getFirst()).values();
    }

    /** Over the dimensions of the first. */
    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double squares = 0;
        for (int d = 0; d < a.length; d++) {
            dot += (double) a[d] * b[d];
            squares += (double) b[d] * b[d];
        }
        return dot / Math.sqrt(squares) / norm(a);
    }

    private static double norm(float[] values) {
        double squares = 0;
        for (float x : values) {
            squares += (double) x * x;
        }
        return Math.sqrt(squares);
    }
}
