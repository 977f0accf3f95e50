package io.semanticsearch.onnx.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.BrokenModelException;
import io.semanticsearch.onnx.proto.Count;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.GraphProto;
import io.semanticsearch.onnx.proto.ModelProto;
import io.semanticsearch.onnx.proto.NodeProto;
import io.semanticsearch.onnx.proto.OnnxFile;
import io.semanticsearch.onnx.proto.OnnxWriter;
import io.semanticsearch.onnx.proto.OperatorSetIdProto;
import io.semanticsearch.onnx.proto.ProtoWriter;
import io.semanticsearch.onnx.proto.TensorData;
import io.semanticsearch.onnx.proto.TensorProto;
import io.semanticsearch.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX files that are what they should be, and all the ways in which they are not. */
class OnnxFileTest {

    private static final List<OperatorSetIdProto> SETS = List.of(new OperatorSetIdProto("", 17));

    @TempDir
    private Path temp;
    private Path file;

    @BeforeEach
    void name() {
        file = temp.resolve("model.onnx");
    }

    @Test
    void what_was_written_is_read() throws IOException {
        GraphBuilder graph = new GraphBuilder();
        graph.input(ValueInfoProto.of("x", ElementType.FLOAT, "batch", "3"));
        String w = graph.floats("w", List.of(3L, 1L), 1, -2, 3.5f);
        graph.node(new NodeProto("n", "com.microsoft", "Any", List.of("x", "", w), List.of("y"),
                List.of(AttributeProto.of("whole", -1),
                        AttributeProto.of("real", 0.5f), AttributeProto.of("wholes", List.of(2L, 0L, -7L)))));
        graph.output(ValueInfoProto.of("y", ElementType.INT64, "batch"));
        GraphProto written = graph.build("g");
        OnnxWriter.write(new ModelProto(8, SETS, written, new TreeMap<>()), file);
        try (OnnxFile read = OnnxFile.open(file, "model.onnx")) {
            assertEquals(8, read.model().irVersion());
            assertEquals(SETS, read.model().operatorSets());
            assertEquals(written.nodes(), read.model().graph().nodes());
            assertEquals(written.inputs(), read.model().graph().inputs());
            assertEquals(written.outputs(), read.model().graph().outputs());
            TensorProto tensor = read.model().graph().initializers().getFirst();
            assertEquals(List.of(3L, 1L), tensor.shape());
            assertArrayEquals(new float[]{1, -2, 3.5f}, values(tensor));
        }
    }

    @Test
    void tensors_too_large_for_one_file_go_into_a_second() throws Exception {
        EncoderShape shape = EncoderShape.distilBert().small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 1), temp.resolve("model"));
        Path one = folder.resolve("one.onnx");
        Path two = folder.resolve("two.onnx");
        for (Precision precision : Precision.values()) {
            EncoderCompiler.compile(EncoderSource.in(folder), EncoderOptions.tokens(precision), one);
            EncoderCompiler.compile(EncoderSource.in(folder), EncoderOptions.tokens(precision), two, 1000);
            assertTrue(Files.size(two) < Files.size(one) / 4);
            try (OnnxFile inside = OnnxFile.open(one, "one");
                    OnnxFile outside = OnnxFile.open(two, "two");
                    OrtModel first = new OrtModel(one);
                    OrtModel second = new OrtModel(two)) {
                assertEquals(List.of("two.onnx.data"), outside.externalFiles());
                List<TensorProto> tensors = outside.model().graph().initializers();
                for (int i = 0; i < tensors.size(); i++) {
                    TensorProto expected = inside.model().graph().initializers().get(i);
                    assertEquals(expected.shape(), tensors.get(i).shape());
                    assertEquals(-1, ((TensorData.Stored) expected.data()).values()
                            .mismatch(((TensorData.Stored) tensors.get(i).data()).values()));
                }
                Texts texts = Texts.random(shape, 2, 3, 9);
                assertArrayEquals(first.tokens(texts), second.tokens(texts));
            }
        }
    }

    @Test
    void every_truncation_is_told() throws IOException {
        byte[] good = good();
        for (int length = 0; length < good.length; length++) {
            Files.write(file, Arrays.copyOf(good, length));
            String message = broken();
            assertTrue(message.startsWith("file [onnx/model.onnx] is not a usable ONNX model: "), message);
        }
    }

    @Test
    void damaged_bytes_never_end_in_anything_but_an_answer_or_a_complaint() throws IOException {
        byte[] good = good();
        Random random = new Random(1);
        for (int round = 0; round < 4_000; round++) {
            byte[] bad = good.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            Files.write(file, bad);
            try (OnnxWeights weights = OnnxWeights.open(file, "onnx/model.onnx")) {
                for (String name : List.copyOf(weights.names())) weights.matrix(name).map(Matrix::transposed);
                weights.linear("a.dense");
                weights.norm("a.norm");
            } catch (BrokenModelException e) {
                assertTrue(e.getMessage().startsWith("file [onnx/model.onnx] is not a usable ONNX model: "), e.getMessage());
            }
        }
    }

    @Test
    void a_file_of_another_kind_says_so() throws IOException {
        Files.writeString(file, "PK\3\4 this is a zip");
        assertEquals(
                "file [onnx/model.onnx] is not a usable ONNX model: model, byte [3]: no field begins with [3]; fetch it again",
                broken());
        Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
        assertEquals(
                "file [onnx/model.onnx] is not a usable ONNX model: it is only the pointer that Git LFS keeps in place of the file; "
                        + "fetch it again",
                broken());
        Files.write(file, new byte[0]);
        assertEquals("file [onnx/model.onnx] is not a usable ONNX model: it is empty; fetch it again", broken());
        Files.delete(file);
        assertEquals("file [onnx/model.onnx] is missing", broken());
    }

    @Test
    void sizes_that_the_file_cannot_have_are_told_before_memory_is_taken() throws IOException {
        write(new ProtoWriter().begin(7, 10_000_000_000L));
        assertTrue(broken().contains("claims [10000000000] bytes"), broken());
        write(new ProtoWriter().begin(7, -1));
        assertTrue(broken().contains("claims [18446744073709551615] bytes"), broken());
        writeTensor(new ProtoWriter().number(1, 100_000).number(1, 100_000).number(2, 1).text(8, "w").bytes(9, new byte[4]));
        assertTrue(broken().contains("tensor [w] of shape [100000, 100000] and type [FLOAT] has [4] bytes"), broken());
        writeTensor(new ProtoWriter().number(1, Long.MAX_VALUE).number(1, 4).number(2, 1).text(8, "w").bytes(9, new byte[4]));
        assertTrue(broken().contains("is larger than any file"), broken());
        writeTensor(new ProtoWriter().number(1, -4).number(1, -1).number(2, 1).text(8, "w").bytes(9, new byte[16]));
        assertTrue(broken().contains("negative"), broken());
    }

    @Test
    void very_many_parts_are_not_kept() throws IOException {
        ProtoWriter graph = new ProtoWriter();
        for (int i = 0; i <= Count.MAX_PARTS; i++) graph.bytes(1, new byte[0]);
        writeGraph(graph);
        assertTrue(broken().contains("it has more than [250000] parts"), broken());
        writeGraph(new ProtoWriter().bytes(2, new byte[5000]));
        assertTrue(broken().contains("a name has [5000] bytes, expected at most [4096]"), broken());
    }

    @Test
    void cycles_and_holes_are_told() throws IOException {
        writeGraph(new ProtoWriter().message(1, node("a", "y", "x")).message(1, node("b", "x", "y")));
        assertTrue(broken().contains("node [a] reads [y], which nothing before it makes"), broken());
        writeGraph(new ProtoWriter().message(1, node("a", "nowhere", "x")));
        assertTrue(broken().contains("node [a] reads [nowhere]"), broken());
        writeGraph(new ProtoWriter().message(1, node("a", "", "x")).message(1, node("b", "", "x")));
        assertTrue(broken().contains("node [b] makes [x], which is there already"), broken());
    }

    @Test
    void a_message_inside_itself_is_read_no_deeper_than_it_is() throws IOException {
        byte[] nested = new byte[0];
        // An attribute (5) with a graph (6) with a node (1) with an attribute …: nothing follows graphs inside graphs.
        for (int depth = 0; depth < 2001; depth++) {
            nested = new ProtoWriter().bytes(depth % 3 == 0 ? 5 : depth % 3 == 1 ? 1 : 6, nested).toBytes();
        }
        writeGraph(new ProtoWriter().bytes(1, new ProtoWriter().bytes(5, nested).toBytes()));
        OnnxFile.open(file, "onnx/model.onnx").close();
    }

    private static ProtoWriter node(String name, String input, String output) {
        return new ProtoWriter().text(1, input).text(2, output).text(3, name).text(4, "Identity");
    }

    private void writeTensor(ProtoWriter tensor) throws IOException {
        writeGraph(new ProtoWriter().message(5, tensor));
    }

    private void writeGraph(ProtoWriter graph) throws IOException {
        write(new ProtoWriter().number(1, 8).message(8, new ProtoWriter().number(2, 17)).message(7, graph));
    }

    private void write(ProtoWriter model) throws IOException {
        Files.write(file, model.toBytes());
    }

    private byte[] good() throws IOException {
        GraphBuilder graph = new GraphBuilder();
        graph.input(ValueInfoProto.of("x", ElementType.FLOAT, "batch", "2"));
        String product = graph.onnx("/a/dense/MatMul", "MatMul",
                List.of("x", graph.floats("onnx::MatMul_1", List.of(2L, 2L), 1, 2, 3, 4)));
        String sum = graph.onnx("/a/dense/Add", "Add", List.of(graph.floats("a.dense.bias", List.of(2L), 5, 6), product));
        graph.onnx("/a/norm/LayerNormalization", "LayerNormalization",
                List.of(sum, graph.floats("a.norm.weight", List.of(2L), 1, 1), graph.floats("a.norm.bias", List.of(2L), 0, 0)));
        graph.output(ValueInfoProto.of("/a/norm/LayerNormalization", ElementType.FLOAT, "batch", "2"));
        OnnxWriter.write(new ModelProto(8, SETS, graph.build("g"), new TreeMap<>()), file);
        return Files.readAllBytes(file);
    }

    private String broken() {
        return assertThrows(BrokenModelException.class, () -> OnnxFile.open(file, "onnx/model.onnx").close()).getMessage();
    }

    private static float[] values(TensorProto tensor) {
        float[] values = new float[3];
        tensor.elementType().orElseThrow().read(((TensorData.Stored) tensor.data()).values(), 0, values, 0, 3);
        return values;
    }
}
