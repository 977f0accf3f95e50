package io.semanticsearch.onnx.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What encoders with rotary positions have and others have not; {@link CompiledEncoderTest} and {@link PooledEncoderTest} compare them, as
 * all others, with the formulas and with an export.
 */
class RotaryEncoderTest {

    @TempDir
    private Path temp;

    @ParameterizedTest
    @EnumSource(names = {"NOMIC_BERT", "MODERN_BERT"})
    void pooled_vectors_are_those_of_the_formulas(Architecture architecture) throws Exception {
        for (Precision precision : architecture.precisions()) {
            // Five layers, so that of ModernBERT's global ones one comes after local ones. Random ones multiply what int8 rounds off.
            int layers = precision == Precision.FP32 ? 5 : 3;
            EncoderShape shape = EncoderShape.of(architecture).small().layers(layers);
            RandomWeights weights = RandomWeights.of(shape, 31);
            Path folder = RandomEncoder.write(weights, temp.resolve(precision.name()));
            Texts texts = Texts.random(shape, 32, 1, shape.maxTokens(), 22, 2, 70);
            double least = precision == Precision.FP32 ? 0.99999 : 0.99;
            try (OrtModel mean = compiled(folder, EncoderOptions.sentences(precision, Pooling.MEAN));
                    OrtModel max = compiled(folder, EncoderOptions.sentences(precision, Pooling.MAX));
                    OrtModel first = compiled(folder, EncoderOptions.sentences(precision, Pooling.CLS));
                    OrtModel last = compiled(folder, EncoderOptions.sentences(precision, Pooling.LAST))) {
                float[][] means = mean.sentences(texts);
                float[][] most = max.sentences(texts);
                float[][] firsts = first.sentences(texts);
                float[][] lasts = last.sentences(texts);
                for (int i = 0; i < texts.ids().length; i++) {
                    double[][] expected = Reference.of(weights).encode(texts.ids()[i]);
                    assertAlike(least, Cosine.mean(expected), means[i]);
                    assertAlike(least, max(expected), most[i]);
                    assertAlike(least, expected[0], firsts[i]);
                    assertAlike(least, expected[expected.length - 1], lasts[i]);
                }
            }
        }
    }

    @Test
    void a_token_beyond_the_window_of_all_layers_changes_nothing() throws Exception {
        // One global layer, which sees no difference in the tokens that are read, cannot be told from none; so local layers only.
        EncoderShape shape = EncoderShape.modernBert().small().layers(2);
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 33), temp);
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"global_attn_every_n_layers\": 3",
                "\"layer_types\": [\"sliding_attention\", \"sliding_attention\"]"));
        int reach = 2 * shape.window() / 2;
        int length = reach + 2;
        int[] text = Texts.random(shape, 34, length).ids()[0];
        try (OrtModel compiled = compiled(folder, EncoderOptions.tokens(Precision.FP32))) {
            double[] before = Cosine.doubles(compiled.tokens(new Texts(new int[][]{text}, 0))[0][0]);
            text[length - 1] = (text[length - 1] + 1) % shape.vocabulary();
            assertEquals(1, Cosine.of(before, Cosine.doubles(compiled.tokens(new Texts(new int[][]{text}, 0))[0][0])), 1e-12);
            text[length - 2] = (text[length - 2] + 1) % shape.vocabulary();
            double seen = Cosine.of(before, Cosine.doubles(compiled.tokens(new Texts(new int[][]{text}, 0))[0][0]));
            assertTrue(seen < 1 - 1e-9, () -> "the last token of the window is not seen: " + seen);
        }
    }

    /** Blocks have 20 tokens here and begin beyond 80: texts that end with a block, just before, just after, and within the reach of one. */
    @Test
    void blocks_of_local_attention_give_the_vectors_of_the_formulas() throws Exception {
        EncoderShape shape = EncoderShape.modernBert().small();
        RandomWeights weights = RandomWeights.of(shape, 41);
        Path folder = RandomEncoder.write(weights, temp);
        Texts together = Texts.random(shape, 42, 140, 1, 20, 9, 139, 121, 80, 81, 99, 100, 101, 110, 111);
        try (OrtModel compiled = compiled(folder, EncoderOptions.tokens(Precision.FP32))) {
            float[][][] found = compiled.tokens(together);
            for (int i = 0; i < found.length; i++) {
                double[][] expected = Reference.of(weights).encode(together.ids()[i]);
                float[][] alone = compiled.tokens(new Texts(new int[][]{together.ids()[i]}, 0))[0];
                for (int t = 0; t < expected.length; t++) {
                    assertAlike(0.99999, expected[t], found[i][t]);
                    assertAlike(0.99999, expected[t], alone[t]);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "INT8"})
    void rows_of_padding_are_numbers_however_far_from_the_text(Precision precision) throws Exception {
        EncoderShape shape = EncoderShape.modernBert().small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 35), temp);
        try (OrtModel compiled = compiled(folder, EncoderOptions.tokens(precision))) {
            for (float[][] text : compiled.tokens(Texts.random(shape, 36, 1, shape.maxTokens(), 2))) {
                for (float[] token : text) {
                    for (float value : token) assertTrue(Float.isFinite(value));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NOMIC_BERT", "MODERN_BERT"})
    void far_positions_are_turned_as_the_original_turns_them(Architecture architecture) throws Exception {
        EncoderShape small = EncoderShape.of(architecture).small().layers(2);
        EncoderShape shape = new EncoderShape(architecture, small.modelType(), 2, 32, 2, 256, 211, 999, small.tokenTypes(),
                small.epsilon());
        RandomWeights weights = RandomWeights.of(shape, 37);
        Path folder = RandomEncoder.write(weights, temp);
        Texts texts = Texts.random(shape, 38, 999);
        try (OrtModel compiled = compiled(folder, EncoderOptions.tokens(Precision.FP32))) {
            float[][] found = compiled.tokens(texts)[0];
            double[][] expected = Reference.of(weights).encode(texts.ids()[0]);
            for (int t = 0; t < found.length; t++) assertAlike(0.99999, expected[t], found[t]);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NOMIC_BERT", "MODERN_BERT"})
    void more_tokens_than_there_are_positions_are_an_error(Architecture architecture) throws Exception {
        EncoderShape shape = EncoderShape.of(architecture).small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 39), temp);
        try (OrtModel compiled = compiled(folder, EncoderOptions.tokens(Precision.INT8))) {
            Texts texts = Texts.random(shape, 40, shape.maxTokens() + 1);
            assertThrows(OrtException.class, () -> compiled.tokens(texts));
        }
    }

    @Test
    void types_of_tokens_count_where_there_are_several() throws Exception {
        EncoderShape shape = EncoderShape.nomicBert().small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 41), temp);
        Texts texts = Texts.random(shape, 42, 6).withTypes(0, 0, 0, 1, 1, 1);
        try (OrtModel original = new OrtModel(folder.resolve("onnx/model.onnx"));
                OrtModel compiled = compiled(folder, EncoderOptions.tokens(Precision.FP32))) {
            double[] expected = Cosine.mean(original.tokens(texts)[0], 6);
            double[] found = Cosine.mean(compiled.tokens(texts)[0], 6);
            double without = Cosine.of(expected, Cosine.mean(compiled.tokens(texts.withTypes())[0], 6));
            assertTrue(Cosine.of(expected, found) >= 0.99999);
            assertTrue(without < 0.9999, () -> "types change nothing: " + without);
        }
    }

    @Test
    void one_type_of_tokens_needs_no_input() throws Exception {
        EncoderShape two = EncoderShape.nomicBert().small();
        EncoderShape shape = new EncoderShape(two.architecture(), two.modelType(), 2, 96, 4, 256, 211, 150, 1, two.epsilon());
        RandomWeights weights = RandomWeights.of(shape, 43);
        Path folder = RandomEncoder.write(weights, temp);
        Texts texts = Texts.random(shape, 44, 3, 17);
        try (OrtModel compiled = compiled(folder, EncoderOptions.tokens(Precision.FP32))) {
            assertEquals(Set.of("input_ids", "attention_mask"), compiled.inputs());
            float[][][] found = compiled.tokens(texts);
            for (int i = 0; i < 2; i++) {
                double[][] expected = Reference.of(weights).encode(texts.ids()[i]);
                for (int t = 0; t < expected.length; t++) assertAlike(0.99999, expected[t], found[i][t]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"F16", "BF16"})
    void weights_of_two_bytes_are_cut_into_their_parts(String type) throws Exception {
        for (Architecture architecture : List.of(Architecture.NOMIC_BERT, Architecture.MODERN_BERT)) {
            EncoderShape shape = EncoderShape.of(architecture).small();
            RandomWeights weights = RandomWeights.of(shape, 47);
            Path folder = RandomEncoder.write(weights, temp.resolve(architecture.name()), "model.", type, ExportStyle.USUAL);
            Texts texts = Texts.random(shape, 48, 25);
            try (OrtModel compiled = compiled(folder, EncoderOptions.sentences(Precision.FP32, Pooling.MEAN))) {
                double[] expected = Cosine.mean(Reference.of(weights).encode(texts.ids()[0]));
                assertAlike(type.equals("F16") ? 0.9999 : 0.999, expected, compiled.sentences(texts)[0]);
            }
        }
    }

    @Test
    void missing_and_misshapen_weights_are_told() throws Exception {
        for (Map.Entry<Architecture, Map<String, String>> family : Map
                .of(Architecture.NOMIC_BERT,
                        Map.of("encoder.layers.1.mlp.fc12.weight", "encoder.layers.1.mlp.fc12", "emb_ln.bias", "emb_ln"),
                        Architecture.MODERN_BERT,
                        Map.of("layers.2.attn.Wqkv.weight", "layers.2.attn.Wqkv", "final_norm.weight", "final_norm"))
                .entrySet()) {
            EncoderShape shape = EncoderShape.of(family.getKey()).small();
            Path folder = RandomEncoder.write(RandomWeights.of(shape, 45), temp.resolve(family.getKey().name()));
            for (Map.Entry<String, String> missing : family.getValue().entrySet()) {
                RandomWeights fewer = RandomWeights.of(shape, 45);
                fewer.values().remove(missing.getKey());
                SafetensorsWriter.write(fewer, "model.", "F32", folder.resolve("model.safetensors"));
                assertEquals("file [model.safetensors] has no weights [model." + missing.getValue() + "]", kept(folder));
            }
            RandomWeights wider = RandomWeights.of(shape, 45);
            String out = shape.architecture().rotaryNames().layers() + "0" + shape.architecture().rotaryNames().attentionOutput()
                    + ".weight";
            wider.values().put(out, new float[2 * 96 * 96]);
            SafetensorsWriter.write(wider, "", "F32", folder.resolve("model.safetensors"));
            assertEquals("[" + out + "] of file [model.safetensors] has the shape [192, 96], expected [96, 96]", kept(folder));
        }
    }

    @Test
    void the_result_says_what_was_compiled() throws Exception {
        EncoderShape shape = EncoderShape.modernBert().small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 46), temp);
        Compilation.Compiled compiled = assertInstanceOf(Compilation.Compiled.class, EncoderCompiler
                .compile(EncoderSource.in(folder), EncoderOptions.tokens(Precision.INT8), temp.resolve("compiled.onnx")));
        assertEquals(Architecture.MODERN_BERT, compiled.architecture());
        assertEquals(3, compiled.layers());
        assertEquals(211, compiled.vocabulary());
        assertEquals(96, compiled.hidden());
        assertEquals(4, compiled.heads());
        assertEquals(150, compiled.maxTokens());
        assertEquals(false, compiled.tokenTypes());
    }

    private static String kept(Path folder) throws Exception {
        return assertInstanceOf(Compilation.Kept.class, EncoderCompiler.compile(EncoderSource.in(folder),
                EncoderOptions.tokens(Precision.FP32), folder.resolve("compiled.onnx"))).reason();
    }

    private static OrtModel compiled(Path folder, EncoderOptions options) throws Exception {
        Path target = folder.resolve(options.precision() + "-" + options.pooling() + ".onnx");
        Compilation compilation = EncoderCompiler.compile(new EncoderSource(folder, "model.safetensors"), options, target);
        return new OrtModel(assertInstanceOf(Compilation.Compiled.class, compilation).file());
    }

    private static double[] max(double[][] rows) {
        double[] max = rows[0].clone();
        for (double[] row : rows) {
            for (int i = 0; i < max.length; i++) max[i] = Math.max(max[i], row[i]);
        }
        return max;
    }

    private static void assertAlike(double least, double[] expected, float[] found) {
        double cosine = Cosine.of(expected, Cosine.doubles(found));
        assertTrue(cosine >= least, () -> "cosine " + cosine + ", expected at least " + least);
    }
}
