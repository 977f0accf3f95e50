package io.semanticsearch.query;

import java.io.IOException;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryRewriteContext;

/**
 * What a clause's hits must match because of something that stands beside the clause.
 *
 * @param scope path of the nested objects that the query speaks of; empty for whole documents
 * @param query matches what may be found
 */
record Restriction(String scope, QueryBuilder query) {

    Restriction {
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(query, "query");
    }

    /** Returns this where nothing changed. */
    Restriction rewrite(QueryRewriteContext context) throws IOException {
        QueryBuilder rewritten = query.rewrite(context);
        return rewritten == query ? this : new Restriction(scope, rewritten);
    }

    void write(StreamOutput out) throws IOException {
        out.writeString(scope);
        out.writeNamedWriteable(query);
    }

    static Restriction read(StreamInput in) throws IOException {
        return new Restriction(in.readString(), in.readNamedWriteable(QueryBuilder.class));
    }
}
