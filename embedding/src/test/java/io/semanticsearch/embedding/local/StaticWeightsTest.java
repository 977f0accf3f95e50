package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.onnx.safetensors.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights of static models whose file is damaged. */
class StaticWeightsTest {

    private static final String FILE = "model.safetensors";

    @TempDir
    private Path models;
    private byte[] good;

    @BeforeEach
    void writeGoodFile() throws IOException {
        Files.createDirectory(models.resolve("tiny"));
        good = new TinyModel(models).floats("embeddings", "[2,2]", 1, 2, 3, 4).longs("mapping", "[3]", 0, 1, 1).safetensors();
    }

    private void read(byte[] bytes) throws IOException {
        Files.write(models.resolve("tiny").resolve(FILE), bytes);
        ModelFolder folder = DirectoryFolder.find("file:tiny", models, "tiny");
        try (Safetensors safetensors = folder.safetensors(FILE)) {
            StaticWeights.read(folder, FILE, safetensors).ifPresent(weights -> weights.add(new int[]{0}, new float[2]));
        }
    }

    @Test
    void a_file_that_is_cut_names_the_model_and_says_what_to_do() {
        EmbeddingException.BrokenModel e = assertThrows(EmbeddingException.BrokenModel.class,
                () -> read(Arrays.copyOf(good, good.length - 1)));
        assertEquals("model [file:tiny]: file [model.safetensors] is not a usable safetensors file: "
                + "the tensors need [40] bytes, the file has [39] after its header; fetch it again", e.getMessage());
    }

    @Test
    void a_file_that_git_lfs_did_not_fetch_is_told() {
        String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 40\n";
        EmbeddingException.BrokenModel e = assertThrows(EmbeddingException.BrokenModel.class,
                () -> read(pointer.getBytes(StandardCharsets.US_ASCII)));
        assertEquals("model [file:tiny]: file [model.safetensors] is not a usable safetensors file: "
                + "it is only the pointer that Git LFS keeps in place of the file; fetch it again", e.getMessage());
    }

    /** A damaged header gives a clear error or, where the damage hit nothing that counts, a model; never anything else. */
    @Test
    void random_damage_never_gets_past_the_checks() throws IOException {
        Random random = new Random(42);
        int headerEnd = 8 + ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getInt();
        int broken = 0;
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = good.clone();
            for (int hits = random.nextInt(3); hits >= 0; hits--) {
                damaged[random.nextInt(headerEnd)] = (byte) random.nextInt(256);
            }
            try {
                read(damaged);
            } catch (EmbeddingException.BrokenModel e) {
                broken++;
            }
        }
        assertTrue(broken > 1_600, "broken: " + broken);
    }
}
