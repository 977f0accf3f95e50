package io.semanticsearch.query;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.opensearch.index.query.MultiMatchQueryBuilder;
import org.opensearch.index.query.QueryShardContext;

/**
 * The words of a text, looked for in the fields that vectors are made of: what is left to search by without a vector. A document's score
 * is that of its best field.
 */
record WordMatch(List<String> fields, String text) {

    /** @param filter what may be found */
    Query toQuery(Optional<Query> filter, QueryShardContext shard) throws IOException {
        // Lenient, because a source field may be a number or a date that the text is none of.
        Query words = new MultiMatchQueryBuilder(text, fields.toArray(String[]::new))
                .type(MultiMatchQueryBuilder.Type.BEST_FIELDS)
                .lenient(true)
                .toQuery(shard);
        if (filter.isEmpty()) return words;
        return new BooleanQuery.Builder().add(words, Occur.MUST).add(filter.get(), Occur.FILTER).build();
    }
}
