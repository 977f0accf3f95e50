package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.onnx.Cancellation;
import io.semanticsearch.onnx.CudaOptions;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.SessionOptions;
import io.semanticsearch.onnx.graph.EncoderCompiler;
import io.semanticsearch.onnx.graph.EncoderOptions;
import io.semanticsearch.onnx.graph.EncoderShape;
import io.semanticsearch.onnx.graph.EncoderSource;
import io.semanticsearch.onnx.graph.Pooling;
import io.semanticsearch.onnx.graph.Precision;
import io.semanticsearch.onnx.graph.RandomEncoder;
import io.semanticsearch.onnx.graph.RandomWeights;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls by a binding, as sessions on a graphics processor make them, here on a CPU. */
class EncoderCallTest {

    private static final RowPooling MEAN = new RowPooling(List.of(RowPooling.Mode.MEAN));
    private static final List<List<int[]>> BATCHES = List.of(List.of(new int[]{2, 17, 3}),
            List.of(new int[]{2, 40, 41, 42, 43, 44, 45, 3}, new int[]{2, 3}, new int[]{2, 9, 8, 7, 3}),
            List.of(new int[]{2, 5, 3}));

    @TempDir
    private Path scratch;
    private Path model;
    private OnnxRuntime runtime;
    private long liveBefore;

    @BeforeEach
    void write() throws Exception {
        model = RandomEncoder.write(RandomWeights.of(EncoderShape.miniLm().small(), 1), scratch.resolve("model"));
        runtime = OnnxRuntime.open(MadeUpTransformer.natives());
        liveBefore = runtime.liveObjects();
    }

    @AfterEach
    void nothing_native_is_left() {
        assertEquals(liveBefore, runtime.liveObjects());
    }

    @Test
    void sessions_on_a_graphics_processor_bind() {
        assertEquals(EncoderCall.Kind.IN_PLACE, EncoderCall.Kind.of(SessionOptions.DEFAULT));
        assertEquals(EncoderCall.Kind.BOUND,
                EncoderCall.Kind.of(SessionOptions.DEFAULT.withCuda(new CudaOptions(0, 0, Map.of()))));
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "MEAN"})
    void a_binding_gives_the_same_bits(Pooling pooling) throws Exception {
        Path graph = scratch.resolve("graph.onnx");
        EncoderCompiler.compile(EncoderSource.in(model), new EncoderOptions(Precision.FP32, pooling, false), graph);
        assertSameBits(graph);
    }

    @Test
    void a_binding_gives_the_same_bits_of_the_graph_that_came_with_the_model() {
        assertSameBits(model.resolve("onnx/model.onnx"));
    }

    @Test
    void a_bound_call_that_is_ended_is_used_again() {
        try (EncoderSession bound = open(model.resolve("onnx/model.onnx"), EncoderCall.Kind.BOUND)) {
            float[] expected = bound.run(BATCHES.getFirst(), new Cancellation(), false).getFirst();
            Cancellation cancelled = new Cancellation();
            cancelled.cancel();
            assertThrows(EmbeddingException.DeadlineExceeded.class, () -> bound.run(BATCHES.get(1), cancelled, false));
            assertArrayEquals(expected, bound.run(BATCHES.getFirst(), new Cancellation(), false).getFirst());
        }
    }

    private void assertSameBits(Path graph) {
        try (EncoderSession plain = open(graph, EncoderCall.Kind.IN_PLACE);
                EncoderSession bound = open(graph, EncoderCall.Kind.BOUND)) {
            for (List<int[]> rows : BATCHES) {
                List<float[]> expected = plain.run(rows, new Cancellation(), false);
                List<float[]> found = bound.run(rows, new Cancellation(), false);
                assertEquals(expected.size(), found.size());
                for (int i = 0; i < expected.size(); i++) assertArrayEquals(expected.get(i), found.get(i));
            }
        }
    }

    private EncoderSession open(Path graph, EncoderCall.Kind kind) {
        return EncoderSession.open("made-up", runtime, graph, SessionOptions.DEFAULT, kind, MEAN, 0);
    }
}
