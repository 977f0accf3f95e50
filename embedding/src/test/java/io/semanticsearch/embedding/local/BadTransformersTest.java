package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.graph.EncoderShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Folders that no transformer can be opened from: a sentence that says why, no crash, nothing left behind. */
@Timeout(120)
class BadTransformersTest {

    @TempDir
    Path scratch;

    private MadeUpTransformer model;
    private long liveBefore;

    @BeforeEach
    void write() throws IOException {
        model = new MadeUpTransformer(scratch, EncoderShape.miniLm().small());
        liveBefore = OnnxRuntime.open(MadeUpTransformer.natives()).liveObjects();
    }

    @Test
    void a_truncated_graph() throws IOException {
        Path graph = model.folder().resolve("onnx/model.onnx");
        byte[] bytes = Files.readAllBytes(graph);
        for (int length : new int[]{0, 1, 100, bytes.length / 2, bytes.length - 1}) {
            Files.write(graph, java.util.Arrays.copyOf(bytes, length));
            check(EmbeddingException.BrokenModel.class, "file [model.onnx] is not a usable ONNX model");
        }
    }

    @Test
    void truncated_weights() throws IOException {
        Path weights = model.folder().resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        for (int length : new int[]{0, 5, 100, bytes.length / 2, bytes.length - 1}) {
            Files.write(weights, java.util.Arrays.copyOf(bytes, length));
            check(EmbeddingException.BrokenModel.class, "file [model.safetensors]");
        }
    }

    @Test
    void wrong_magic() throws IOException {
        model.write("onnx/model.onnx", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 90\n");
        check(EmbeddingException.BrokenModel.class, "file [model.onnx] is not a usable ONNX model");
        model.without("onnx/model.onnx").write("model.safetensors", "version https://git-lfs.github.com/spec/v1\n");
        check(EmbeddingException.BrokenModel.class, "file [model.safetensors]");
    }

    @Test
    void a_claim_of_ten_gigabytes_in_a_header() throws IOException {
        byte[] header = """
                {"embeddings.word_embeddings.weight": {"dtype": "F32", "shape": [26214400, 96], "data_offsets": [0, 10066329600]}}"""
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(model.folder().resolve("model.safetensors"), bytes.putLong(header.length).put(header).array());
        check(EmbeddingException.BrokenModel.class, "file [model.safetensors]");
        Files.write(model.folder().resolve("model.safetensors"),
                ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(10L << 30).array());
        check(EmbeddingException.BrokenModel.class, "file [model.safetensors]");
    }

    @Test
    void a_missing_tokenizer() throws IOException {
        model.without("tokenizer.json");
        check(EmbeddingException.BadRequest.class, "file [tokenizer.json] is missing");
    }

    @Test
    void a_tokenizer_with_more_ids_than_rows() throws IOException {
        model.write("tokenizer.json", MadeUpTransformer.TOKENIZER.replace("\"w9\": 9", "\"w9\": 9, \"beyond\": 211"));
        check(EmbeddingException.BrokenModel.class, "knows [212] tokens, expected at most the [211]");
        String config = Files.readString(model.folder().resolve("config.json"));
        model.write("config.json", config.replace("\"vocab_size\"", "\"ignored\""));
        check(EmbeddingException.BrokenModel.class, "knows [212] tokens, expected at most the [211] rows");
    }

    @Test
    void a_cyclic_graph() throws IOException {
        Path graph = model.folder().resolve("onnx/model.onnx");
        // The last operator reads what it makes.
        byte[] bytes = Files.readAllBytes(graph);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String name = "/encoder/layer.0/output/Add";
        int at = text.lastIndexOf(name);
        assertTrue(at > 0);
        // The output of a later operator of a name as long.
        byte[] later = "/encoder/layer.2/output/Add".getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(later, 0, bytes, text.indexOf(name), later.length);
        Files.write(graph, bytes);
        check(EmbeddingException.BrokenModel.class, "file [model.onnx] is not a usable ONNX model");
    }

    @Test
    void a_path_that_leads_out_of_the_folder() {
        for (String file : List.of("../x.onnx", "/etc/x.onnx", "a/../../x.onnx", "..\\x.onnx")) {
            assertTrue(assertThrows(EmbeddingException.BadRequest.class, () -> model.open("file", file)).getMessage()
                    .contains("[file] is [" + file + "]"));
        }
    }

    @Test
    void a_folder_of_another_kind() throws IOException {
        model.write("modules.json", "[{\"idx\": 0, \"path\": \"\", \"type\": \"sentence_transformers.models.WordEmbeddings\"}]");
        check(EmbeddingException.BadRequest.class, "has the module [WordEmbeddings], expected only");
    }

    @Test
    void without_a_library_transformers_say_what_is_missing() {
        LocalModels models = new LocalModels(model.folder().getParent(), new Transformers(scratch.resolve("nowhere"),
                java.util.Optional.empty(), model.cache(), (level, message, place) -> {
                }, LoneQueries.ON_ONE_THREAD));
        String message = assertThrows(EmbeddingException.Unavailable.class, () -> models.open(MadeUpTransformer.definition()))
                .getMessage();
        assertTrue(message.contains("cannot run on this node") && message.contains("nowhere"), message);
    }

    @Test
    void random_damage_is_an_exception_at_worst() throws IOException {
        Random random = new Random(3);
        for (String file : List.of("onnx/model.onnx", "model.safetensors", "config.json", "tokenizer.json", "modules.json")) {
            Path path = model.folder().resolve(file);
            byte[] whole = Files.readAllBytes(path);
            for (int round = 0; round < 12; round++) {
                byte[] damaged = whole.clone();
                // Where the structure is: the beginning.
                for (int i = 0; i < 1 + random.nextInt(8); i++) {
                    damaged[random.nextInt(Math.min(damaged.length, 4000))] = (byte) random.nextInt();
                }
                Files.write(path, damaged);
                try {
                    model.open("precision", "fp32").close();
                } catch (EmbeddingException e) {
                    assertFalse(e.getMessage().isBlank());
                }
            }
            Files.write(path, whole);
        }
        checkNothingIsLeft();
    }

    private void check(Class<? extends EmbeddingException> kind, String part) throws IOException {
        EmbeddingException e = assertThrows(kind, () -> model.open());
        assertTrue(e.getMessage().contains(part), e.getMessage());
        assertTrue(e.getMessage().contains("[file:made-up]"), e.getMessage());
        checkNothingIsLeft();
    }

    private void checkNothingIsLeft() throws IOException {
        assertEquals(liveBefore, OnnxRuntime.open(MadeUpTransformer.natives()).liveObjects());
        if (!Files.exists(model.cache())) return;
        try (Stream<Path> entries = Files.list(model.cache())) {
            assertEquals(List.of(), entries.filter(entry -> entry.getFileName().toString().startsWith(".")).toList());
        }
    }
}
