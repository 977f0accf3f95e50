package io.semanticsearch.onnx.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.OnnxSession;
import io.semanticsearch.onnx.SessionOptions;
import io.semanticsearch.onnx.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Graphs in int8 open and compute alike in both ways that ONNX Runtime has; this machine's processor says which one is used. */
class Int8ArithmeticTest {

    private static final SessionOptions CAREFUL = SessionOptions.DEFAULT.withConfig("session.x64quantprecision", "1");

    @TempDir
    private Path temp;

    private final OnnxRuntime runtime = OnnxRuntime.open(Path.of(System.getProperty("natives.folder")));

    @Test
    void its_sessions_multiply_exactly() throws Exception {
        assertTrue(Int8Arithmetic.isExact(runtime, temp, Int8Arithmetic.options(runtime, temp)));
    }

    @Test
    void leaves_no_file() throws Exception {
        Int8Arithmetic.options(runtime, temp);
        try (Stream<Path> left = Files.list(temp)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void processors_with_vnni_take_the_fast_way() throws Exception {
        boolean vnni = Files.readString(Path.of("/proc/cpuinfo")).matches("(?s).*\\b(avx512_vnni|avx_vnni)\\b.*");
        assertEquals(vnni ? SessionOptions.DEFAULT : CAREFUL, Int8Arithmetic.options(runtime, temp));
    }

    /** A processor that multiplies exactly comes to the same numbers in both ways; others have the careful one alone. */
    @Test
    void the_careful_way_computes_what_the_graph_says() throws Exception {
        EncoderShape shape = EncoderShape.miniLm().small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 1), temp.resolve("encoder"));
        Path graph = temp.resolve("int8.onnx");
        EncoderCompiler.compile(EncoderSource.in(folder), EncoderOptions.sentences(Precision.INT8, Pooling.MEAN), graph);
        float[] careful = vector(graph, CAREFUL);
        float[] own = vector(graph, Int8Arithmetic.options(runtime, temp));
        double cosine = 0;
        for (int i = 0; i < own.length; i++) cosine += (double) own[i] * careful[i];
        assertEquals(1, cosine, 1e-5);
    }

    private float[] vector(Path graph, SessionOptions options) throws IOException {
        long[] ids = {7, 81, 3, 200, 12, 9};
        try (OnnxSession session = runtime.openSession(graph, options)) {
            return session.run(Map.of("input_ids", Tensor.of(ids, 1, ids.length), "attention_mask",
                    Tensor.of(new long[]{1, 1, 1, 1, 1, 1}, 1, ids.length), "token_type_ids",
                    Tensor.of(new long[ids.length], 1, ids.length))).get("sentence_embedding").floats();
        }
    }
}
