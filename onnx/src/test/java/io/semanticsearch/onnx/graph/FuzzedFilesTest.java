package io.semanticsearch.onnx.graph;

import io.semanticsearch.fuzz.Mutations;
import io.semanticsearch.fuzz.Trials;
import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.BrokenModelException;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.ModelProto;
import io.semanticsearch.onnx.proto.NodeProto;
import io.semanticsearch.onnx.proto.OnnxFile;
import io.semanticsearch.onnx.proto.OnnxWriter;
import io.semanticsearch.onnx.proto.OperatorSetIdProto;
import io.semanticsearch.onnx.proto.TensorProto;
import io.semanticsearch.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of weights and graphs that are almost right are read, or refused in a sentence; never anything else. */
class FuzzedFilesTest {

    private static final int INPUTS = 4_000;

    @TempDir
    private Path temp;

    private interface Reading {
        void read(Path file) throws IOException;
    }

    private void fuzz(long salt, String name, Path valid, Reading reading) throws IOException {
        Mutations mutations = new Mutations(salt);
        byte[] bytes = Files.readAllBytes(valid);
        Path file = temp.resolve(name);
        new Trials().run(INPUTS, () -> mutations.ofBytes(bytes), BrokenModelException.class::isInstance, changed -> {
            Files.write(file, changed);
            reading.read(file);
        });
    }

    @Test
    void safetensors() throws IOException {
        fuzz(11, "model.safetensors", small(), file -> SafetensorsFile.open(file, "model.safetensors").close());
    }

    /** Two tensors of eight numbers. */
    private Path small() throws IOException {
        byte[] json = """
                {"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
                "a.bias":{"dtype":"F16","shape":[4],"data_offsets":[24,32]}}""".getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + 32).order(ByteOrder.LITTLE_ENDIAN);
        return Files.write(temp.resolve("small.safetensors"), file.putLong(json.length).put(json).array());
    }

    @Test
    void onnx() throws IOException {
        GraphBuilder graph = new GraphBuilder();
        graph.input(ValueInfoProto.of("x", ElementType.FLOAT, "batch", "3"));
        String w = graph.floats("w", List.of(3L, 1L), 1, -2, 3.5f);
        graph.node(new NodeProto("n", "com.microsoft", "Any", List.of("x", "", w), List.of("y"), List.of(
                AttributeProto.of("whole", -1), AttributeProto.of("real", 0.5f),
                AttributeProto.of("wholes", List.of(2L, 0L, -7L)))));
        graph.output(ValueInfoProto.of("y", ElementType.INT64, "batch"));
        Path valid = temp.resolve("valid.onnx");
        OnnxWriter.write(new ModelProto(8, List.of(new OperatorSetIdProto("", 17)), graph.build("g"), new TreeMap<>()), valid);
        fuzz(12, "model.onnx", valid, file -> {
            try (OnnxFile read = OnnxFile.open(file, "model.onnx")) {
                read.model().graph().initializers().forEach(TensorProto::shape);
            }
        });
    }
}
