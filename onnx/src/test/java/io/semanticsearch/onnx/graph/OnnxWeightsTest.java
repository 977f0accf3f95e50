package io.semanticsearch.onnx.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.onnx.graph.ExportStyle.LinearStyle;
import io.semanticsearch.onnx.graph.ExportStyle.NormStyle;
import io.semanticsearch.onnx.graph.ExportStyle.Sharing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an exporter made of an encoder, the weights found in it are those that went in. */
class OnnxWeightsTest {

    @TempDir
    private Path temp;

    static List<ExportStyle> styles() {
        List<ExportStyle> styles = new ArrayList<>();
        for (LinearStyle linear : LinearStyle.values()) {
            for (NormStyle norm : NormStyle.values()) {
                for (Sharing sharing : Sharing.values()) {
                    styles.add(new ExportStyle(linear, true, norm, sharing));
                    // One name for many vectors and no paths: nobody could tell whose they are.
                    if (sharing != Sharing.ONE_NAME) styles.add(new ExportStyle(linear, false, norm, sharing));
                }
            }
        }
        return styles;
    }

    @ParameterizedTest
    @MethodSource("styles")
    void weights_are_found_in_every_style_of_export(ExportStyle style) throws Exception {
        RandomWeights weights = RandomWeights.of(EncoderShape.distilBert().small(), 1);
        if (style.sharing() != Sharing.NONE) weights = weights.withEqualVectors();
        assertFound(weights, "", style);
    }

    @ParameterizedTest
    @EnumSource
    void weights_are_found_for_every_architecture(Architecture architecture) throws Exception {
        assertFound(RandomWeights.of(EncoderShape.of(architecture).small(), 2), "", ExportStyle.USUAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert.", "0.auto_model.", "model."})
    void names_may_begin_with_that_of_a_larger_model(String prefix) throws Exception {
        assertFound(RandomWeights.of(EncoderShape.miniLm().small(), 3), prefix, ExportStyle.USUAL);
    }

    @Test
    void compiled_graphs_of_all_styles_compute_what_the_export_computes() throws Exception {
        EncoderShape shape = EncoderShape.robertaBase().small();
        RandomWeights weights = RandomWeights.of(shape, 4).withEqualVectors();
        Texts texts = Texts.random(shape, 5, 4, 11);
        int number = 0;
        for (ExportStyle style : styles()) {
            Path folder = RandomEncoder.write(weights, temp.resolve(Integer.toString(number++)), "roberta.", "F32", style);
            Path target = folder.resolve("compiled.onnx");
            EncoderCompiler.compile(new EncoderSource(folder, "onnx/model.onnx"), EncoderOptions.tokens(Precision.FP32), target);
            try (OrtModel original = new OrtModel(folder.resolve("onnx/model.onnx")); OrtModel compiled = new OrtModel(target)) {
                double cosine = Cosine.of(Cosine.mean(original.tokens(texts)[1], 11), Cosine.mean(compiled.tokens(texts)[1], 11));
                assertTrue(cosine >= 0.99999, () -> style + ": " + cosine);
            }
        }
    }

    /** Without a bias nothing else says whose a matrix is. */
    static List<ExportStyle> stylesThatNameMatricesOrOperators() {
        return styles().stream().filter(style -> style.paths() || style.linear() != LinearStyle.GENERATED_NAMES).toList();
    }

    @ParameterizedTest
    @MethodSource("stylesThatNameMatricesOrOperators")
    void layers_without_biases_are_found_where_their_matrices_or_operators_are_named(ExportStyle style) throws Exception {
        int seed = 7;
        for (Architecture architecture : List.of(Architecture.NOMIC_BERT, Architecture.MODERN_BERT)) {
            RandomWeights weights = RandomWeights.of(EncoderShape.of(architecture).small(), seed++);
            if (style.sharing() != Sharing.NONE) weights = weights.withEqualVectors();
            assertFound(weights, "model.", style);
        }
    }

    @Test
    void weights_that_cannot_be_told_apart_are_not_guessed() throws Exception {
        ExportStyle style = new ExportStyle(LinearStyle.GENERATED_NAMES, false, NormStyle.ONE_OPERATOR, Sharing.ONE_NAME);
        RandomWeights weights = RandomWeights.of(EncoderShape.miniLm().small(), 6).withEqualVectors();
        Path folder = RandomEncoder.write(weights, temp, "", "F32", style);
        Compilation compilation = EncoderCompiler.compile(new EncoderSource(folder, "onnx/model.onnx"),
                EncoderOptions.tokens(Precision.FP32), folder.resolve("compiled.onnx"));
        assertEquals("file [onnx/model.onnx] has no weights [encoder.layer.0.attention.self.key]",
                assertInstanceOf(Compilation.Kept.class, compilation).reason());
    }

    private void assertFound(RandomWeights weights, String prefix, ExportStyle style) throws Exception {
        Path folder = RandomEncoder.write(weights, temp, prefix, "F32", style);
        FamilyConfig family = FamilyConfig.read(folder.resolve("config.json"), "config.json");
        try (WeightSource export = new EncoderSource(folder, "onnx/model.onnx").open();
                WeightSource safetensors = new EncoderSource(folder, "model.safetensors").open()) {
            switch (family) {
                case EncoderConfig config ->
                    assertSame(EncoderWeights.load(config, safetensors), EncoderWeights.load(config, export));
                case RotaryConfig config ->
                    assertSame(RotaryWeights.load(config, safetensors), RotaryWeights.load(config, export));
            }
        }
    }

    private static void assertSame(EncoderWeights expected, EncoderWeights found) {
        assertArrayEquals(expected.words().values(), found.words().values());
        assertArrayEquals(expected.positions().values(), found.positions().values());
        assertEquals(expected.tokenTypes().isPresent(), found.tokenTypes().isPresent());
        assertSame(expected.embeddingNorm(), found.embeddingNorm());
        for (int i = 0; i < expected.layers().size(); i++) assertSame(expected.layers().get(i), found.layers().get(i));
    }

    private static void assertSame(RotaryWeights expected, RotaryWeights found) {
        assertArrayEquals(expected.words().values(), found.words().values());
        assertEquals(expected.tokenTypes().isPresent(), found.tokenTypes().isPresent());
        assertSame(expected.embeddingNorm(), found.embeddingNorm());
        assertEquals(expected.finalNorm().isPresent(), found.finalNorm().isPresent());
        expected.finalNorm().ifPresent(norm -> assertSame(norm, found.finalNorm().get()));
        for (int i = 0; i < expected.layers().size(); i++) assertSame(expected.layers().get(i), found.layers().get(i));
    }

    private static void assertSame(RotaryLayer expected, RotaryLayer found) {
        assertArrayEquals(expected.query().values(), found.query().values());
        assertArrayEquals(expected.key().values(), found.key().values());
        assertArrayEquals(expected.value().values(), found.value().values());
        assertArrayEquals(expected.attentionOutput().values(), found.attentionOutput().values());
        expected.attentionNorm().ifPresent(norm -> assertSame(norm, found.attentionNorm().orElseThrow()));
        assertArrayEquals(expected.activated().values(), found.activated().values());
        assertArrayEquals(expected.gate().values(), found.gate().values());
        assertArrayEquals(expected.down().values(), found.down().values());
        assertSame(expected.feedForwardNorm(), found.feedForwardNorm());
    }

    private static void assertSame(RotaryNorm expected, RotaryNorm found) {
        assertArrayEquals(expected.scale().values(), found.scale().values());
        assertEquals(expected.shift().isPresent(), found.shift().isPresent());
        expected.shift().ifPresent(shift -> assertArrayEquals(shift.values(), found.shift().get().values()));
    }

    private static void assertSame(LayerWeights expected, LayerWeights found) {
        assertSame(expected.query(), found.query());
        assertSame(expected.key(), found.key());
        assertSame(expected.value(), found.value());
        assertSame(expected.attentionOutput(), found.attentionOutput());
        assertSame(expected.attentionNorm(), found.attentionNorm());
        assertSame(expected.up(), found.up());
        assertSame(expected.down(), found.down());
        assertSame(expected.outputNorm(), found.outputNorm());
    }

    private static void assertSame(Linear expected, Linear found) {
        assertArrayEquals(expected.values(), found.values());
        assertArrayEquals(expected.bias().values(), found.bias().values());
    }

    private static void assertSame(Norm expected, Norm found) {
        assertArrayEquals(expected.scale().values(), found.scale().values());
        assertArrayEquals(expected.shift().values(), found.shift().values());
    }
}
