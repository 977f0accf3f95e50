package io.semanticsearch.plugin.reembed;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.GenerationQueryBuilder;
import io.semanticsearch.field.NestedPaths;
import java.util.Optional;
import org.apache.lucene.search.join.ScoreMode;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;

/**
 * Queries for documents that have, or lack, the vector of a field in the generation given. Of nested objects one that has or lacks it is enough.
 *
 * @param nested path of the innermost nested object that the field lies in
 */
record VectorQueries(FieldConfig field, Optional<String> nested) {

    static VectorQueries of(FieldConfig field, NestedPaths nested) {
        return new VectorQueries(field, nested.innermost(field.path()));
    }

    /** Documents with the vector. */
    QueryBuilder having() {
        return within(present());
    }

    /** Documents without the vector, whether or not they have a text. */
    QueryBuilder lacking() {
        return within(QueryBuilders.boolQuery().mustNot(present()));
    }

    /** Documents that have a text and no vector. A source field that is neither indexed nor has doc values does not show here. */
    QueryBuilder lackingWithText() {
        BoolQueryBuilder query = QueryBuilders.boolQuery().mustNot(present()).minimumShouldMatch(1);
        field.sourceFields().forEach(source -> query.should(QueryBuilders.existsQuery(source)));
        return within(query);
    }

    private QueryBuilder present() {
        return new GenerationQueryBuilder(field.path(), field.space());
    }

    private QueryBuilder within(QueryBuilder query) {
        return nested.<QueryBuilder>map(path -> QueryBuilders.nestedQuery(path, query, ScoreMode.None)).orElse(query);
    }
}
