package io.semanticsearch.onnx.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs in fp16 on a CPU, with what is between operators rounded as a graphics processor rounds it, against those in fp32. */
class HalfEncoderTest {

    private static final double CLOSE = 0.9999;

    @TempDir
    private Path temp;

    @ParameterizedTest
    @MethodSource("all")
    void vectors_are_those_of_fp32(Architecture architecture, Pooling pooling) throws Exception {
        EncoderShape shape = EncoderShape.of(architecture).small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 1), temp);
        double least = leastCosine(folder, pooling, Texts.random(shape, 2, 9, 1, shape.maxTokens(), 30));
        assertTrue(least >= CLOSE, () -> "cosine " + least);
    }

    @Test
    void a_model_of_real_size_stays_close() throws Exception {
        EncoderShape shape = EncoderShape.miniLm().vocabulary(500);
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 4), temp);
        double least = leastCosine(folder, Pooling.MEAN, Texts.random(shape, 5, 1, 512, 40));
        assertTrue(least >= CLOSE, () -> "cosine " + least);
    }

    @Test
    void weights_take_half_of_the_room() throws Exception {
        Path folder = RandomEncoder.write(RandomWeights.of(EncoderShape.bertBase().small(), 1), temp);
        double ratio = (double) Files.size(compiled(folder, Precision.FP16, Pooling.MEAN))
                / Files.size(compiled(folder, Precision.FP32, Pooling.MEAN));
        assertEquals(0.5, ratio, 0.01);
    }

    @Test
    void weights_beyond_its_range_are_told() throws Exception {
        EncoderShape shape = EncoderShape.bertBase().small();
        RandomWeights weights = RandomWeights.of(shape, 1);
        weights.get("encoder.layer.1.output.dense.weight")[17] = -70_000;
        Path folder = RandomEncoder.write(weights, temp);
        assertEquals(
                new Compilation.Unfit(
                        "the weights [encoder.layer.1.output.dense.weight] have the number [70000.0], the largest of"
                                + " fp16 is [65504.0]"),
                EncoderCompiler.compile(EncoderSource.in(folder), EncoderOptions.tokens(Precision.FP16),
                        temp.resolve("fp16.onnx")));
        assertFalse(Files.exists(temp.resolve("fp16.onnx")));
        compiled(folder, Precision.FP32, Pooling.MEAN);
    }

    @Test
    void sums_of_weights_beyond_its_range_are_told() throws Exception {
        EncoderShape shape = EncoderShape.bertBase().small();
        RandomWeights weights = RandomWeights.of(shape, 1);
        // The bias of values goes through the output layer into its bias.
        weights.get("encoder.layer.1.attention.self.value.bias")[3] = 60_000;
        weights.get("encoder.layer.1.attention.output.dense.weight")[3] = 2;
        Path folder = RandomEncoder.write(weights, temp);
        Compilation compilation = EncoderCompiler.compile(EncoderSource.in(folder), EncoderOptions.tokens(Precision.FP16),
                temp.resolve("fp16.onnx"));
        String reason = assertInstanceOf(Compilation.Unfit.class, compilation).reason();
        assertTrue(reason.startsWith("the weights [encoder.layer.1.attention.output.dense.bias] have the number [1"), reason);
        assertFalse(Files.exists(temp.resolve("fp16.onnx")));
    }

    @ParameterizedTest
    @EnumSource(names = {"NOMIC_BERT", "MODERN_BERT"})
    void rotary_positions_are_left_to_other_precisions(Architecture architecture) throws Exception {
        Path folder = RandomEncoder.write(RandomWeights.of(EncoderShape.of(architecture).small(), 1), temp);
        assertEquals(new Compilation.Unfit("encoders with rotary positions are compiled to fp32 and int8 only"),
                EncoderCompiler.compile(EncoderSource.in(folder), EncoderOptions.tokens(Precision.FP16),
                        temp.resolve("fp16.onnx")));
    }

    private static Stream<Arguments> all() {
        return Arrays.stream(Architecture.values()).filter(of -> of.precisions().contains(Precision.FP16))
                .flatMap(architecture -> Arrays.stream(Pooling.values())
                        .filter(pooling -> pooling != Pooling.NONE).map(pooling -> Arguments.of(architecture, pooling)));
    }

    private static double leastCosine(Path folder, Pooling pooling, Texts texts) throws Exception {
        Path half = compiled(folder, Precision.FP16, pooling);
        Path rounded = folder.resolve("rounded.onnx");
        RoundedValues.write(half, rounded);
        try (OrtModel full = new OrtModel(compiled(folder, Precision.FP32, pooling));
                OrtModel found = new OrtModel(rounded);
                OrtModel plain = new OrtModel(half)) {
            float[][] expected = full.sentences(texts);
            float[][] vectors = found.sentences(texts);
            // Else nothing was rounded, and the comparison would show the weights only.
            assertFalse(Arrays.deepEquals(vectors, plain.sentences(texts)));
            double least = 1;
            for (int i = 0; i < vectors.length; i++) {
                least = Math.min(least, Cosine.of(Cosine.doubles(expected[i]), Cosine.doubles(vectors[i])));
            }
            return least;
        }
    }

    private static Path compiled(Path folder, Precision precision, Pooling pooling) throws Exception {
        Path target = folder.resolve(precision + "-" + pooling + ".onnx");
        return assertInstanceOf(Compilation.Compiled.class, EncoderCompiler.compile(EncoderSource.in(folder),
                new EncoderOptions(precision, pooling, false), target)).file();
    }
}
