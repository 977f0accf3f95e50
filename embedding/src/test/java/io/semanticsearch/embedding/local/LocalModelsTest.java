package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.Space;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalModelsTest {

    private static final String STATIC_ONLY = ". This version runs static models only (Model2Vec, StaticEmbedding): choose such a model or"
            + " [built-in:english-small]";

    @TempDir
    private Path models;

    @Test
    void the_built_in_models_can_be_listed_and_opened_without_a_folder() {
        assertEquals(List.of("built-in:english-small"), LocalModels.builtIns());
        LocalModels local = new LocalModels(null);
        for (String model : LocalModels.builtIns()) {
            try (EmbeddingFunction function = local.open(TinyModel.definition("model", model))) {
                assertEquals(model, function.space().model());
            }
        }
    }

    @Test
    void every_file_of_a_built_in_model_is_there() {
        try (EmbeddingFunction function = new LocalModels(null).open(TinyModel.definition("model", "built-in:english-small"))) {
            assertTrue(function.memoryBytes() > 7_000_000);
        }
        assertTrue(LocalModelsTest.class.getResource("/io/semanticsearch/embedding/models/english-small/README.md") != null);
    }

    @Test
    void the_size_of_a_model_is_told_before_it_is_read() throws IOException {
        Path folder = tiny().write("model.safetensors");
        LocalModels local = new LocalModels(folder);
        for (LocalModel model : List.of(TinyModel.definition(), TinyModel.definition("model", "built-in:english-small"))) {
            try (EmbeddingFunction function = local.open(model)) {
                assertEquals(function.memoryBytes(), local.bytesOnDisk(model));
            }
        }
        Files.delete(folder.resolve("tiny/model.safetensors"));
        assertThrows(EmbeddingException.BadRequest.class, () -> local.bytesOnDisk(TinyModel.definition()));
    }

    @Test
    void an_unknown_built_in_model_is_told_the_known_ones() {
        assertEquals("model [built-in:klingon] does not come with this version, expected one of [built-in:english-small]",
                refusal("model", "built-in:klingon"));
    }

    @Test
    void a_node_without_a_models_folder_says_so() {
        Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> new LocalModels(null).open(TinyModel.definition()));
        assertEquals("model [file:tiny] cannot be read: this node has no models folder, expected one of [built-in:english-small]",
                e.getMessage());
    }

    @Test
    void more_dimensions_than_there_are_are_refused() throws IOException {
        tiny().file("config_sentence_transformers.json", "{\"matryoshka_dims\": [1, 2]}").write("model.safetensors");
        assertEquals("[dimensions] is [3], expected 1 to [2] for model [file:tiny]; it was trained to be cut to one of [2, 1]",
                refusal("dimensions", 3));
        tiny().without("config_sentence_transformers.json").write("model.safetensors");
        Files.delete(models.resolve("tiny/config_sentence_transformers.json"));
        assertEquals("[dimensions] is [3], expected 1 to [2] for model [file:tiny]", refusal("dimensions", 3));
    }

    @Test
    void the_same_files_are_the_same_space_and_other_weights_another() throws IOException {
        Space space = space(tiny());
        assertEquals(space, space(tiny().file("README.md", "more about it")));
        assertFalse(
                space.revision().equals(space(new TinyModel(models).floats("embeddings", "[5,2]", new float[10])).revision()));
        assertFalse(space.revision().equals(space(tiny().file("tokenizer.json", TinyModel.TOKENIZER + " ")).revision()));
        assertFalse(
                space.revision().equals(space(tiny().file("sentence_bert_config.json", "{\"max_seq_length\": 7}")).revision()));
    }

    @Test
    void the_space_tells_where_the_vectors_live() throws IOException {
        Space space = space(tiny());
        assertEquals("local", space.provider());
        assertEquals("file:tiny", space.model());
        assertEquals("mean", space.pooling());
        assertEquals(2, space.dimension());
        assertTrue(space.revision().matches("[0-9a-f]{16}"));
    }

    @Test
    void a_missing_file_is_named_and_so_are_those_that_are_there() throws IOException {
        tiny().without("tokenizer.json").write("model.safetensors");
        assertEquals(
                "model [file:tiny]: file [tokenizer.json] is missing, the folder has [model.safetensors]; put the file there",
                refusal());
        Files.move(models.resolve("tiny/model.safetensors"), models.resolve("tiny/weights.bin"));
        assertEquals("model [file:tiny]: file [model.safetensors] is missing, the folder has [weights.bin]; put the file there",
                refusal());
    }

    @Test
    void a_transformer_is_refused_by_its_modules() throws IOException {
        tiny().file("config.json", "{\"model_type\": \"bert\"}").file("onnx/model.onnx", "").file("modules.json", """
                [{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}]""").write("model.safetensors");
        assertEquals("model [file:tiny] is not a static model: [modules.json] has the module [Transformer]; found type [bert] and"
                + " [onnx/model.onnx]" + STATIC_ONLY, refusal());
    }

    @Test
    void a_transformer_is_refused_by_its_type() throws IOException {
        tiny().file("config.json", "{\"model_type\": \"bert\"}").write("model.safetensors");
        assertEquals(
                "model [file:tiny] is not a static model: [config.json] has no [model_type] of [model2vec]; found type [bert] and"
                        + " [model.safetensors]" + STATIC_ONLY,
                refusal());
    }

    @Test
    void a_transformer_is_refused_by_its_files() throws IOException {
        tiny().file("onnx/model.onnx", "").write("other.safetensors");
        assertEquals(
                "model [file:tiny] is not a static model: it has no [model.safetensors]; found type [unknown] and [onnx/model.onnx]"
                        + STATIC_ONLY,
                refusal());
    }

    @Test
    void a_transformer_is_refused_by_its_tensors() throws IOException {
        new TinyModel(models).floats("encoder.layer.0", "[1]", 1).write("model.safetensors");
        assertEquals(
                "model [file:tiny] is not a static model: [model.safetensors] has the tensors [encoder.layer.0]; found type [unknown]"
                        + " and [model.safetensors]" + STATIC_ONLY,
                refusal());
    }

    @Test
    void a_step_after_the_mean_is_refused() throws IOException {
        tiny().file("modules.json", """
                [{"idx": 0, "path": ".", "type": "sentence_transformers.models.StaticEmbedding"},
                 {"idx": 1, "path": "1_Dense", "type": "sentence_transformers.models.Dense"}]""").write("model.safetensors");
        assertEquals("model [file:tiny] is not a static model: [modules.json] has the module [Dense]; found type [unknown] and"
                + " [model.safetensors]" + STATIC_ONLY, refusal());
    }

    @Test
    void another_pooling_than_the_mean_is_refused() throws IOException {
        for (String config : List.of("{\"pooling_mode_cls_token\": true, \"pooling_mode_max_tokens\": true}",
                "{\"pooling_mode\": [\"cls\", \"max\"]}")) {
            tiny().file("1_Pooling/config.json", config).write("model.safetensors");
            assertEquals(
                    "model [file:tiny] is not a static model: [1_Pooling/config.json] pools by [cls, max]; found type [unknown] and"
                            + " [model.safetensors]" + STATIC_ONLY,
                    refusal());
        }
    }

    @Test
    void a_tokenizer_of_another_model_is_told() throws IOException {
        new TinyModel(models).floats("embeddings", "[4,2]", new float[8]).write("model.safetensors");
        assertEquals(
                "model [file:tiny]: file [model.safetensors] knows [4] tokens, expected the [5] of [tokenizer.json]; the two files"
                        + " belong to different models",
                broken());
    }

    @Test
    void a_damaged_tokenizer_is_told() throws IOException {
        tiny().file("tokenizer.json", "{").write("model.safetensors");
        assertTrue(broken().startsWith("model [file:tiny]: file [tokenizer.json] cannot be used: "), broken());
    }

    @Test
    void tensors_that_do_not_fit_are_told() throws IOException {
        String file = "model [file:tiny]: file [model.safetensors] ";
        new TinyModel(models).doubles("embeddings", "[5,1]", new double[5]).write("model.safetensors");
        assertEquals(
                file + "has tensor [embeddings] of type [F64] and shape [5, 1], expected one of the types [F32, F16, BF16, I8]",
                broken());
        new TinyModel(models).floats("embeddings", "[5]", new float[5]).write("model.safetensors");
        assertEquals(file
                + "has tensor [embeddings] of type [F32] and shape [5], expected a shape of [rows, dimension] within [16777216, 65536]",
                broken());
        new TinyModel(models).bytes("embeddings", "[5,1]", new int[5]).floats("scales", "[4]", new float[4])
                .write("model.safetensors");
        assertEquals(file + "has tensor [scales] of type [F32] and shape [4], expected [5] floating-point numbers", broken());
        new TinyModel(models).floats("embeddings", "[1,65537]", new float[65537]).write("model.safetensors");
        assertEquals(
                file + "has tensor [embeddings] of type [F32] and shape [1, 65537], expected a shape of [rows, dimension] within"
                        + " [16777216, 65536]",
                broken());
        tiny().longs("mapping", "[2]", 0, 5).write("model.safetensors");
        assertEquals(file + "maps token [1] to row [5], expected 0 to [4]", broken());
        tiny().floats("mapping", "[5]", new float[5]).write("model.safetensors");
        assertEquals(file
                + "has tensor [mapping] of type [F32] and shape [5], expected one I32 or I64 for each of at most [16777216] tokens",
                broken());
        tiny().floats("weights", "[5]", 1, 1, Float.NaN, 1, 1).write("model.safetensors");
        assertEquals(file + "has [NaN] at [2] of tensor [weights], expected finite", broken());
    }

    private TinyModel tiny() {
        return new TinyModel(models).floats("embeddings", "[5,2]", 0, 0, 0, 0, 3, 0, 0, 4, 1, 1);
    }

    private static Space space(TinyModel model) throws IOException {
        try (EmbeddingFunction function = model.open()) {
            return function.space();
        }
    }

    private String refusal(Object... fields) {
        return assertThrows(EmbeddingException.BadRequest.class, () -> new LocalModels(models).open(TinyModel.definition(fields)))
                .getMessage();
    }

    private String broken() {
        return assertThrows(EmbeddingException.BrokenModel.class, () -> new LocalModels(models).open(TinyModel.definition()))
                .getMessage();
    }
}
