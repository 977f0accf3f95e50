package io.semanticsearch.field;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.opensearch.core.xcontent.XContentParser;

/** Reads a vector that a document brings, as numbers or base64, and refuses what cannot be indexed with the reason. */
public final class BroughtVector {

    private static final String AN_ARRAY = "an array";
    private static final String AN_OBJECT = "an object";
    private static final String BYTES = "bytes";

    private BroughtVector() {}

    /**
     * Reads the parser's current value; afterwards it stands at the value's last token.
     *
     * @return float32 [dimension], finite
     */
    static float[] parse(XContentParser parser, int dimension) throws IOException {
        float[] vector = switch (parser.currentToken()) {
            case START_ARRAY -> numbers(parser, dimension);
            case VALUE_STRING -> VectorBytes.decode(parser.text());
            case START_OBJECT -> throw noVector(AN_OBJECT, dimension);
            case VALUE_EMBEDDED_OBJECT -> throw noVector(BYTES, dimension);
            default -> throw noVector("[" + parser.textOrNull() + "]", dimension);
        };
        return check(vector, dimension);
    }

    /** The same for a value of a document held as maps. */
    public static float[] of(Object value, int dimension) {
        return switch (value) {
            case String base64 -> check(VectorBytes.decode(base64), dimension);
            case List<?> numbers -> {
                float[] vector = new float[numbers.size()];
                for (int i = 0; i < vector.length; i++) {
                    if (!(numbers.get(i) instanceof Number number)) throw noNumber(i, numbers.get(i));
                    vector[i] = number.floatValue();
                }
                yield check(vector, dimension);
            }
            case float[] vector -> check(vector, dimension);
            case Map<?, ?> object -> throw noVector(AN_OBJECT, dimension);
            case byte[] bytes -> throw noVector(BYTES, dimension);
            case null, default -> throw noVector("[" + value + "]", dimension);
        };
    }

    /** @throws IllegalArgumentException for a wrong length or a number that is not finite */
    public static float[] check(float[] vector, int dimension) {
        if (vector.length != dimension) {
            throw new IllegalArgumentException(
                    "the vector has [" + vector.length + "] dimensions, the field is mapped with [" + dimension + "]");
        }
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                throw new IllegalArgumentException(
                        "the vector holds [" + vector[i] + "] at position [" + i + "]; expected finite float32 numbers");
            }
        }
        return vector;
    }

    private static float[] numbers(XContentParser parser, int dimension) throws IOException {
        float[] vector = new float[dimension];
        int length = 0;
        XContentParser.Token token;
        while ((token = parser.nextToken()) != XContentParser.Token.END_ARRAY) {
            if (token != XContentParser.Token.VALUE_NUMBER)
                throw noNumber(length, element(parser, token));
            // The count of a vector that is too long is told, but it is not kept.
            if (length < dimension) vector[length] = parser.floatValue();
            length++;
        }
        if (length > dimension) check(new float[length], dimension);
        return length == dimension ? vector : Arrays.copyOf(vector, length);
    }

    private static String element(XContentParser parser, XContentParser.Token token) throws IOException {
        return switch (token) {
            case START_ARRAY -> AN_ARRAY;
            case START_OBJECT -> AN_OBJECT;
            case null -> "end of input";
            default -> parser.textOrNull();
        };
    }

    private static IllegalArgumentException noVector(String what, int dimension) {
        return new IllegalArgumentException(
                "expected an array of [" + dimension + "] numbers or base64 of little-endian float32, got " + what);
    }

    private static IllegalArgumentException noNumber(int position, Object value) {
        Object shown = value instanceof List
                ? AN_ARRAY
                : value instanceof Map ? AN_OBJECT : VectorBytes.preview(String.valueOf(value));
        return new IllegalArgumentException("the vector holds [" + shown + "] at position [" + position + "]; expected a number");
    }
}
