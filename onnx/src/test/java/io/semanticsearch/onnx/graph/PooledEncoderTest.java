package io.semanticsearch.onnx.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors pooled inside the graph against the same ones pooled here from the original's tokens. */
class PooledEncoderTest {

    @TempDir
    private Path temp;

    @ParameterizedTest
    @MethodSource("architecturesAndPoolings")
    void pooling_in_the_graph_is_pooling_of_the_tokens(Architecture architecture, Pooling pooling) throws Exception {
        EncoderShape shape = EncoderShape.of(architecture).small();
        Path folder = RandomEncoder.write(RandomWeights.of(shape, 1), temp);
        Texts texts = Texts.random(shape, 2, 9, 1, shape.maxTokens(), 30);
        for (Precision precision : architecture.precisions()) {
            try (OrtModel original = new OrtModel(folder.resolve("onnx/model.onnx"));
                    OrtModel plain = compiled(folder, new EncoderOptions(precision, pooling, false));
                    OrtModel normalized = compiled(folder, EncoderOptions.sentences(precision, pooling))) {
                assertEquals(Set.of("sentence_embedding"), plain.outputs());
                float[][][] tokens = original.tokens(texts);
                float[][] rows = plain.sentences(texts);
                float[][] units = normalized.sentences(texts);
                for (int i = 0; i < rows.length; i++) {
                    double[] expected = pool(pooling, tokens[i], texts.ids()[i].length);
                    double cosine = Cosine.of(expected, Cosine.doubles(rows[i]));
                    assertTrue(cosine >= leastCosine(precision), () -> precision + ": " + cosine);
                    assertEquals(1, length(expected) / length(Cosine.doubles(rows[i])), lengthWithin(precision));
                    assertEquals(1, length(Cosine.doubles(units[i])), 1e-5);
                    assertEquals(1, Cosine.of(Cosine.doubles(units[i]), Cosine.doubles(rows[i])), 1e-6);
                }
            }
        }
    }

    /** One architecture of each kind of graph, with each pooling. */
    static List<Arguments> architecturesAndPoolings() {
        List<Arguments> arguments = new ArrayList<>();
        for (Architecture architecture : List.of(Architecture.MPNET, Architecture.NOMIC_BERT, Architecture.MODERN_BERT)) {
            for (Pooling pooling : Pooling.values()) {
                if (pooling != Pooling.NONE) arguments.add(Arguments.of(architecture, pooling));
            }
        }
        return arguments;
    }

    @Test
    void only_a_pooled_vector_can_be_normalized() {
        Exception refused = assertThrows(IllegalArgumentException.class,
                () -> new EncoderOptions(Precision.FP32, Pooling.NONE, true));
        assertEquals("[normalize] needs a pooling", refused.getMessage());
    }

    private static double leastCosine(Precision precision) {
        return switch (precision) {
            case FP32 -> 0.99999;
            case FP16 -> 0.9999;
            case INT8 -> 0.99;
        };
    }

    private static double lengthWithin(Precision precision) {
        return switch (precision) {
            case FP32 -> 1e-5;
            case FP16 -> 2e-3;
            case INT8 -> 0.05;
        };
    }

    private static OrtModel compiled(Path folder, EncoderOptions options) throws Exception {
        Path target = folder.resolve(options.precision() + "-" + options.pooling() + "-" + options.normalize() + ".onnx");
        Compilation compilation = EncoderCompiler.compile(EncoderSource.in(folder), options, target);
        return new OrtModel(assertInstanceOf(Compilation.Compiled.class, compilation).file());
    }

    private static double[] pool(Pooling pooling, float[][] tokens, int length) {
        return switch (pooling) {
            case NONE -> throw new IllegalArgumentException();
            case MEAN -> Cosine.mean(tokens, length);
            case CLS -> Cosine.doubles(tokens[0]);
            case LAST -> Cosine.doubles(tokens[length - 1]);
            case MAX -> {
                double[] most = Cosine.doubles(tokens[0]);
                for (int t = 1; t < length; t++) {
                    for (int i = 0; i < most.length; i++) most[i] = Math.max(most[i], tokens[t][i]);
                }
                yield most;
            }
        };
    }

    private static double length(double[] vector) {
        double sum = 0;
        for (double value : vector) sum += value * value;
        return Math.sqrt(sum);
    }
}
