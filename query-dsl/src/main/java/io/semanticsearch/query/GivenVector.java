package io.semanticsearch.query;

import io.semanticsearch.field.BroughtVector;
import io.semanticsearch.field.EmbeddingFieldMapper;
import io.semanticsearch.field.VectorBytes;
import java.io.IOException;
import java.util.Arrays;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.xcontent.XContentParser.Token;

/** Reads a vector that stands in a clause, as numbers or as base64, for whatever dimension the field has. */
final class GivenVector {

    private GivenVector() {}

    /** Reads the parser's current value; afterwards it stands at the value's last token. */
    static Subject.Given parse(XContentParser parser) throws IOException {
        float[] vector = switch (parser.currentToken()) {
            case START_ARRAY -> numbers(parser);
            case VALUE_STRING -> base64(parser);
            default -> throw failure(parser, "[semantic] has [vector] [" + ClauseValues.shown(parser)
                    + "]; expected an array of numbers or base64 of little-endian float32");
        };
        try {
            return new Subject.Given(BroughtVector.check(vector, vector.length));
        } catch (IllegalArgumentException e) {
            throw failure(parser, "[semantic] has an unusable [vector]: " + e.getMessage());
        }
    }

    private static float[] numbers(XContentParser parser) throws IOException {
        float[] vector = new float[256];
        int length = 0;
        for (Token token = parser.nextToken(); token != Token.END_ARRAY; token = parser.nextToken()) {
            if (token != Token.VALUE_NUMBER) {
                throw failure(parser, "[semantic] has a [vector] with [" + ClauseValues.shown(parser) + "] at position [" + length
                        + "]; expected a number");
            }
            if (length == EmbeddingFieldMapper.MAX_DIMENSION) {
                throw failure(parser,
                        "[semantic] has a [vector] of more than [" + EmbeddingFieldMapper.MAX_DIMENSION + "] numbers");
            }
            if (length == vector.length) vector = Arrays.copyOf(vector, 2 * length);
            vector[length++] = parser.floatValue();
        }
        if (length == 0) throw failure(parser, "[semantic] has an empty [vector]");
        return Arrays.copyOf(vector, length);
    }

    private static float[] base64(XContentParser parser) throws IOException {
        try {
            return VectorBytes.decode(parser.text());
        } catch (IllegalArgumentException e) {
            throw failure(parser, "[semantic] has an unusable [vector]: " + e.getMessage());
        }
    }

    private static ParsingException failure(XContentParser parser, String message) {
        return new ParsingException(parser.getTokenLocation(), message);
    }
}
