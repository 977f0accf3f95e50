package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.onnx.Cancellation;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.SessionOptions;
import io.semanticsearch.onnx.graph.EncoderShape;
import io.semanticsearch.onnx.graph.Pooling;
import io.semanticsearch.onnx.graph.Precision;
import io.semanticsearch.onnx.graph.RandomEncoder;
import io.semanticsearch.onnx.graph.RandomWeights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What graphics processors are given: fp16 where it stays close to the original, else fp32. On a CPU, which runs the same graphs. */
class HalfGraphsTest {

    private static final EncoderShape SHAPE = EncoderShape.bertBase().small();
    private static final List<int[]> ROWS = List.of(new int[]{2, 17, 3}, new int[]{2, 40, 41, 42, 43, 44, 45, 3});

    @TempDir
    private Path scratch;

    @Test
    void it_is_compared_with_the_original_and_kept() throws Exception {
        Path model = RandomEncoder.write(RandomWeights.of(SHAPE, 1), scratch.resolve("model"));
        PreparedGraph graph = prepared(model, Precision.FP16, HalfGraphsTest::vectors);
        assertEquals(PreparedGraph.FP16, graph.precision());
        assertEquals(List.of("compiled to fp16, cosine to the original 1.0000 or more"), graph.notes());
        var made = Files.getLastModifiedTime(graph.file());
        assertEquals(graph.file(), prepared(model, Precision.FP16, HalfGraphsTest::vectors).file());
        assertEquals(made, Files.getLastModifiedTime(graph.file()));
        PreparedGraph full = prepared(model, Precision.FP32, HalfGraphsTest::vectors);
        assertEquals(PreparedGraph.FP32, full.precision());
        assertEquals(0.5, (double) graph.bytes() / full.bytes(), 0.02);
    }

    @Test
    void without_a_graph_of_its_own_it_is_compared_with_fp32() throws Exception {
        Path model = RandomEncoder.write(RandomWeights.of(SHAPE, 1), scratch.resolve("model"));
        Files.delete(model.resolve("onnx/model.onnx"));
        PreparedGraph graph = prepared(model, Precision.FP16, HalfGraphsTest::vectors);
        assertEquals(PreparedGraph.FP16, graph.precision());
        assertEquals(List.of("fp16 was compared with the same weights in fp32, because the folder has no ONNX graph of the model",
                "compiled to fp16, cosine to the original 1.0000 or more"), graph.notes());
    }

    @Test
    void weights_beyond_its_range_are_run_in_fp32() throws Exception {
        RandomWeights weights = RandomWeights.of(SHAPE, 1);
        weights.values().get("encoder.layer.1.output.dense.weight")[17] = 70_000;
        PreparedGraph graph = prepared(RandomEncoder.write(weights, scratch.resolve("model")), Precision.FP16,
                HalfGraphsTest::vectors);
        assertEquals(PreparedGraph.FP32, graph.precision());
        assertEquals(
                "fp16 is not used: the weights [encoder.layer.1.output.dense.weight] have the number [70000.0], the largest of"
                        + " fp16 is [65504.0]",
                graph.notes().getFirst());
    }

    @Test
    void vectors_that_are_too_far_from_the_original_are_run_in_fp32() throws Exception {
        Path model = RandomEncoder.write(RandomWeights.of(SHAPE, 1), scratch.resolve("model"));
        PreparedGraph graph = prepared(model, Precision.FP16, (file, precision) -> {
            List<float[]> vectors = vectors(file, precision);
            // As much as a sum of squares that left its range would be off.
            if (precision.equals(PreparedGraph.FP16)) vectors.getLast()[0] += 1;
            return vectors;
        });
        assertEquals(PreparedGraph.FP32, graph.precision());
        assertTrue(graph.notes().getFirst().startsWith("fp16 is not used: its vectors have a cosine of 0.9"),
                graph.notes().toString());
        assertTrue(graph.notes().getFirst().endsWith(" to the original, expected 0.999 or more"), graph.notes().toString());
    }

    private PreparedGraph prepared(Path model, Precision wanted, CompiledGraphs.Probe probe) {
        Optional<Path> original = Optional.of(model.resolve("onnx/model.onnx")).filter(Files::exists);
        return new CompiledGraphs(scratch.resolve("cache")).prepare(new CompiledGraphs.Source("made-up", "revision", model,
                "model.safetensors", original, SHAPE.vocabulary(), Pooling.MEAN, "gpu"), wanted, probe);
    }

    private static List<float[]> vectors(Path graph, String precision) {
        try (EncoderSession session = EncoderSession.open("made-up", OnnxRuntime.open(MadeUpTransformer.natives()), graph,
                SessionOptions.DEFAULT, new RowPooling(List.of(RowPooling.Mode.MEAN)), 0)) {
            return new ArrayList<>(session.run(ROWS, new Cancellation(), false));
        }
    }
}
