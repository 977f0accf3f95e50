package io.semanticsearch.onnx.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compiled graphs, run by ONNX Runtime, against the formulas and against an export of the same weights. */
class CompiledEncoderTest {

    private static final double FP32 = 0.99999;
    private static final double FP16 = 0.9999;
    private static final double INT8 = 0.99;

    @TempDir
    private Path temp;

    @ParameterizedTest
    @EnumSource
    void fp32_gives_the_vectors_of_the_formulas_and_of_the_original(Architecture architecture) throws Exception {
        EncoderShape shape = EncoderShape.of(architecture).small();
        RandomWeights weights = RandomWeights.of(shape, 1);
        Path folder = RandomEncoder.write(weights, temp);
        Reference reference = Reference.of(weights);
        try (OrtModel original = original(folder); OrtModel compiled = tokens(folder, "model.safetensors", Precision.FP32)) {
            for (Texts texts : batches(shape)) {
                float[][][] expected = original.tokens(texts);
                float[][][] found = compiled.tokens(texts);
                for (int i = 0; i < texts.ids().length; i++) {
                    double[][] formula = reference.encode(texts.ids()[i]);
                    for (int t = 0; t < formula.length; t++) {
                        assertAlike(FP32, formula[t], Cosine.doubles(found[i][t]));
                        assertAlike(FP32, Cosine.doubles(expected[i][t]), Cosine.doubles(found[i][t]));
                        assertClose(formula[t], found[i][t]);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void int8_stays_close_to_the_original(Architecture architecture) throws Exception {
        EncoderShape shape = EncoderShape.of(architecture).small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 2), temp);
        try (OrtModel original = original(folder); OrtModel compiled = tokens(folder, "model.safetensors", Precision.INT8)) {
            for (Texts texts : batches(shape)) assertPooledAlike(INT8, texts, original, compiled);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_graph_for_short_passes_gives_the_same_vectors(Architecture architecture) throws Exception {
        EncoderShape shape = EncoderShape.of(architecture).small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 2), temp);
        for (Precision precision : architecture.precisions()) {
            Path file = compiled(folder, "model.safetensors", EncoderOptions.tokens(precision));
            Path ofShort = compiled(folder, "model.safetensors", EncoderOptions.tokens(precision).forShortPasses());
            assertEquals(architecture.differsForShortPasses(precision), Files.mismatch(file, ofShort) >= 0);
            try (OrtModel any = new OrtModel(file); OrtModel few = new OrtModel(ofShort)) {
                for (Texts texts : batches(shape)) assertPooledAlike(0.9999, texts, any, few);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NOMIC_BERT", "MODERN_BERT"}, mode = EnumSource.Mode.EXCLUDE)
    void fp16_stays_close_to_the_original(Architecture architecture) throws Exception {
        EncoderShape shape = EncoderShape.of(architecture).small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 2), temp);
        try (OrtModel original = original(folder); OrtModel compiled = tokens(folder, "model.safetensors", Precision.FP16)) {
            for (Texts texts : batches(shape)) assertPooledAlike(FP16, texts, original, compiled);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_weights_of_an_export_give_the_same_numbers_as_safetensors(Architecture architecture) throws Exception {
        EncoderShape shape = EncoderShape.of(architecture).small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 3), temp);
        for (Precision precision : architecture.precisions()) {
            try (OrtModel export = tokens(folder, "onnx/model.onnx", precision);
                    OrtModel safetensors = tokens(folder, "model.safetensors", precision)) {
                for (Texts texts : batches(shape)) assertArrayEquals(safetensors.tokens(texts), export.tokens(texts));
            }
        }
    }

    /** Wide ones have attention and feed-forward layers in parts. */
    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "onnx/model.onnx"})
    void wide_layers_give_the_vectors_of_the_formulas(String source) throws Exception {
        for (EncoderShape published : List.of(EncoderShape.bertBase(), EncoderShape.mpnetBase())) {
            EncoderShape shape = published.layers(2).vocabulary(211);
            RandomWeights weights = RandomWeights.of(shape, 14);
            Path folder = RandomEncoder.write(weights, temp.resolve(shape.modelType()));
            Reference reference = Reference.of(weights);
            Texts texts = Texts.random(shape, 15, 3, 30, 1);
            try (OrtModel compiled = tokens(folder, source, Precision.FP32)) {
                float[][][] found = compiled.tokens(texts);
                for (int i = 0; i < texts.ids().length; i++) {
                    double[][] formula = reference.encode(texts.ids()[i]);
                    for (int t = 0; t < formula.length; t++) {
                        assertAlike(FP32, formula[t], Cosine.doubles(found[i][t]));
                        assertClose(formula[t], found[i][t]);
                    }
                }
            }
        }
    }

    @Test
    void a_model_of_real_size_stays_close_up_to_its_longest_text() throws Exception {
        EncoderShape shape = EncoderShape.miniLm().vocabulary(500);
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 4), temp);
        Texts texts = Texts.random(shape, 5, 1, 512, 40);
        try (OrtModel original = original(folder);
                OrtModel fp32 = tokens(folder, "model.safetensors", Precision.FP32);
                OrtModel fp16 = tokens(folder, "model.safetensors", Precision.FP16);
                OrtModel int8 = tokens(folder, "model.safetensors", Precision.INT8)) {
            assertPooledAlike(FP32, texts, original, fp32);
            assertPooledAlike(FP16, texts, original, fp16);
            assertPooledAlike(INT8, texts, original, int8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_text_has_the_same_vector_with_and_without_neighbours(Architecture architecture) throws Exception {
        EncoderShape shape = EncoderShape.of(architecture).small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 6), temp);
        Texts batch = Texts.random(shape, 7, 5, 90, 1);
        try (OrtModel compiled = tokens(folder, "model.safetensors", Precision.FP32)) {
            float[][][] together = compiled.tokens(batch);
            for (int i = 0; i < batch.ids().length; i++) {
                float[][][] alone = compiled.tokens(new Texts(new int[][]{batch.ids()[i]}, batch.padding()));
                for (int t = 0; t < batch.ids()[i].length; t++) assertClose(Cosine.doubles(alone[0][t]), together[i][t]);
            }
        }
    }

    @Test
    void the_second_type_of_tokens_counts() throws Exception {
        EncoderShape shape = EncoderShape.miniLm().small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 8), temp);
        Texts texts = Texts.random(shape, 9, 6).withTypes(0, 0, 0, 1, 1, 1);
        try (OrtModel original = original(folder); OrtModel compiled = tokens(folder, "model.safetensors", Precision.FP32)) {
            assertPooledAlike(FP32, texts, original, compiled);
            double alike = Cosine.of(Cosine.mean(compiled.tokens(texts)[0], 6),
                    Cosine.mean(compiled.tokens(texts.withTypes())[0], 6));
            assertTrue(alike < FP32, () -> "types change nothing: " + alike);
        }
    }

    @Test
    void inputs_and_outputs_are_those_of_the_original() throws Exception {
        for (Architecture architecture : Architecture.values()) {
            Path folder = RandomEncoder.write(RandomWeights.of(EncoderShape.of(architecture).small(), 10),
                    temp.resolve(architecture.name()));
            try (OrtModel original = original(folder); OrtModel compiled = tokens(folder, "model.safetensors", Precision.FP32)) {
                assertEquals(original.inputs(), compiled.inputs());
                assertEquals(Set.of("last_hidden_state"), compiled.outputs());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void more_tokens_than_there_are_positions_are_an_error(Precision precision) throws Exception {
        EncoderShape shape = EncoderShape.mpnetBase().small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 11), temp);
        try (OrtModel compiled = tokens(folder, "model.safetensors", precision)) {
            Texts texts = Texts.random(shape, 12, shape.maxTokens() + 1);
            Assertions.assertThrows(OrtException.class, () -> compiled.tokens(texts));
        }
    }

    private static List<Texts> batches(EncoderShape shape) {
        int most = shape.maxTokens();
        return List.of(Texts.random(shape, 20, 1), Texts.random(shape, 21, 5, 1, 7), Texts.random(shape, 22, most),
                Texts.random(shape, 23, 3, most, 1, 60), Texts.random(shape, 24, 8, 8, 8, 8));
    }

    private static OrtModel original(Path folder) throws OrtException {
        return new OrtModel(folder.resolve("onnx/model.onnx"));
    }

    private OrtModel tokens(Path folder, String weights, Precision precision) throws IOException, OrtException {
        return new OrtModel(compiled(folder, weights, EncoderOptions.tokens(precision)));
    }

    private static Path compiled(Path folder, String weights, EncoderOptions options) throws IOException {
        String name = String.join("-", "compiled", weights.replace('/', '-'), options.precision().name(),
                options.shortPasses() ? "short.onnx" : "any.onnx");
        return assertInstanceOf(Compilation.Compiled.class,
                EncoderCompiler.compile(new EncoderSource(folder, weights), options, folder.resolve(name))).file();
    }

    private static void assertPooledAlike(double least, Texts texts, OrtModel original, OrtModel compiled) throws OrtException {
        float[][][] expected = original.tokens(texts);
        float[][][] found = compiled.tokens(texts);
        for (int i = 0; i < texts.ids().length; i++) {
            int length = texts.ids()[i].length;
            assertAlike(least, Cosine.mean(expected[i], length), Cosine.mean(found[i], length));
        }
    }

    private static void assertAlike(double least, double[] expected, double[] found) {
        double cosine = Cosine.of(expected, found);
        assertTrue(cosine >= least, () -> "cosine " + cosine + ", expected at least " + least);
    }

    /** Numbers are about 1; what fp32 loses in a few layers is far below. */
    private static void assertClose(double[] expected, float[] found) {
        for (int i = 0; i < found.length; i++) assertEquals(expected[i], found[i], 5e-5);
    }
}
