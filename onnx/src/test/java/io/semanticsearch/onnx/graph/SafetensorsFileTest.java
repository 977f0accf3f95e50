package io.semanticsearch.onnx.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.onnx.proto.BrokenModelException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights in the format of Hugging Face, and files that only look like it. */
class SafetensorsFileTest {

    private static final String NAME = "model.safetensors";
    private static final String BROKEN = "file [model.safetensors] is not a usable safetensors file: ";

    @TempDir
    private Path temp;
    private Path file;

    @BeforeEach
    void name() {
        file = temp.resolve(NAME);
    }

    @Test
    void linear_layers_are_turned_and_norms_go_by_either_name() throws IOException {
        write("""
                {"__metadata__": {"format": "pt"},
                 "a.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
                 "a.bias": {"dtype": "F32", "shape": [2], "data_offsets": [24, 32]},
                 "n.gamma": {"dtype": "F32", "shape": [2], "data_offsets": [32, 40]},
                 "n.beta": {"dtype": "F32", "shape": [2], "data_offsets": [40, 48]},
                 "ids": {"dtype": "I64", "shape": [1, 2], "data_offsets": [48, 64]},
                 "one": {"dtype": "F32", "shape": [], "data_offsets": [64, 68]}}""",
                floats(1, 2, 3, 4, 5, 6, 7, 8, 7, 8, 1, 2, 0, 0, 0, 0, 9));
        try (SafetensorsFile weights = SafetensorsFile.open(file, NAME)) {
            Linear linear = weights.linear("a").orElseThrow();
            assertEquals(3, linear.inputs());
            assertEquals(2, linear.outputs());
            assertArrayEquals(new float[]{1, 4, 2, 5, 3, 6}, linear.values());
            assertArrayEquals(new float[]{7, 8}, linear.bias().values());
            assertArrayEquals(new float[]{7, 8}, weights.norm("n").orElseThrow().scale().values());
            assertArrayEquals(new float[]{1, 2}, weights.norm("n").orElseThrow().shift().values());
            assertTrue(weights.matrix("ids").isEmpty());
            assertTrue(weights.matrix("one").isEmpty());
            assertTrue(weights.linear("n").isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({"F16, 1e-3", "BF16, 1e-2"})
    void half_precision_is_read(String type, double tolerance) throws IOException {
        RandomWeights weights = RandomWeights.of(EncoderShape.miniLm().small(), 1);
        SafetensorsWriter.write(weights, "bert.", type, file);
        try (SafetensorsFile read = SafetensorsFile.open(file, NAME)) {
            float[] expected = weights.get("encoder.layer.1.output.dense.weight");
            float[] found = read.matrix("bert.encoder.layer.1.output.dense.weight").orElseThrow().values();
            for (int i = 0; i < expected.length; i++)
                assertEquals(expected[i], found[i], tolerance * Math.abs(expected[i]) + 1e-7);
        }
    }

    @Test
    void every_truncation_is_told() throws IOException {
        write("{\"a\": {\"dtype\": \"F32\", \"shape\": [2, 2], \"data_offsets\": [0, 16]}}", floats(1, 2, 3, 4));
        byte[] good = Files.readAllBytes(file);
        for (int length = 0; length < good.length; length++) {
            Files.write(file, Arrays.copyOf(good, length));
            assertTrue(broken().startsWith(BROKEN), broken());
        }
    }

    @Test
    void damaged_bytes_never_end_in_anything_but_an_answer_or_a_complaint() throws IOException {
        write("{\"a\": {\"dtype\": \"F32\", \"shape\": [2, 2], \"data_offsets\": [0, 16]}}", floats(1, 2, 3, 4));
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(1);
        for (int round = 0; round < 5_000; round++) {
            byte[] bad = good.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            Files.write(file, bad);
            try (SafetensorsFile weights = SafetensorsFile.open(file, NAME)) {
                for (String name : weights.names()) weights.matrix(name).orElseThrow().transposed();
            } catch (BrokenModelException e) {
                assertTrue(e.getMessage().startsWith(BROKEN), e.getMessage());
            }
        }
    }

    @Test
    void what_the_file_cannot_have_is_told() throws IOException {
        Files.write(file, ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(10_000_000_000L).array());
        assertEquals(BROKEN + "its header claims [10000000000] bytes, expected at most [8]; fetch it again", broken());
        write("{\"a\": {\"dtype\": \"F32\", \"shape\": [100000, 100000], \"data_offsets\": [0, 8]}}", floats(1, 2));
        assertEquals(
                BROKEN + "tensor [a] of type [F32] and shape [100000, 100000] has offsets [0, 8], expected [40000000000] bytes "
                        + "between them; fetch it again",
                broken());
        write("{\"a\": {\"dtype\": \"F32\", \"shape\": [9999999999, 9999999999], \"data_offsets\": [0, 8]}}", floats(1, 2));
        assertEquals(BROKEN + "tensor [a] of shape [9999999999, 9999999999] is larger than any file; fetch it again", broken());
        write("{\"a\": {\"dtype\": \"F32\", \"shape\": [9999999999, 0], \"data_offsets\": [0, 0]}}", floats());
        assertEquals(
                BROKEN + "tensor [a] has the shape [9999999999, 0], expected at most [2147483647] along an axis; fetch it again",
                broken());
        write("{\"a\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [0, 12]}}", floats(1, 2));
        assertEquals(BROKEN + "the tensors need [12] bytes, the file has [8] after its header; fetch it again", broken());
        write("{\"a\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [8, 4]}}", floats(1, 2));
        assertEquals(BROKEN + "tensor [a] of type [F32] and shape [3] has offsets [8, 4], expected [12] bytes between them; "
                + "fetch it again", broken());
        write("[]", floats());
        assertEquals(BROKEN + "the header is [START_ARRAY] at byte [1], expected [START_OBJECT]; fetch it again", broken());
    }

    private void write(String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        Files.write(file,
                ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json)
                        .put(data).array());
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) bytes.putFloat(value);
        return bytes.array();
    }

    private String broken() {
        return assertThrows(BrokenModelException.class, () -> SafetensorsFile.open(file, NAME).close()).getMessage();
    }
}
