package io.semanticsearch.onnx.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files in the format, and files that only look like it. */
class SafetensorsTest {

    @TempDir
    private Path folder;
    private Path file;
    private byte[] good;

    @BeforeEach
    void writeGoodFile() throws IOException {
        file = folder.resolve("model.safetensors");
        String header = "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
                + "\"mapping\":{\"dtype\":\"I64\",\"shape\":[3],\"data_offsets\":[16,40]}}";
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length() + 40).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
        good = bytes.putFloat(1).putFloat(2).putFloat(3).putFloat(4).putLong(0).putLong(1).putLong(1).array();
    }

    @Test
    void tensors_are_read_by_name() throws IOException {
        Files.write(file, good);
        try (Safetensors safetensors = open()) {
            assertEquals(List.of("embeddings", "mapping"), List.copyOf(safetensors.names()));
            TensorView embeddings = safetensors.tensor("embeddings").orElseThrow();
            assertEquals(Dtype.F32, embeddings.type());
            assertEquals(List.of(2L, 2L), embeddings.shape());
            assertEquals(4, embeddings.real(3));
            assertEquals(1, safetensors.tensor("mapping").orElseThrow().whole(2));
            assertTrue(safetensors.tensor("weights").isEmpty());
            assertEquals(good.length, safetensors.size());
        }
    }

    @Test
    void bytes_in_memory_are_read_as_a_file_is() throws IOException {
        try (Safetensors safetensors = Safetensors.of(good)) {
            assertEquals(3, safetensors.tensor("embeddings").orElseThrow().real(2));
        }
        IOException e = assertThrows(IOException.class, () -> Safetensors.of(Arrays.copyOf(good, good.length - 1)));
        assertEquals("the tensors need [40] bytes, the file has [39] after its header", e.getMessage());
    }

    @Test
    void metadata_and_padding_are_passed_over() throws IOException {
        write("{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2],\"more\":[1]}}   ",
                2);
        try (Safetensors safetensors = open()) {
            assertEquals(List.of("a"), List.copyOf(safetensors.names()));
        }
    }

    @Test
    void a_closed_file_cannot_be_read_any_more() throws IOException {
        Files.write(file, good);
        Safetensors safetensors = open();
        TensorView tensor = safetensors.tensor("embeddings").orElseThrow();
        safetensors.close();
        assertThrows(IllegalStateException.class, () -> tensor.real(0));
    }

    @Test
    void every_truncation_is_told() throws IOException {
        for (int length = 0; length < good.length; length++) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThrows(IOException.class, this::open, "length " + length);
        }
    }

    @Test
    void a_file_that_is_too_short_says_how_long_it_is() throws IOException {
        Files.write(file, new byte[3]);
        assertEquals("it has [3] bytes, expected [8] with the length of a header", complaint());
    }

    @Test
    void a_header_longer_than_the_file_is_told() throws IOException {
        for (long claim : new long[]{Long.MAX_VALUE, -1, Integer.MAX_VALUE, Safetensors.MAX_HEADER_BYTES + 1, 93}) {
            Files.write(file, ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN).putLong(claim).array());
            assertEquals("its header claims [" + Long.toUnsignedString(claim) + "] bytes, expected at most [92]",
                    complaint());
        }
    }

    @Test
    void a_header_that_is_not_json_is_told() throws IOException {
        write("{\"a\":", 0);
        assertTrue(complaint()
                .startsWith("its header is not JSON: "));
    }

    @Test
    void offsets_that_overlap_or_leave_a_hole_are_told() throws IOException {
        write("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[3,7]}}",
                7);
        assertEquals("tensor [b] begins at [3], expected [4], where the one before it ends", complaint());
        write("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[1,5]}}", 5);
        assertEquals("tensor [a] begins at [1], expected [0], where the one before it ends", complaint());
        write("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 5);
        assertEquals("the tensors need [4] bytes, the file has [5] after its header", complaint());
    }

    @Test
    void offsets_that_do_not_fit_the_shape_are_told() throws IOException {
        write("{\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,15]}}", 15);
        assertEquals(
                "tensor [a] of type [F32] and shape [2, 2] has offsets [0, 15], expected [16] bytes between them",
                complaint());
        write("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", 0);
        assertEquals("tensor [a] of shape [4294967296, 4294967296] is larger than any file", complaint());
        write("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[9223372036854775807,0]}}", 0);
        assertThrows(IOException.class, this::open);
    }

    @Test
    void misshapen_tensors_are_told() throws IOException {
        write("{\"a\":{\"dtype\":\"X\",\"shape\":[],\"data_offsets\":[0,0]}}", 0);
        assertTrue(complaint().startsWith("tensor [a] has the unknown type [X], expected one of [BOOL, "));
        write("{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,0]}}", 0);
        assertEquals("[shape] of tensor [a] holds [-1] or too many numbers", complaint());
        write("{\"a\":{\"dtype\":\"U8\",\"shape\":[0]}}", 0);
        assertEquals("tensor [a] lacks one of [dtype, shape, data_offsets] or has no two offsets", complaint());
        write("{\"a\":7}", 0);
        assertEquals("tensor [a] is [VALUE_NUMBER_INT] at byte [6], expected [START_OBJECT]", complaint());
        write("[]", 0);
        assertEquals("the header is [START_ARRAY] at byte [1], expected [START_OBJECT]", complaint());
        write("{} {}", 0);
        assertEquals("something follows the header's JSON: [START_OBJECT]", complaint());
    }

    @Test
    void a_tensor_that_is_there_twice_is_told() throws IOException {
        String tensor = "\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";
        write("{" + tensor + "," + tensor + "}", 0);
        assertEquals("tensor [a] is there twice", complaint());
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
            Files.write(file, damaged);
            try (Safetensors safetensors = open()) {
                for (String name : safetensors.names()) {
                    TensorView tensor = safetensors.tensor(name).orElseThrow();
                    assertEquals(tensor.data().byteSize(), tensor.count() * tensor.type().bytes());
                }
            } catch (IOException e) {
                broken++;
            }
        }
        assertTrue(broken > 1_600, "broken: " + broken);
    }

    private Safetensors open() throws IOException {
        return Safetensors.open(file);
    }

    private String complaint() {
        return assertThrows(IOException.class, this::open).getMessage();
    }

    private void write(String header, int dataBytes) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length() + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(header.length()).put(header.getBytes()).array());
    }
}
