package io.semanticsearch.onnx.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semanticsearch.onnx.proto.BrokenModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class Int8MatrixTest {

    @Test
    void each_column_has_a_scale_that_its_largest_number_fills() throws IOException {
        float[] values = {127, 0.5f, -254, 0.25f, 63.4f, -0.5f};
        float[] scales = Int8Matrix.scales(values, 2, "w");
        assertArrayEquals(new float[]{2, 0.5f / 127}, scales);
        assertArrayEquals(new byte[]{64, 127, -127, 64, 32, -127}, quantized(values, scales));
    }

    @Test
    void a_column_of_zeros_stays_zero() throws IOException {
        float[] values = {0, 1, -0f, Float.MIN_VALUE};
        float[] scales = Int8Matrix.scales(values, 2, "w");
        assertEquals(1, scales[0]);
        assertArrayEquals(new byte[]{0, 127, 0, 0}, quantized(values, scales));
        assertArrayEquals(new float[]{1}, Int8Matrix.scales(new float[]{Float.MIN_VALUE}, 1, "w"));
    }

    @Test
    void numbers_that_are_none_are_told() {
        for (float bad : new float[]{Float.NaN, Float.POSITIVE_INFINITY}) {
            Exception refused = assertThrows(BrokenModelException.class,
                    () -> Int8Matrix.scales(new float[]{1, bad, 2, 3}, 2, "w"));
            assertEquals("weights [w] contain a number that is not finite; fetch the model again", refused.getMessage());
        }
    }

    private static byte[] quantized(float[] values, float[] scales) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Int8Matrix.write(values, scales, out);
        return out.toByteArray();
    }
}
