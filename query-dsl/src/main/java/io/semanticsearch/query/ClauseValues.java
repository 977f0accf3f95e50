package io.semanticsearch.query;

import java.io.IOException;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.xcontent.XContentParser.Token;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;

/**
 * Reads the simple values of a clause's parameters, and says which parameter holds what it cannot hold. The parser's own reading of a
 * value of another kind fails as if the server were at fault.
 *
 * @param clause name of the clause, for messages
 */
record ClauseValues(String clause, XContentParser parser) {

    private static final int MOST_SHOWN = 100;

    String text(String key) throws IOException {
        if (parser.currentToken() != Token.VALUE_STRING) throw refused(key, "a text");
        return parser.text();
    }

    boolean truth(String key) throws IOException {
        if (parser.currentToken() == Token.VALUE_BOOLEAN || parser.isBooleanValue()) return parser.booleanValue();
        throw refused(key, "true or false");
    }

    /** A finite number. */
    float real(String key) throws IOException {
        if (parser.currentToken() != Token.VALUE_NUMBER) throw refused(key, "a number");
        float value = parser.floatValue();
        if (!Float.isFinite(value)) throw refused(key, "a number that is finite as a float");
        return value;
    }

    /** @param most the largest that the parameter may be, for messages; whoever takes it checks that */
    int whole(String key, int most) throws IOException {
        String expected = "a whole number from 1 to " + most;
        if (parser.currentToken() != Token.VALUE_NUMBER) throw refused(key, expected);
        // Of what is too large for an int the parser says that the request cannot be read.
        double value = parser.doubleValue();
        if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) throw refused(key, expected);
        return (int) value;
    }

    /** By what a clause counts in a score: a finite number that is not negative. */
    float boost() throws IOException {
        float boost = real("boost");
        if (boost < 0) throw refused("boost", "0 or more");
        return boost;
    }

    /** The name of the next parameter; OpenSearch's own reading of a query within can leave the parser in the middle of something. */
    String key() throws IOException {
        if (parser.currentToken() == Token.FIELD_NAME) return parser.currentName();
        throw failure("[" + clause + "] holds " + shown(parser) + " where the name of a parameter is expected");
    }

    /** A query within a list; a list within the list would end that too early. */
    QueryBuilder query(String key) throws IOException {
        if (parser.currentToken() != Token.START_OBJECT) throw refused(key, "a query in each place of the list");
        return AbstractQueryBuilder.parseInnerQueryBuilder(parser);
    }

    /** What stands there, as a message can name it. */
    static String shown(XContentParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            default -> {
                String value = String.valueOf(parser.textOrNull());
                yield value.length() <= MOST_SHOWN ? value : value.substring(0, MOST_SHOWN) + "…";
            }
        };
    }

    ParsingException failure(String message) {
        return new ParsingException(parser.getTokenLocation(), message);
    }

    /** What to say of a value that the parameter cannot have. */
    ParsingException refused(String key, String expected) throws IOException {
        return failure("[" + clause + "] has [" + key + "] [" + shown(parser) + "]; expected " + expected);
    }
}
