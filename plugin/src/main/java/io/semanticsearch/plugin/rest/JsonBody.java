package io.semanticsearch.plugin.rest;

import java.io.IOException;
import java.util.Map;
import org.opensearch.ExceptionsHelper;
import org.opensearch.rest.RestRequest;

/** The body of a request as an object. */
final class JsonBody {

    private static final int SERVER_ERROR = 500;

    private JsonBody() {}

    /** Reads it. What the parser will not read, a number of thousands of digits say, is the sender's error, whatever the parser throws. */
    static Map<String, Object> read(RestRequest request) throws IOException {
        try {
            return request.contentParser().map();
        } catch (IOException | RuntimeException e) {
            if (ExceptionsHelper.status(e).getStatus() < SERVER_ERROR) throw e;
            throw new IllegalArgumentException("the body cannot be read: " + e.getMessage(), e);
        }
    }
}
