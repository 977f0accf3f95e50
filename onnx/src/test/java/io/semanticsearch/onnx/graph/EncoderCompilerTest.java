package io.semanticsearch.onnx.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semanticsearch.onnx.proto.BrokenModelException;
import io.semanticsearch.onnx.proto.GraphProto;
import io.semanticsearch.onnx.proto.ModelProto;
import io.semanticsearch.onnx.proto.OnnxFile;
import io.semanticsearch.onnx.proto.OnnxWriter;
import io.semanticsearch.onnx.proto.TensorData;
import io.semanticsearch.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the compiler says of a model and what it leaves on disk. */
class EncoderCompilerTest {

    private static final EncoderOptions OPTIONS = EncoderOptions.sentences(Precision.INT8, Pooling.MEAN);

    @TempDir
    private Path temp;
    private Path folder;
    private Path target;

    @BeforeEach
    void write() throws IOException {
        folder = RandomEncoder.write(RandomWeights.of(EncoderShape.miniLm().small(), 1), temp.resolve("model"));
        target = temp.resolve("compiled.onnx");
    }

    @Test
    void the_result_says_what_was_compiled_from_what() throws Exception {
        assertEquals(
                new Compilation.Compiled(target, Architecture.BERT, 3, 211, 96, 4, 150, true, OPTIONS,
                        new TreeMap<>(
                                Map.of("config.json", sha256("config.json"), "model.safetensors", sha256("model.safetensors")))),
                EncoderCompiler.compile(EncoderSource.in(folder), OPTIONS, target));
        Files.delete(folder.resolve("model.safetensors"));
        Compilation.Compiled export = assertInstanceOf(Compilation.Compiled.class,
                EncoderCompiler.compile(EncoderSource.in(folder), OPTIONS, target));
        assertEquals(Map.of("config.json", sha256("config.json"), "onnx/model.onnx", sha256("onnx/model.onnx")),
                export.sources());
    }

    @Test
    void external_data_is_among_the_sources() throws Exception {
        try (OnnxFile original = OnnxFile.open(folder.resolve("onnx/model.onnx"), "model.onnx")) {
            OnnxWriter.write(original.model(), folder.resolve("onnx/large.onnx"), 1000);
        }
        Compilation.Compiled compiled = assertInstanceOf(Compilation.Compiled.class,
                EncoderCompiler.compile(new EncoderSource(folder, "onnx/large.onnx"), OPTIONS, target));
        assertEquals(
                Map.of("config.json", sha256("config.json"), "onnx/large.onnx", sha256("onnx/large.onnx"), "onnx/large.onnx.data",
                        sha256("onnx/large.onnx.data")),
                compiled.sources());
    }

    @ParameterizedTest
    @EnumSource
    void the_same_files_make_the_same_bytes_wherever_they_are(Precision precision) throws Exception {
        Path elsewhere = RandomEncoder.write(RandomWeights.of(EncoderShape.miniLm().small(), 1), temp.resolve("elsewhere"));
        Path other = temp.resolve("other.onnx");
        EncoderOptions options = EncoderOptions.tokens(precision);
        EncoderCompiler.compile(EncoderSource.in(folder), options, target);
        EncoderCompiler.compile(EncoderSource.in(elsewhere), options, other);
        assertArrayEquals(Files.readAllBytes(target), Files.readAllBytes(other));
        EncoderCompiler.compile(EncoderSource.in(folder), EncoderOptions.sentences(precision, Pooling.CLS), other);
        assertNotEquals(-1, Files.mismatch(target, other));
    }

    @Test
    void int8_is_smaller() throws Exception {
        EncoderCompiler.compile(EncoderSource.in(folder), EncoderOptions.tokens(Precision.FP32), target);
        long fp32 = Files.size(target);
        EncoderCompiler.compile(EncoderSource.in(folder), EncoderOptions.tokens(Precision.INT8), target);
        assertEquals(0.4, (double) Files.size(target) / fp32, 0.1);
    }

    @Test
    void a_model_that_keeps_its_graph_leaves_nothing() throws Exception {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"t5\"}");
        assertEquals(
                new Compilation.Kept(
                        "[model_type] is [t5], expected one of [bert, camembert, distilbert, modernbert, mpnet, nomic_bert, roberta, xlm-roberta]"),
                EncoderCompiler.compile(EncoderSource.in(folder), OPTIONS, target));
        assertOnlyTheModelIsThere();
    }

    @Test
    void a_configuration_that_does_not_fit_the_weights_is_told() throws Exception {
        config("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4");
        assertEquals("file [model.safetensors] has no weights [encoder.layer.3.attention.self.query]", kept());
        config("\"num_hidden_layers\": 4", "\"num_hidden_layers\": 3");
        config("\"intermediate_size\": 256", "\"intermediate_size\": 128");
        assertEquals(
                "[encoder.layer.0.intermediate.dense.weight] of file [model.safetensors] has the shape [256, 96], expected [128, 96]",
                kept());
        config("\"model_type\": \"bert\"",
                "\"model_type\": \"distilbert\", \"dim\": 96, \"n_heads\": 4, \"n_layers\": 3, \"hidden_dim\": 256");
        assertEquals("file [model.safetensors] has no weights [transformer.layer.0.attention.q_lin]", kept());
    }

    @Test
    void weights_of_something_else_or_of_two_encoders_are_told() throws Exception {
        RandomWeights one = RandomWeights.of(EncoderShape.miniLm().small(), 1);
        RandomWeights two = new RandomWeights(one.shape(), new LinkedHashMap<>());
        two.values().put("other.weight", new float[96]);
        SafetensorsWriter.write(two, "", "F32", folder.resolve("model.safetensors"));
        assertEquals(
                "file [model.safetensors] has [0] weights whose names end in [embeddings.word_embeddings.weight], expected one",
                kept());
        one.values().forEach((name, values) -> {
            two.values().put("query." + name, values);
            two.values().put("document." + name, values);
        });
        SafetensorsWriter.write(two, "", "F32", folder.resolve("model.safetensors"));
        assertEquals(
                "file [model.safetensors] has [2] weights whose names end in [embeddings.word_embeddings.weight], expected one",
                kept());
    }

    @Test
    void broken_files_are_told_and_leave_nothing() throws Exception {
        Files.write(folder.resolve("model.safetensors"), new byte[5]);
        Exception broken = assertThrows(BrokenModelException.class,
                () -> EncoderCompiler.compile(EncoderSource.in(folder), OPTIONS, target));
        assertEquals(
                "file [model.safetensors] is not a usable safetensors file: it has [5] bytes, expected [8] with the length of a header; "
                        + "fetch it again",
                broken.getMessage());
        assertOnlyTheModelIsThere();
    }

    @Test
    void a_folder_without_weights_and_a_place_outside_of_it_are_told() throws Exception {
        Files.delete(folder.resolve("model.safetensors"));
        Files.delete(folder.resolve("onnx/model.onnx"));
        Exception missing = assertThrows(BrokenModelException.class, () -> EncoderSource.in(folder));
        assertEquals("the model's folder has none of [model.safetensors, onnx/model.onnx, model.onnx]; put one there",
                missing.getMessage());
        for (String outside : List.of("../model.safetensors", "/model.onnx", "onnx/../../model.onnx")) {
            assertThrows(IllegalArgumentException.class, () -> new EncoderSource(folder, outside));
        }
    }

    @Test
    void an_existing_result_is_replaced_only_by_a_whole_one() throws Exception {
        EncoderCompiler.compile(EncoderSource.in(folder), OPTIONS, target);
        byte[] before = Files.readAllBytes(target);
        TensorData failing = new TensorData.Computed(8, out -> {
            throw new IOException("no space left");
        });
        GraphProto graph = new GraphProto("g", List.of(), List.of(new TensorProto("w", 1, List.of(2L), failing)), List.of(),
                List.of());
        assertThrows(IOException.class, () -> OnnxWriter.write(new ModelProto(8, List.of(), graph, new TreeMap<>()), target));
        assertArrayEquals(before, Files.readAllBytes(target));
        try (Stream<Path> files = Files.list(temp)) {
            assertEquals(List.of("compiled.onnx", "model"), files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    private String kept() throws IOException {
        return assertInstanceOf(Compilation.Kept.class, EncoderCompiler.compile(EncoderSource.in(folder), OPTIONS, target))
                .reason();
    }

    private void config(String from, String to) throws IOException {
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace(from, to));
    }

    private void assertOnlyTheModelIsThere() throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            assertEquals(List.of(folder), files.toList());
        }
    }

    private String sha256(String file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(folder.resolve(file))));
    }
}
