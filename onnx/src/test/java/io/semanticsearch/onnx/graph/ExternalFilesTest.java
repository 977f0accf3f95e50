package io.semanticsearch.onnx.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semanticsearch.onnx.proto.BrokenModelException;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.OnnxFile;
import io.semanticsearch.onnx.proto.ProtoWriter;
import io.semanticsearch.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors that lie beside an ONNX file, and those that claim to lie elsewhere. */
class ExternalFilesTest {

    private static final String BROKEN = "file [model.onnx] is not a usable ONNX model: ";

    @TempDir
    private Path temp;
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        folder = Files.createDirectory(temp.resolve("model"));
        Files.write(folder.resolve("data"), new byte[]{9, 9, 9, 9, 0, 0, (byte) 0x80, 0x3F, 0, 0, 0, 0x40, 9});
        Files.write(temp.resolve("secret"), new byte[100]);
    }

    @Test
    void numbers_come_from_where_the_file_says() throws IOException {
        write("data", "4", "8");
        try (OnnxWeights weights = OnnxWeights.open(folder.resolve("model.onnx"), "model.onnx")) {
            assertArrayEquals(new float[]{1, 2}, weights.matrix("w").orElseThrow().values());
            assertEquals(List.of("model.onnx", "data"), weights.files());
        }
    }

    @Test
    void the_length_may_be_left_out() throws IOException {
        write("data", "4", null);
        try (OnnxWeights weights = OnnxWeights.open(folder.resolve("model.onnx"), "model.onnx")) {
            assertArrayEquals(new float[]{1, 2}, weights.matrix("w").orElseThrow().values());
        }
    }

    @Test
    void a_type_that_is_not_read_is_passed_over() throws IOException {
        int int4 = 22;
        write(new ProtoWriter().number(1, 16).number(2, int4).text(8, "w").message(13, TensorProto.entry("location", "data"))
                .message(13, TensorProto.entry("length", "8")).number(14, 1));
        try (OnnxWeights weights = OnnxWeights.open(folder.resolve("model.onnx"), "model.onnx")) {
            assertEquals(Optional.empty(), weights.matrix("w"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "..", ".", "/etc/hostname", "sub/data", "./data", "", "a/../data"})
    void a_place_outside_of_the_directory_is_refused(String location) throws IOException {
        write(location, "0", "8");
        assertEquals(
                BROKEN + "tensor [w] lies in file [" + location
                        + "], expected the name of one in the same directory; fetch it again",
                broken());
    }

    @Test
    void a_link_out_of_the_directory_is_refused() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), temp.resolve("secret"));
        write("link", "0", "8");
        assertEquals(BROKEN + "tensor [w] lies in file [link], which links out of the directory; fetch it again", broken());
    }

    @Test
    void a_missing_file_and_an_impossible_name_are_told() throws IOException {
        write("other", "0", "8");
        assertEquals(BROKEN + "tensor [w] lies in file [other], which is missing; put it beside the model; fetch it again",
                broken());
        write("nul\0", "0", "8");
        assertEquals(BROKEN + "tensor [w] lies in file [nul\0], which is no name of a file; fetch it again", broken());
    }

    @ParameterizedTest
    @ValueSource(strings = {"6", "-4", "9223372036854775807", "9223372036854775800"})
    void a_place_beyond_the_file_is_refused(String offset) throws IOException {
        write("data", offset, "8");
        assertEquals(
                BROKEN + "tensor [w] needs [8] bytes and claims [8] from [" + offset
                        + "] of file [data], which has [13]; fetch it again",
                broken());
    }

    @Test
    void a_length_that_does_not_fit_the_shape_is_refused() throws IOException {
        write("data", "0", "10000000000");
        assertEquals(BROKEN
                + "tensor [w] needs [8] bytes and claims [10000000000] from [0] of file [data], which has [13]; fetch it again",
                broken());
        write("data", "four", "8");
        assertEquals(BROKEN + "tensor [w] has the offset [four], expected a number; fetch it again", broken());
    }

    private void write(String location, String offset, String length) throws IOException {
        ProtoWriter tensor = new ProtoWriter().number(1, 2).number(2, ElementType.FLOAT.code()).text(8, "w")
                .message(13, TensorProto.entry("location", location)).message(13, TensorProto.entry("offset", offset));
        if (length != null) tensor.message(13, TensorProto.entry("length", length));
        tensor.number(14, 1);
        write(tensor);
    }

    private void write(ProtoWriter tensor) throws IOException {
        Files.write(folder.resolve("model.onnx"), new ProtoWriter().number(1, 8).message(8, new ProtoWriter().number(2, 17))
                .message(7, new ProtoWriter().message(5, tensor)).toBytes());
    }

    private String broken() {
        return assertThrows(BrokenModelException.class, () -> OnnxFile.open(folder.resolve("model.onnx"), "model.onnx").close())
                .getMessage();
    }
}
