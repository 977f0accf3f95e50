package io.semanticsearch.onnx.graph;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.StringJoiner;

/** Writes weights as Hugging Face does. */
final class SafetensorsWriter {

    private SafetensorsWriter() {}

    /**
     * @param prefix put before all names
     * @param type F32, F16 or BF16
     */
    static void write(RandomWeights weights, String prefix, String type, Path file) throws IOException {
        int width = type.equals("F32") ? 4 : 2;
        StringJoiner header = new StringJoiner(",", "{\"__metadata__\":{\"format\":\"pt\"},", "}");
        long offset = 0;
        for (String name : weights.values().keySet()) {
            long end = offset + (long) weights.get(name).length * width;
            header.add("\"%s%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%s,%s]}".formatted(prefix, name, type,
                    Arrays.toString(weights.axes(name)), offset, end));
            offset = end;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
            out.write(json);
            for (float[] values : weights.values().values()) out.write(bytes(values, type));
        }
    }

    private static byte[] bytes(float[] values, String type) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * (type.equals("F32") ? 4 : 2)).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (type) {
                case "F32" -> bytes.putFloat(value);
                case "F16" -> bytes.putShort(Float.floatToFloat16(value));
                case "BF16" -> bytes.putShort((short) (Float.floatToIntBits(value) >>> 16));
                default -> throw new IllegalArgumentException(type);
            }
        }
        return bytes.array();
    }
}
