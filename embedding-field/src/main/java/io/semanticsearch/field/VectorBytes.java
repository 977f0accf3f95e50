package io.semanticsearch.field;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** Vectors as base64 of little-endian float32: the form in which OpenAI, TEI and most clients exchange them. */
public final class VectorBytes {

    private VectorBytes() {}

    public static String encode(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** @throws IllegalArgumentException if the text is not base64 of a whole number of floats */
    public static float[] decode(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a text stands where a vector belongs: [" + preview(base64)
                    + "]; expected an array of numbers or base64 of little-endian float32");
        }
        if (bytes.length == 0 || bytes.length % Float.BYTES != 0) {
            throw new IllegalArgumentException("a base64 vector of [" + bytes.length
                    + "] bytes is no whole number of floats; expected base64 of little-endian float32");
        }
        float[] vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }

    /** The beginning of a text, for messages. */
    static String preview(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
