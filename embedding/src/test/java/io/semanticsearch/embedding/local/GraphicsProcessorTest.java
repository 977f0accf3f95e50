package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.graph.Architecture;
import io.semanticsearch.onnx.graph.EncoderShape;
import io.semanticsearch.onnx.graph.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models on a graphics processor, and on a machine that has none; each is skipped on the other, and without a build with CUDA. */
class GraphicsProcessorTest {

    private static final List<String> TEXTS = IntStream.range(0, 2_000)
            .mapToObj(i -> MadeUpTransformer.text(5 + Math.floorMod(i * 37, 120), i)).toList();

    private final OnnxRuntime runtime = OnnxRuntime.open(MadeUpTransformer.natives());

    @TempDir
    private Path scratch;

    @Test
    void precisions_are_those_that_it_is_made_for() {
        assertEquals(Precision.FP16, TransformerOpening.onGpu(MadeUpTransformer.definition()));
        assertEquals(Precision.FP32, TransformerOpening.onGpu(MadeUpTransformer.definition("precision", "fp32")));
        assertEquals(
                "model [file:made-up] is defined with [precision] of [int8], which is for the CPU; on a graphics processor choose"
                        + " [auto], which is fp16 there, or [fp32]",
                assertThrows(EmbeddingException.BadRequest.class,
                        () -> TransformerOpening.onGpu(MadeUpTransformer.definition("precision", "int8"))).getMessage());
    }

    @Test
    void without_one_the_cpu_is_used_and_what_is_missing_is_told() throws Exception {
        assumeTrue(runtime.hasCuda(), "the build was made without -Pgpu");
        List<String> missing = runtime.missingForCuda(0);
        assumeFalse(missing.isEmpty(), "this machine has a graphics processor");
        String lack = "this machine lacks " + String.join(", and ", missing);
        MadeUpTransformer model = new MadeUpTransformer(scratch, EncoderShape.miniLm().small());
        try (EmbeddingFunction function = model.open()) {
            assertEquals("cpu", function.device());
            assertEquals("int8", function.precision());
            assertEquals("runs on the CPU, because the graphics processor cannot be used: " + lack, function.notes().getLast());
            assertInstanceOf(Embedding.Vector.class, function.encodeQueries(List.of("w5 w6")).getFirst());
        }
        assertEquals("model [file:made-up] is to run on [device] of [gpu]: " + lack + "; install that, or choose [auto] or [cpu]",
                assertThrows(EmbeddingException.BadRequest.class, () -> model.open("device", "gpu")).getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void vectors_are_those_of_the_cpu(Architecture architecture) throws Exception {
        skipWithout();
        MadeUpTransformer model = new MadeUpTransformer(scratch, EncoderShape.of(architecture).small());
        String auto = architecture.precisions().contains(Precision.FP16) ? "fp16" : "fp32";
        assertTrue(leastCosine(model, "auto", auto, TEXTS.subList(0, 100)) >= 0.999);
        assertTrue(leastCosine(model, "fp32", "fp32", TEXTS.subList(0, 100)) >= 0.99999);
    }

    @Test
    void a_model_of_real_size_is_near_the_cpu_and_its_speed_is_told() throws Exception {
        skipWithout();
        MadeUpTransformer model = new MadeUpTransformer(scratch, EncoderShape.bertBase().vocabulary(1_000));
        double cosine = leastCosine(model, "auto", "fp16", TEXTS.subList(0, 100));
        try (EmbeddingFunction function = model.open("device", "gpu")) {
            function.encodeDocuments(TEXTS);
            long start = System.nanoTime();
            function.encodeDocuments(TEXTS);
            System.out.println(
                    String.format(Locale.ROOT, "BERT-base in fp16 on the graphics processor: least cosine %.6f, %.0f texts/s",
                            cosine, TEXTS.size() * 1e9 / (System.nanoTime() - start)));
        }
        assertTrue(cosine >= 0.999, () -> "cosine " + cosine);
    }

    private void skipWithout() {
        assumeTrue(runtime.hasCuda(), "the build was made without -Pgpu");
        List<String> missing = runtime.missingForCuda(0);
        assumeTrue(missing.isEmpty(), "this machine lacks " + String.join(", and ", missing));
    }

    private static double leastCosine(MadeUpTransformer model, String precision, String shown, List<String> texts) {
        try (EmbeddingFunction gpu = model.open("device", "gpu", "precision", precision);
                EmbeddingFunction cpu = model.open("device", "cpu", "precision", "fp32")) {
            assertEquals("gpu:0", gpu.device());
            assertEquals(shown, gpu.precision(), gpu.notes().toString());
            return CheckedCompilation.leastCosine(vectors(gpu, texts), vectors(cpu, texts));
        }
    }

    private static List<float[]> vectors(EmbeddingFunction function, List<String> texts) {
        return function.encodeDocuments(texts).stream().map(embedding -> ((Embedding.Vector) embedding).values()).toList();
    }
}
