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

    String text(String key) throws IOException {
        if (parser.currentToken() != Token.VALUE_STRING) throw refused(key, "no text");
        return parser.text();
    }

    boolean truth(String key) throws IOException {
        if (parser.currentToken() == Token.VALUE_BOOLEAN || parser.isBooleanValue()) return parser.booleanValue();
        throw refused(key, "neither true nor false");
    }

    /** A finite number. */
    float real(String key) throws IOException {
        if (parser.currentToken() != Token.VALUE_NUMBER) throw refused(key, "no number");
        float value = parser.floatValue();
        if (!Float.isFinite(value)) throw refused(key, "no number that is finite as a float");
        return value;
    }

    int whole(String key) throws IOException {
        if (parser.currentToken() != Token.VALUE_NUMBER) throw refused(key, "no number");
        try {
            return parser.intValue(false);
        } catch (IllegalArgumentException e) {
            throw failure("[" + clause + "] has [" + key + "] [" + parser.text() + "]; expected a whole number from 1 to "
                    + Nearest.MAX);
        }
    }

    /** By what a clause counts in a score: a finite number that is not negative. */
    float boost() throws IOException {
        float boost = real("boost");
        if (boost < 0) throw refused("boost", "less than 0");
        return boost;
    }

    /** The name of the next parameter; OpenSearch's own reading of a query within can leave the parser in the middle of something. */
    String key() throws IOException {
        if (parser.currentToken() == Token.FIELD_NAME) return parser.currentName();
        throw failure("[" + clause + "] holds " + shown(parser) + " where the name of a parameter is expected");
    }

    /** A query within a list; a list within the list would end that too early. */
    QueryBuilder query(String key) throws IOException {
        if (parser.currentToken() != Token.START_OBJECT) throw refused(key, "no list of queries");
        return AbstractQueryBuilder.parseInnerQueryBuilder(parser);
    }

    /** What stands there, as a message can name it. */
    static String shown(XContentParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            default -> String.valueOf(parser.textOrNull());
        };
    }

    ParsingException failure(String message) {
        return new ParsingException(parser.getTokenLocation(), message);
    }

    private ParsingException refused(String key, String what) {
        return failure("[" + clause + "] has a [" + key + "] that is " + what);
    }
}
