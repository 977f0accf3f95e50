package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same graph by ONNX Runtime's own Java API, which brings a second copy of the library into this process. */
class SameNumbersTest {

    private static final int WIDTH = 96;

    @TempDir
    private Path folder;

    @Test
    void every_float_is_the_same_bit_for_bit() throws Exception {
        Random random = new Random(7);
        TinyModel model = new TinyModel().input("x", ElementType.FLOAT32, "batch", "sequence", WIDTH)
                .output("y", ElementType.FLOAT32, "batch", "sequence", WIDTH)
                .weights("w1", floats(random, WIDTH * WIDTH), WIDTH, WIDTH).weights("b1", floats(random, WIDTH), WIDTH)
                .weights("w2", floats(random, WIDTH * WIDTH), WIDTH, WIDTH).weights("scale", floats(random, WIDTH), WIDTH)
                .weights("bias", floats(random, WIDTH), WIDTH).node("MatMul", List.of("x", "w1"), "a")
                .node("Add", List.of("a", "b1"), "b").node("Erf", List.of("b"), "c").node("MatMul", List.of("c", "w2"), "d")
                .node("Add", List.of("d", "x"), "e").node("LayerNormalization", List.of("e", "scale", "bias"), "f")
                .node("Softmax", List.of("f"), "y");
        Path file = model.write(folder.resolve("model.onnx"));

        OnnxRuntime runtime = Natives.open();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OnnxSession ours = runtime.openSession(file, SessionOptions.DEFAULT)) {
            options.setIntraOpNumThreads(1);
            try (OrtSession theirs = environment.createSession(file.toString(), options)) {
                for (int[] shape : new int[][]{{1, 1}, {1, 17}, {3, 32}, {8, 64}}) {
                    float[] x = floats(random, shape[0] * shape[1] * WIDTH);
                    long[] sizes = {shape[0], shape[1], WIDTH};
                    float[] expected = new float[x.length];
                    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(x), sizes);
                            OrtSession.Result result = theirs.run(Map.of("x", tensor))) {
                        ((OnnxTensor) result.get(0)).getFloatBuffer().get(expected);
                    }
                    Tensor y = ours.run(Map.of("x", Tensor.of(x, sizes))).get("y");
                    assertArrayEquals(sizes, y.shape());
                    // Compares bits, not values.
                    assertArrayEquals(expected, y.floats());
                }
            }
        }
        assertEquals(0, runtime.liveObjects());
    }

    private static float[] floats(Random random, int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) random.nextGaussian() / 4;
        }
        return floats;
    }
}
