package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.BatchedFunction;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.onnx.Cancellation;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.OnnxSession;
import io.semanticsearch.onnx.SessionOptions;
import io.semanticsearch.onnx.Tensor;
import io.semanticsearch.onnx.graph.Architecture;
import io.semanticsearch.onnx.graph.EncoderShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Vectors are compared with those of the export, whose operators are those of the Python code, run text by text and pooled here anew. Longer
 * than other files, because everything goes through that comparison.
 */
@Timeout(120)
class TransformerModelTest {

    @TempDir
    Path scratch;

    private MadeUpTransformer model;

    @BeforeEach
    void writeModel() throws IOException {
        model = new MadeUpTransformer(scratch, EncoderShape.miniLm().small());
    }

    @Test
    void many_texts_of_all_lengths_have_the_vectors_of_the_export() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 60; i++) texts.add(MadeUpTransformer.text(1 + i * 2, i));
        try (EmbeddingFunction function = model.open("precision", "fp32")) {
            assertEquals("fp32", function.precision());
            assertEquals(96, function.dimension());
            assertEquals(150, function.maxTokens());
            assertTrue(function.notes().getFirst().startsWith("compiled to fp32, cosine to the original 1.0000"),
                    function.notes().toString());
            check(function.encodeDocuments(texts), texts, 0.999999);
        }
        try (EmbeddingFunction function = model.open("precision", "int8")) {
            assertEquals("int8", function.precision());
            check(function.encodeQueries(texts), texts, 0.99);
        }
        try (EmbeddingFunction function = model.open()) {
            assertEquals("int8", function.precision());
        }
    }

    @Test
    void precision_and_device_are_no_part_of_the_space() {
        try (EmbeddingFunction a = model.open("precision", "fp32"); EmbeddingFunction b = model.open("device", "cpu")) {
            assertEquals(a.space(), b.space());
            assertEquals("mean", a.space().pooling());
        }
    }

    @Test
    void every_architecture_that_is_compiled_agrees_with_its_export() throws IOException {
        for (Architecture architecture : Architecture.values()) {
            MadeUpTransformer other = new MadeUpTransformer(scratch.resolve(architecture.name()),
                    EncoderShape.of(architecture).small());
            List<String> texts = List.of(MadeUpTransformer.text(3, 1), MadeUpTransformer.text(40, 2),
                    MadeUpTransformer.text(90, 3));
            try (EmbeddingFunction function = other.open("precision", "fp32")) {
                assertEquals("fp32", function.precision(), architecture.name());
                model = other;
                check(function.encodeDocuments(texts), texts, 0.999999);
            }
        }
    }

    @Test
    void rotary_models_need_no_export_and_read_as_many_tokens_as_their_configuration_says() throws IOException {
        for (Architecture architecture : List.of(Architecture.NOMIC_BERT, Architecture.MODERN_BERT)) {
            model = new MadeUpTransformer(scratch.resolve(architecture.name()), EncoderShape.of(architecture).small());
            List<String> texts = new ArrayList<>();
            for (int words : new int[]{1, 140, 7, 300, 60}) texts.add(MadeUpTransformer.text(words, words));
            Path export = model.folder().resolve("onnx/model.onnx");
            Path elsewhere = Files.move(export, scratch.resolve(architecture + ".onnx"));
            try (EmbeddingFunction fp32 = model.open("precision", "fp32"); EmbeddingFunction int8 = model.open()) {
                List<Embedding> exact = fp32.encodeDocuments(texts);
                List<Embedding> rounded = int8.encodeDocuments(texts);
                assertEquals(150, fp32.maxTokens());
                assertEquals(List.of("fp32", "int8"), List.of(fp32.precision(), int8.precision()));
                Files.move(elsewhere, export);
                check(exact, texts, 0.999999);
                check(rounded, texts, 0.99);
            }
        }
    }

    @Test
    void a_model_of_long_texts_reads_more_when_it_is_asked() throws IOException {
        model = new MadeUpTransformer(scratch.resolve("long"),
                new EncoderShape(Architecture.NOMIC_BERT, "nomic_bert", 1, 96, 4, 256, 211, 4096, 2, 1e-12f));
        String text = MadeUpTransformer.text(3000, 1);
        try (EmbeddingFunction unasked = model.open("precision", "fp32");
                EmbeddingFunction all = model.open("precision", "fp32", "max_tokens", 4096);
                EmbeddingFunction few = model.open("precision", "fp32", "max_tokens", 20)) {
            assertEquals(List.of(2048, 4096, 20), List.of(unasked.maxTokens(), all.maxTokens(), few.maxTokens()));
            assertEquals(List.of(2048, 3002, 20), Stream.of(unasked, all, few)
                    .map(function -> ((Embedding.Vector) function.encodeDocuments(List.of(text)).getFirst()).tokens()).toList());
            assertTrue(unasked.notes().contains("reads the first [2048] of the [4096] tokens that it could, because time grows"
                    + " with their square; [max_tokens] asks for more"), () -> unasked.notes().toString());
            assertFalse((all.notes().toString() + few.notes()).contains("tokens that it could"));
            assertEquals(unasked.space(), few.space());
        }
        for (int wrong : new int[]{2, 4097}) {
            assertEquals(
                    "model [file:made-up] is defined with [max_tokens] of [" + wrong + "], expected from [3] to [4096]:"
                            + " its tokenizer adds [2] and the model reads at most [4096]",
                    assertThrows(EmbeddingException.BadRequest.class, () -> model.open("max_tokens", wrong)).getMessage());
        }
    }

    @Test
    void what_a_rotary_model_computes_otherwise_is_told_and_its_own_graph_is_run() throws IOException {
        model = new MadeUpTransformer(scratch.resolve("mixture"), EncoderShape.nomicBert().small());
        String config = Files.readString(model.folder().resolve("config.json"));
        model.write("config.json", config.replace("\"moe_every_n_layers\": 0", "\"moe_every_n_layers\": 2"));
        try (EmbeddingFunction function = model.open()) {
            assertEquals("original", function.precision());
            assertEquals(150, function.maxTokens());
            assertEquals(
                    List.of("runs the graph that came with it as it is: [moe_every_n_layers] is set: some layers are mixtures"
                            + " of experts"),
                    function.notes());
        }
    }

    @Test
    void a_lone_query_is_run_on_several_threads_and_has_the_same_vector() {
        int[] row = {2, 9, 30, 31, 32, 3};
        for (String precision : List.of("fp32", "int8")) {
            try (EmbeddingFunction once = model.open("precision", precision);
                    EmbeddingFunction twice = model.openForLoneQueries("precision", precision)) {
                BatchedFunction batched = (BatchedFunction) twice;
                float[] expected = batched.forward(List.of(row), new Cancellation(), false).getFirst();
                float[] alone = batched.forward(List.of(row), new Cancellation(), true).getFirst();
                // In int8 by a graph of its own, which adds up in another order, so that a number may fall to the next of the 256, of which
                // there are about 50 from 0 to 1.
                assertArrayEquals(expected, alone, precision.equals("fp32") ? 1e-5f : 0.02f);
                assertEquals(1, cosine(expected, alone), 1e-4);
                for (int i = 0; i < 50; i++) {
                    assertArrayEquals(alone, batched.forward(List.of(row), new Cancellation(), true).getFirst(), 1e-5f);
                }
                assertEquals(2 * once.memoryBytes(), twice.memoryBytes());
                assertEquals(once.space(), twice.space());
            }
        }
    }

    @Test
    void pooling_is_what_the_folder_says() throws IOException {
        List<String> texts = List.of(MadeUpTransformer.text(2, 4), MadeUpTransformer.text(17, 5));
        Map<String, String> spellings = new TreeMap<>(Map.of("cls", "{\"pooling_mode_cls_token\": true}",
                "lasttoken", "{\"pooling_mode\": \"lasttoken\"}", "max", "{\"pooling_mode_max_tokens\": true}",
                "weightedmean", "{\"pooling_mode\": [\"weightedmean\"]}",
                "mean_sqrt_len_tokens", "{\"pooling_mode\": \"mean_sqrt_len_tokens\"}",
                "cls+mean", "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": true}"));
        spellings.forEach((name, config) -> {
            try (EmbeddingFunction function = model.write("1_Pooling/config.json", config).open("precision", "fp32")) {
                assertEquals(name, function.space().pooling());
                check(function.encodeDocuments(texts), texts, 0.99999);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        model.write("1_Pooling/config.json", "{\"pooling_mode\": \"attention\"}");
        assertTrue(assertThrows(EmbeddingException.BadRequest.class, () -> model.open()).getMessage()
                .contains("pools by [attention], expected some of [cls, max, mean"));
    }

    @Test
    void prompts_stand_before_texts() throws IOException {
        model.write("config_sentence_transformers.json", "{\"prompts\": {\"query\": \"w9 \", \"document\": \"w8 w7 \"}}");
        try (EmbeddingFunction function = model.open("precision", "fp32")) {
            check(function.encodeDocuments(List.of("w100 w101")), List.of("w8 w7 w100 w101"), 0.99999);
            check(function.encodeQueries(List.of("w100 w101")), List.of("w9 w100 w101"), 0.99999);
            assertEquals(List.of(Embedding.NOTHING), function.encodeQueries(List.of("  ")));
        }
    }

    @Test
    void a_long_text_is_cut_or_refused_or_read_in_windows() throws IOException {
        model.write("sentence_bert_config.json", "{\"max_seq_length\": 12}");
        String text = MadeUpTransformer.text(25, 6);
        try (EmbeddingFunction function = model.open("precision", "fp32")) {
            assertEquals(12, function.maxTokens());
            Embedding.Vector cut = (Embedding.Vector) function.encodeDocuments(List.of(text)).getFirst();
            assertEquals(12, cut.tokens());
            assertTrue(cut.truncated());
            check(List.of(cut), List.of(words(text, 0, 10)), 0.99999);
        }
        try (EmbeddingFunction function = model.open("precision", "fp32", "long_text", "error")) {
            Embedding.Refused refused = assertInstanceOf(Embedding.Refused.class,
                    function.encodeDocuments(List.of(text)).getFirst());
            assertTrue(refused.reason().startsWith("the text has at least [27] tokens, model [file:made-up] reads at most [12]"),
                    refused.reason());
        }
        try (EmbeddingFunction function = model.open("precision", "fp32", "long_text", "mean")) {
            // 25 words in three windows of 8, 8 and 9.
            float[] mean = new float[96];
            int[] bounds = {0, 8, 16, 25};
            for (int w = 0; w < 3; w++) {
                float[] window = pooled(words(text, bounds[w], bounds[w + 1]));
                double norm = Math.sqrt(dot(window, window));
                for (int d = 0; d < mean.length; d++) mean[d] += (float) ((bounds[w + 1] - bounds[w] + 2) * window[d] / norm);
            }
            Embedding.Vector vector = (Embedding.Vector) function.encodeDocuments(List.of(text)).getFirst();
            assertEquals(1, cosine(mean, vector.values()), 1e-5);
            assertEquals(31, vector.tokens());
            check(function.encodeDocuments(List.of("w5 w6")), List.of("w5 w6"), 0.99999);
        }
    }

    @Test
    void dimensions_are_cut_and_normalised_again() {
        String text = MadeUpTransformer.text(9, 2);
        try (EmbeddingFunction function = model.open("precision", "fp32", "dimensions", 32)) {
            float[] vector = ((Embedding.Vector) function.encodeDocuments(List.of(text)).getFirst()).values();
            assertEquals(32, vector.length);
            assertEquals(1, cosine(Arrays.copyOf(pooled(text), 32), vector), 1e-5);
            assertEquals(1, dot(vector, vector), 1e-5);
        }
        assertTrue(assertThrows(EmbeddingException.BadRequest.class, () -> model.open("dimensions", 97)).getMessage()
                .startsWith("[dimensions] is [97], expected 1 to [96]"));
    }

    @Test
    void weights_alone_or_a_graph_alone_will_do() throws IOException {
        List<String> texts = List.of(MadeUpTransformer.text(12, 8));
        List<float[]> expected = texts.stream().map(this::pooled).toList();
        Path graph = model.folder().resolve("onnx/model.onnx");
        byte[] bytes = Files.readAllBytes(graph);
        Files.delete(graph);
        try (EmbeddingFunction function = model.open()) {
            assertEquals("int8", function.precision());
            assertTrue(function.notes().getFirst().startsWith("int8 was compared with the same weights in fp32"));
            assertTrue(cosine(expected.getFirst(), vector(function, texts.getFirst())) > 0.99);
        }
        Files.write(graph, bytes);
        model.without("model.safetensors");
        try (EmbeddingFunction function = model.open("precision", "fp32")) {
            assertEquals("fp32", function.precision());
            assertEquals(1, cosine(expected.getFirst(), vector(function, texts.getFirst())), 1e-5);
        }
        model.without("onnx/model.onnx");
        assertTrue(assertThrows(EmbeddingException.BadRequest.class, () -> model.open()).getMessage()
                .contains("has neither [model.safetensors] nor [onnx/model.onnx]"));
    }

    @Test
    void an_unknown_architecture_runs_the_graph_that_came_with_it_and_says_so() throws IOException {
        String config = Files.readString(model.folder().resolve("config.json")).replace("\"bert\"", "\"deberta-v2\"");
        model.write("config.json", config);
        List<String> texts = List.of(MadeUpTransformer.text(3, 1), MadeUpTransformer.text(30, 1));
        try (EmbeddingFunction function = model.open()) {
            assertEquals("original", function.precision());
            assertTrue(function.notes().getFirst()
                    .startsWith("runs the graph that came with it as it is: [model_type] is [deberta-v2]"),
                    function.notes().toString());
            check(function.encodeDocuments(texts), texts, 0.99999);
        }
        model.without("onnx/model.onnx");
        assertTrue(assertThrows(EmbeddingException.BadRequest.class, () -> model.open()).getMessage()
                .contains("export it to [onnx/model.onnx]"));
    }

    @Test
    void a_dense_layer_follows_the_pooling() throws IOException {
        model.write("modules.json", MadeUpTransformer.MODULES.replace("{\"idx\": 2,",
                "{\"idx\": 2, \"name\": \"2\", \"path\": \"2_Dense\", \"type\": \"sentence_transformers.models.Dense\"}, {\"idx\": 3,"));
        model.write("2_Dense/config.json", "{\"in_features\": 96, \"out_features\": 2, \"bias\": true,"
                + " \"activation_function\": \"torch.nn.modules.activation.Tanh\"}");
        float[] weight = new float[2 * 96];
        weight[5] = 0.3f;
        weight[96 + 7] = -0.2f;
        Files.write(model.folder().resolve("2_Dense/model.safetensors"), DenseFile.bytes(weight, new float[]{0.1f, 0.2f}));
        String text = MadeUpTransformer.text(9, 2);
        try (EmbeddingFunction function = model.open("precision", "fp32")) {
            float[] pooled = pooled(text);
            float[] wanted = {(float) Math.tanh(0.3 * pooled[5] + 0.1), (float) Math.tanh(-0.2 * pooled[7] + 0.2)};
            assertEquals(2, function.dimension());
            assertEquals(1, cosine(wanted, vector(function, text)), 1e-5);
        }
    }

    @Test
    void a_call_after_closing_says_that_the_model_was_unloaded() {
        EmbeddingFunction function = model.open();
        function.close();
        function.close();
        assertThrows(EmbeddingException.Unavailable.class, () -> function.encodeQueries(List.of("w5")));
    }

    @Test
    void a_device_that_is_not_there_is_said_to_be_missing() {
        String message = assertThrows(EmbeddingException.BadRequest.class, () -> model.open("device", "gpu:1")).getMessage();
        assertTrue(message.contains("runs on [CPUExecutionProvider] only"), message);
        assertTrue(message.contains("[plugins.semantic.local.onnxruntime_library]"), message);
    }

    private void check(List<Embedding> embeddings, List<String> texts, double least) {
        assertEquals(texts.size(), embeddings.size());
        for (int i = 0; i < texts.size(); i++) {
            Embedding.Vector vector = assertInstanceOf(Embedding.Vector.class, embeddings.get(i));
            double cosine = cosine(pooled(texts.get(i)), vector.values());
            assertTrue(cosine >= least, "text [" + i + "] has cosine [" + cosine + "]");
            assertEquals(1, dot(vector.values(), vector.values()), 1e-5);
        }
    }

    private float[] vector(EmbeddingFunction function, String text) {
        return ((Embedding.Vector) function.encodeDocuments(List.of(text)).getFirst()).values();
    }

    /** The export's own vectors of the text's tokens, pooled as the folder says. */
    private float[] pooled(String text) {
        List<Long> ids = new ArrayList<>(List.of(2L));
        for (String word : text.split(" ")) ids.add(Long.parseLong(word.substring(1)));
        ids = new ArrayList<>(ids.subList(0, Math.min(ids.size(), 149)));
        ids.add(3L);
        long[] array = ids.stream().mapToLong(Long::longValue).toArray();
        long[] ones = new long[array.length];
        Arrays.fill(ones, 1);
        OnnxRuntime runtime = OnnxRuntime.open(MadeUpTransformer.natives());
        try (OnnxSession session = runtime.openSession(model.folder().resolve("onnx/model.onnx"), SessionOptions.DEFAULT)) {
            Map<String, Tensor> inputs = new TreeMap<>();
            session.inputs().forEach(input -> inputs.put(input.name(), Tensor.of(switch (input.name()) {
                case "input_ids" -> array;
                case "attention_mask" -> ones;
                default -> new long[array.length];
            }, 1, array.length)));
            float[] tokens = session.run(inputs).get("last_hidden_state").floats();
            String pooling = Files.readString(model.folder().resolve("1_Pooling/config.json"));
            return PoolingOracle.pool(pooling, tokens, array.length);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String words(String text, int from, int to) {
        return String.join(" ", Arrays.asList(text.split(" ")).subList(from, to));
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
        return sum;
    }

    private static double cosine(float[] a, float[] b) {
        assertArrayEquals(new int[]{a.length}, new int[]{b.length});
        return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    }
}
