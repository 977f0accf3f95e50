package io.semanticsearch.embedding.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semanticsearch.embedding.EmbeddingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The lists are those of published repositories, by the names that matter. */
class NeededFilesTest {

    private static final HubReference MODEL = new HubReference("acme/tiny-embed");

    @Test
    void a_sentence_transformers_repository_with_everything_in_it() {
        assertNeeded(
                Set.of("1_Pooling/config.json", "config.json", "config_sentence_transformers.json", "model.safetensors",
                        "modules.json",
                        "onnx/model.onnx", "sentence_bert_config.json", "special_tokens_map.json", "tokenizer.json",
                        "tokenizer_config.json"),
                choose(MODEL, ".gitattributes", "1_Pooling/config.json", "README.md", "config.json",
                        "config_sentence_transformers.json",
                        "data_config.json", "model.safetensors", "modules.json", "onnx/model.onnx", "onnx/model_O1.onnx",
                        "onnx/model_O4.onnx",
                        "onnx/model_qint8_arm64.onnx", "onnx/model_quint8_avx2.onnx", "openvino/openvino_model.bin",
                        "openvino/openvino_model.xml", "pytorch_model.bin", "rust_model.ot", "sentence_bert_config.json",
                        "special_tokens_map.json", "tf_model.h5", "tokenizer.json", "tokenizer_config.json", "train_script.py",
                        "vocab.txt"));
    }

    @Test
    void dense_layers_and_an_image_processor() {
        assertNeeded(Set.of("1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors", "3_Dense/config.json",
                "3_Dense/model.safetensors", "config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json"),
                choose(MODEL, "1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors",
                        "2_Dense/pytorch_model.bin",
                        "3_Dense/config.json", "3_Dense/model.safetensors", "4_Normalize/x.bin", "config.json",
                        "model.safetensors",
                        "preprocessor_config.json", "tokenizer.json"));
    }

    @Test
    void modules_in_folders_of_their_own() {
        assertNeeded(Set.of("0_StaticEmbedding/model.safetensors", "0_StaticEmbedding/tokenizer.json", "modules.json"),
                choose(MODEL, "0_StaticEmbedding/model.safetensors", "0_StaticEmbedding/tokenizer.json", "README.md",
                        "modules.json"));
        assertNeeded(
                Set.of("0_Transformer/config.json", "0_Transformer/model.safetensors",
                        "0_Transformer/sentence_xlm-roberta_config.json",
                        "0_Transformer/tokenizer.json", "modules.json"),
                choose(MODEL, "0_Transformer/config.json", "0_Transformer/model.safetensors",
                        "0_Transformer/sentence_xlm-roberta_config.json", "0_Transformer/tokenizer.json",
                        "checkpoint/model.safetensors",
                        "modules.json"));
    }

    @Test
    void an_onnx_repository_with_external_tensors() {
        String[] files = {"config.json", "onnx/model.onnx", "onnx/model.onnx_data", "onnx/model.onnx_data_1",
            "onnx/model_fp16.onnx",
            "onnx/model_fp16.onnx_data", "onnx/model_q4.onnx", "onnx/model_q4.onnx_data", "tokenizer.json"};
        assertNeeded(Set.of("config.json", "onnx/model.onnx", "onnx/model.onnx_data", "onnx/model.onnx_data_1", "tokenizer.json"),
                choose(MODEL, files));
        assertNeeded(Set.of("config.json", "onnx/model_fp16.onnx", "onnx/model_fp16.onnx_data", "tokenizer.json"),
                choose(with("onnx/model_fp16.onnx"), files));
        assertNeeded(Set.of("model.onnx", "model.onnx.data", "tokenizer.json"),
                choose(MODEL, "model.onnx", "model.onnx.data", "model_quantized.onnx", "tokenizer.json"));
    }

    @Test
    void one_file_of_weights_goes_before_split_ones() {
        assertNeeded(Set.of("model.safetensors"),
                choose(MODEL, "model-00001-of-00002.safetensors", "model.safetensors", "model.safetensors.index.json"));
        assertNeeded(Set.of("model-00001-of-00002.safetensors", "model.safetensors.index.json"),
                choose(MODEL, "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
                        "model.safetensors.index.json"));
    }

    @Test
    void an_index_that_names_what_is_not_there_is_broken() {
        Exception e = assertThrows(EmbeddingException.BrokenModel.class, () -> choose(MODEL, "model.safetensors.index.json"));
        assertEquals("model [hf:acme/tiny-embed] at revision [main]: [model.safetensors.index.json] names"
                + " [model-00001-of-00002.safetensors], which the repository does not have", e.getMessage());
    }

    @Test
    void a_repository_without_weights_that_can_be_read_says_what_it_has() {
        Exception e = assertThrows(EmbeddingException.BadRequest.class,
                () -> choose(MODEL, "config.json", "pytorch_model.bin", "onnx/model_quantized.onnx", "2_Dense/model.safetensors",
                        "x.txt"));
        assertEquals(
                "model [hf:acme/tiny-embed] at revision [main] has no weights that can be read, expected [model.safetensors] or"
                        + " [onnx/model.onnx], found [pytorch_model.bin, onnx/model_quantized.onnx, 2_Dense/model.safetensors]; choose a model with"
                        + " such a file, or name another ONNX file of it in [file]",
                e.getMessage());
    }

    @Test
    void the_smallest_come_first() {
        List<RemoteFile> files = NeededFiles.of(MODEL,
                List.of(file("model.safetensors", 900), file("tokenizer.json", 50), file("config.json", 5)),
                index -> Set.of());
        assertEquals(List.of("config.json", "tokenizer.json", "model.safetensors"),
                files.stream().map(RemoteFile::name).toList());
    }

    private static HubReference with(String file) {
        return new HubReference("acme/tiny-embed", "main", Optional.of(file));
    }

    private static RemoteFile file(String name, long size) {
        return new RemoteFile(name, OptionalLong.of(size), Optional.empty());
    }

    private static List<String> choose(HubReference reference, String... names) {
        List<RemoteFile> files = new ArrayList<>();
        Arrays.asList(names).forEach(name -> files.add(file(name, 1)));
        return NeededFiles.of(reference, files, index -> Set.of("model-00001-of-00002.safetensors")).stream()
                .map(RemoteFile::name).toList();
    }

    private static void assertNeeded(Set<String> expected, List<String> actual) {
        assertEquals(new TreeSet<>(expected), new TreeSet<>(actual));
        assertEquals(expected.size(), actual.size(), "each once");
    }
}
