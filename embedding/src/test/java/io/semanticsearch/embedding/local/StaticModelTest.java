package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The arithmetic, on models small enough to work out by hand. */
class StaticModelTest {

    private static final float TOLERANCE = 1e-6f;
    // [PAD] and [UNK] have rows that would show if they counted.
    private static final float[] ROWS = {9, 9, 8, -8, 3, 0, 0, 4, -1, 2};

    @TempDir
    private Path models;

    @Test
    void a_vector_is_the_normalised_mean_of_the_rows() throws IOException {
        try (EmbeddingFunction function = tiny().floats("embeddings", "[5,2]", ROWS).open()) {
            // red + green = (3, 4), of length 5
            Embedding.Vector vector = vector(function, "Red green");
            assertArrayEquals(new float[]{0.6f, 0.8f}, vector.values(), TOLERANCE);
            assertEquals(2, vector.tokens());
            assertEquals("fp32", function.precision());
            assertEquals("cpu", function.device());
            assertEquals(2, function.dimension());
            assertEquals(512, function.maxTokens());
            assertTrue(function.memoryBytes() >= 40);
        }
    }

    @Test
    void each_precision_gives_the_same_vector() throws IOException {
        int[] bytes = {90, 90, 80, -80, 30, 0, 0, 80, -100, -100};
        for (TinyModel model : List.of(tiny().halves("embeddings", "[5,2]", ROWS),
                tiny().brainFloats("embeddings", "[5,2]", ROWS),
                tiny().bytes("embeddings", "[5,2]", bytes).floats("scales", "[5]", 1, 1, 0.1f, 0.05f, 1),
                tiny().bytes("embeddings", "[5,2]", bytes).halves("scales", "[5,1]", 1, 1, 1, 0.5f, 1))) {
            try (EmbeddingFunction function = model.open()) {
                assertArrayEquals(new float[]{0.6f, 0.8f}, vector(function, "red green").values(), 1e-5f, function.precision());
            }
        }
    }

    @Test
    void bytes_without_scales_share_one() throws IOException {
        try (EmbeddingFunction function = tiny().bytes("embeddings", "[5,2]", 0, 0, 0, 0, 30, 0, 0, 40, 0, 0).open()) {
            assertArrayEquals(new float[]{0.6f, 0.8f}, vector(function, "red green").values(), TOLERANCE);
            assertEquals("int8", function.precision());
        }
    }

    @Test
    void a_token_stands_for_its_weight_times_the_row_it_is_mapped_to() throws IOException {
        TinyModel model = tiny().floats("embeddings", "[2,2]", 1, 0, 0, 1).doubles("weights", "[5]", 1, 1, 3, 2, 2)
                .longs("mapping", "[5]", 0, 0, 0, 1, 1);
        try (EmbeddingFunction function = model.open()) {
            // 3 (1, 0) + 2 (0, 1) + 2 (0, 1)
            assertArrayEquals(new float[]{0.6f, 0.8f}, vector(function, "red green blue").values(), TOLERANCE);
        }
    }

    @Test
    void unknown_words_count_for_nothing_in_the_layout_of_model2vec() throws IOException {
        try (EmbeddingFunction function = tiny().floats("embeddings", "[5,2]", ROWS).open()) {
            Embedding.Vector vector = vector(function, "zebra red green zebra");
            assertArrayEquals(new float[]{0.6f, 0.8f}, vector.values(), TOLERANCE);
            assertEquals(4, vector.tokens());
            assertSame(Embedding.NOTHING, embed(function, "zebra"));
        }
    }

    @Test
    void unknown_words_have_their_row_in_the_layout_of_sentence_transformers() throws IOException {
        TinyModel model = tiny().without("tokenizer.json").file("0_StaticEmbedding/tokenizer.json", TinyModel.TOKENIZER)
                .file("modules.json", """
                        [{"idx": 0, "path": "0_StaticEmbedding", "type": "sentence_transformers.models.StaticEmbedding"},
                         {"idx": 1, "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"}]""")
                .floats("embedding.weight", "[5,2]", 0, 0, 0, 4, 3, 0, 0, 0, 0, 0);
        try (EmbeddingFunction function = new LocalModels(model.write("0_StaticEmbedding/model.safetensors"))
                .open(TinyModel.definition())) {
            assertArrayEquals(new float[]{0.6f, 0.8f}, vector(function, "red zebra").values(), TOLERANCE);
        }
    }

    @Test
    void rows_of_unknown_tokens_change_nothing_when_they_are_zero() throws IOException {
        try (EmbeddingFunction function = tiny().floats("embedding.weight", "[5,2]", 0, 0, 0, 0, 3, 0, 0, 4, 0, 0).open()) {
            assertArrayEquals(vector(function, "red green").values(), vector(function, "red zebra green").values());
            assertSame(Embedding.NOTHING, embed(function, "zebra zebra"));
        }
    }

    @Test
    void opposite_rows_leave_no_direction() throws IOException {
        try (EmbeddingFunction function = tiny().floats("embeddings", "[5,2]", 0, 0, 0, 0, 1, 1, -1, -1, 0, 0).open()) {
            assertSame(Embedding.NOTHING, embed(function, "red green"));
        }
    }

    @Test
    void a_text_without_words_holds_nothing_even_with_a_prompt() throws IOException {
        try (EmbeddingFunction function = prompted().open()) {
            for (String text : List.of("", "  \n")) {
                assertSame(Embedding.NOTHING, embed(function, text));
            }
        }
    }

    @Test
    void each_role_has_its_prompt() throws IOException {
        try (EmbeddingFunction function = prompted().open()) {
            assertEquals("green ", function.space().prompts().of(Role.DOCUMENT));
            assertArrayEquals(new float[]{0.6f, 0.8f}, vector(function, "red").values(), TOLERANCE);
            Embedding.Vector query = (Embedding.Vector) function.encode(Role.QUERY, List.of("red")).getFirst();
            // blue + red = (2, 2)
            assertArrayEquals(new float[]{0.70710677f, 0.70710677f}, query.values(), TOLERANCE);
            assertEquals(2, query.tokens());
        }
    }

    @Test
    void fewer_dimensions_are_cut_and_normalised_again() throws IOException {
        try (EmbeddingFunction function = tiny().floats("embeddings", "[5,3]", 0, 0, 0, 0, 0, 0, 3, 0, 7, 0, 4, 7, 0, 0, 5).open(
                "dimensions",
                2)) {
            assertArrayEquals(new float[]{0.6f, 0.8f}, vector(function, "red green").values(), TOLERANCE);
            assertEquals(2, function.space().dimension());
            assertSame(Embedding.NOTHING, embed(function, "blue"));
        }
    }

    @Test
    void a_long_text_is_truncated_and_says_so() throws IOException {
        try (EmbeddingFunction function = ofTwoTokens().open("long_text", "truncate")) {
            Embedding.Vector vector = vector(function, "red green blue");
            assertArrayEquals(new float[]{0.6f, 0.8f}, vector.values(), TOLERANCE);
            assertTrue(vector.truncated());
            assertEquals(2, vector.tokens());
        }
    }

    @Test
    void it_reads_as_many_tokens_as_it_is_asked_to() throws IOException {
        try (EmbeddingFunction function = ofTwoTokens().open("max_tokens", 3)) {
            assertEquals(3, function.maxTokens());
            Embedding.Vector vector = vector(function, "red green blue");
            // (3, 0) + (0, 4) + (-1, 2) = (2, 6)
            assertArrayEquals(new float[]{0.31622776f, 0.9486833f}, vector.values(), TOLERANCE);
            assertEquals(false, vector.truncated());
        }
    }

    @Test
    void a_long_text_can_be_averaged() throws IOException {
        try (EmbeddingFunction function = ofTwoTokens().open("long_text", "mean")) {
            Embedding.Vector vector = vector(function, "red green blue");
            // (3, 0) + (0, 4) + (-1, 2) = (2, 6)
            assertArrayEquals(new float[]{0.31622776f, 0.9486833f}, vector.values(), TOLERANCE);
            assertEquals(3, vector.tokens());
            assertEquals(false, vector.truncated());
        }
    }

    @Test
    void a_long_text_can_be_refused_alone() throws IOException {
        try (EmbeddingFunction function = ofTwoTokens().open("long_text", "error")) {
            List<Embedding> embeddings = function.encodeDocuments(List.of("red", "red green blue", "green"));
            assertInstanceOf(Embedding.Vector.class, embeddings.get(0));
            assertEquals(new Embedding.Refused(
                    "the text has at least [3] tokens, model [file:tiny] reads at most [2]; shorten the text or"
                            + " define the model with [long_text] of [truncate] or [mean]"),
                    embeddings.get(1));
            assertInstanceOf(Embedding.Vector.class, embeddings.get(2));
        }
    }

    @Test
    void numbers_that_are_not_finite_are_the_models_fault() throws IOException {
        try (EmbeddingFunction function = tiny().floats("embeddings", "[5,1]", 0, 0, Float.NaN, 0, 0).open()) {
            Exception e = assertThrows(EmbeddingException.BrokenModel.class, () -> embed(function, "red"));
            assertEquals("model [file:tiny] computed numbers that are not finite; its weights are damaged, fetch them again",
                    e.getMessage());
        }
    }

    @Test
    void tiny_and_huge_rows_keep_their_direction() throws IOException {
        for (float size : List.of(1e-38f, 1e37f)) {
            try (EmbeddingFunction function = tiny().floats("embeddings", "[5,2]", 0, 0, 0, 0, 3 * size, 0, 0, 4 * size, 0, 0)
                    .open()) {
                assertArrayEquals(new float[]{0.6f, 0.8f}, vector(function, "red green").values(), TOLERANCE);
            }
        }
    }

    @Test
    void a_closed_model_is_unavailable() throws IOException {
        EmbeddingFunction function = tiny().floats("embeddings", "[5,2]", ROWS).open();
        function.close();
        function.close();
        Exception e = assertThrows(EmbeddingException.Unavailable.class, () -> embed(function, "red"));
        assertEquals("model [file:tiny] was unloaded meanwhile; try again", e.getMessage());
    }

    private TinyModel tiny() {
        return new TinyModel(models);
    }

    private TinyModel prompted() {
        return tiny().floats("embeddings", "[5,2]", ROWS).file("config_sentence_transformers.json", """
                {"prompts": {"query": "blue ", "passage": "green "}}""");
    }

    private TinyModel ofTwoTokens() {
        return tiny().floats("embeddings", "[5,2]", ROWS).file("sentence_bert_config.json", """
                {"max_seq_length": 2}""");
    }

    private static Embedding embed(EmbeddingFunction function, String text) {
        return function.encodeDocuments(List.of(text)).getFirst();
    }

    private static Embedding.Vector vector(EmbeddingFunction function, String text) {
        return assertInstanceOf(Embedding.Vector.class, embed(function, text));
    }
}
