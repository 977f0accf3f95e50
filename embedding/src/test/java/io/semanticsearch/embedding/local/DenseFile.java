package io.semanticsearch.embedding.local;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The weights of a dense layer as safetensors. */
final class DenseFile {

    private DenseFile() {}

    static byte[] bytes(float[] weight, float[] bias) {
        int weightBytes = weight.length * Float.BYTES;
        int biasBytes = bias.length * Float.BYTES;
        byte[] header = """
                {"linear.weight": {"dtype": "F32", "shape": [%s, %s], "data_offsets": [0, %s]},
                 "linear.bias": {"dtype": "F32", "shape": [%s], "data_offsets": [%s, %s]}}"""
                .formatted(bias.length, weight.length / bias.length, weightBytes, bias.length, weightBytes,
                        weightBytes + biasBytes)
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + header.length + weightBytes + biasBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length).put(header);
        for (float x : weight) bytes.putFloat(x);
        for (float x : bias) bytes.putFloat(x);
        return bytes.array();
    }
}
