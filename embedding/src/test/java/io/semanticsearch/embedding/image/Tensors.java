package io.semanticsearch.embedding.image;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;

/** What tests look at in the tensors of images. */
final class Tensors {

    private Tensors() {}

    static ImagePreprocessor preprocessor(String json) {
        return ImagePreprocessor.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** Levels as they are, of an image of this size. */
    static ImagePreprocessor levels(int width, int height) {
        return preprocessor("""
                {"do_resize": false, "do_center_crop": true, "crop_size": {"height": %s, "width": %s},
                 "do_rescale": false, "do_normalize": false}""".formatted(height, width));
    }

    /** The levels of a pixel of a tensor, in hexadecimal digits: {@code rrggbb}. */
    static String pixel(float[] tensor, int pixel) {
        int plane = tensor.length / 3;
        return HexFormat.of().formatHex(new byte[]{(byte) tensor[pixel], (byte) tensor[plane + pixel],
            (byte) tensor[2 * plane + pixel]});
    }

    /** The pixels of a tensor of levels, with a space between two of them. */
    static String pixels(float[] tensor) {
        StringBuilder pixels = new StringBuilder();
        for (int i = 0; i < tensor.length / 3; i++) {
            pixels.append(i == 0 ? "" : " ").append(pixel(tensor, i));
        }
        return pixels.toString();
    }

    /** The CRC-32 of a tensor's float32 in little-endian order. */
    static String checkSum(float[] tensor) {
        ByteBuffer bytes = ByteBuffer.allocate(tensor.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor);
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }
}
