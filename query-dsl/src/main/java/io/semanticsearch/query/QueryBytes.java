package io.semanticsearch.query;

import java.io.IOException;
import org.opensearch.common.xcontent.LoggingDeprecationHandler;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;

/** A query as it is kept in bytes, in any of the formats that OpenSearch reads. */
final class QueryBytes {

    private QueryBytes() {}

    // Nothing says in which format an alias filter or a wrapped query is, and nothing that is not deprecated guesses it.
    @SuppressWarnings("deprecation")
    static QueryBuilder parse(NamedXContentRegistry registry, BytesReference bytes) throws IOException {
        try (XContentParser parser = XContentHelper
                .createParser(registry, LoggingDeprecationHandler.INSTANCE, bytes, MediaTypeRegistry.xContentType(bytes))) {
            return AbstractQueryBuilder.parseInnerQueryBuilder(parser);
        }
    }
}
