package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageModelLayoutTest {

    private static final String CLIP = "{\"model_type\": \"clip\", \"architectures\": [\"CLIPModel\"]}";
    private static final String SIGLIP = "{\"model_type\": \"siglip\", \"architectures\": [\"SiglipModel\"]}";
    private static final String MODULES = "[{\"idx\": 0, \"name\": \"0\", \"path\": \"0_CLIPModel\", "
            + "\"type\": \"sentence_transformers.models.CLIPModel\"}]";

    @TempDir
    private Path models;

    @Test
    void an_export_has_a_graph_for_images_and_one_for_texts() throws IOException {
        for (String config : List.of(CLIP, SIGLIP)) {
            write("config.json", config);
            touch("preprocessor_config.json", "tokenizer.json", "onnx/vision_model.onnx", "onnx/text_model.onnx",
                    "onnx/model.onnx");
            ImageModelFamily family = config.equals(CLIP) ? ImageModelFamily.CLIP : ImageModelFamily.SIGLIP;
            assertEquals(new ImageModelLayout(family, "preprocessor_config.json", "onnx/vision_model.onnx",
                    Optional.of("onnx/text_model.onnx"), Optional.of("tokenizer.json")), find());
        }
    }

    @Test
    void sentence_transformers_has_a_folder_for_its_module() throws IOException {
        write("modules.json", MODULES);
        write("0_CLIPModel/config.json", CLIP);
        touch("0_CLIPModel/preprocessor_config.json", "0_CLIPModel/tokenizer.json", "0_CLIPModel/onnx/vision_model.onnx",
                "onnx/text_model.onnx");
        assertEquals(new ImageModelLayout(ImageModelFamily.CLIP, "0_CLIPModel/preprocessor_config.json",
                "0_CLIPModel/onnx/vision_model.onnx", Optional.of("onnx/text_model.onnx"),
                Optional.of("0_CLIPModel/tokenizer.json")), find());
    }

    @Test
    void a_nomic_vision_model_needs_no_tokenizer() throws IOException {
        write("config.json", "{\"model_type\": \"nomic_bert\", \"architectures\": [\"NomicVisionModel\"]}");
        touch("preprocessor_config.json", "onnx/model.onnx");
        ImageModelLayout layout = find();
        assertEquals(new ImageModelLayout(ImageModelFamily.NOMIC_VISION, "preprocessor_config.json", "onnx/model.onnx",
                Optional.empty(), Optional.empty()), layout);
        assertEquals(true, layout.family().images().firstToken());
    }

    @Test
    void a_text_model_is_told_apart_by_its_architecture() throws IOException {
        write("config.json", "{\"model_type\": \"nomic_bert\", \"architectures\": [\"NomicBertModel\"]}");
        assertRefused("model [file:m] is no known model of images: it is of the type [nomic_bert] and the architecture "
                + "[NomicBertModel], expected one of [CLIP, SIGLIP, NOMIC_VISION]; choose such a model");
    }

    @Test
    void other_modules_are_named() throws IOException {
        write("modules.json", "[{\"path\": \"\", \"type\": \"custom_st.Transformer\"}, "
                + "{\"path\": \"2_Normalize\", \"type\": \"sentence_transformers.models.Normalize\"}]");
        assertRefused(
                "model [file:m] is no known model of images: [modules.json] has the modules [Transformer, Normalize], expected "
                        + "one of [CLIP, SIGLIP, NOMIC_VISION]; choose such a model");
    }

    @Test
    void what_is_missing_is_named() throws IOException {
        write("modules.json", MODULES);
        assertRefused(
                "model [file:m]: file [0_CLIPModel/config.json] is missing, the folder has [modules.json]; put the file there");
        write("0_CLIPModel/config.json", CLIP);
        assertRefused("model [file:m]: file [0_CLIPModel/preprocessor_config.json] is missing, the folder has "
                + "[0_CLIPModel/config.json, modules.json]; put the file there");
        touch("0_CLIPModel/preprocessor_config.json");
        assertRefused(
                "model [file:m]: file [0_CLIPModel/onnx/vision_model.onnx] is missing, the folder has [0_CLIPModel/config.json, "
                        + "0_CLIPModel/preprocessor_config.json, modules.json]; put the file there");
        touch("onnx/model.onnx");
        assertRefused("model [file:m] has one graph for images and texts together, [onnx/model.onnx], expected one for each: "
                + "[0_CLIPModel/onnx/vision_model.onnx] is missing; export them separately");
    }

    @Test
    void a_graph_is_known_by_its_names() {
        assertDoesNotThrow(() -> check(ImageModelFamily.CLIP.images(), List.of("pixel_values"), List.of("image_embeds", "more")));
        assertDoesNotThrow(() -> check(ImageModelFamily.CLIP.texts().orElseThrow(), List.of("attention_mask", "input_ids"),
                List.of("text_embeds")));
        assertEquals(
                "model [file:m]: graph [g.onnx] has the inputs [input_ids, pixel_values] and the outputs [image_embeds], expected "
                        + "the input [pixel_values] alone and the output [image_embeds]; export it that way",
                assertThrows(EmbeddingException.BadRequest.class,
                        () -> check(ImageModelFamily.CLIP.images(), List.of("input_ids", "pixel_values"),
                                List.of("image_embeds")))
                        .getMessage());
        assertEquals(
                "model [file:m]: graph [g.onnx] has the inputs [input_ids] and the outputs [last_hidden_state], expected the input "
                        + "[input_ids], [attention_mask] at most besides, and the output [pooler_output]; export it that way",
                assertThrows(EmbeddingException.BadRequest.class, () -> check(ImageModelFamily.SIGLIP.texts().orElseThrow(),
                        List.of("input_ids"), List.of("last_hidden_state"))).getMessage());
    }

    private void check(ImageModelFamily.Encoder encoder, List<String> inputs, List<String> outputs) throws IOException {
        Files.createDirectories(models.resolve("m"));
        ImageModelLayout.check(DirectoryFolder.find("file:m", models, "m"), "g.onnx", encoder, inputs, outputs);
    }

    private ImageModelLayout find() {
        ModelFolder folder = DirectoryFolder.find("file:m", models, "m");
        return ImageModelLayout.find(folder, ModelSettings.read(folder));
    }

    private void assertRefused(String message) {
        assertEquals(message, assertThrows(EmbeddingException.BadRequest.class, this::find).getMessage());
    }

    private void touch(String... files) throws IOException {
        for (String file : files) {
            write(file, "");
        }
    }

    private void write(String file, String content) throws IOException {
        Path path = models.resolve("m").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
