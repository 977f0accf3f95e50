package io.semanticsearch.query;

import java.util.function.Consumer;
import org.apache.lucene.search.BooleanClause;
import org.opensearch.index.query.BoostingQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilderVisitor;
import org.opensearch.index.query.functionscore.ScriptScoreQueryBuilder;

/** All queries that a query holds. */
final class QueryTree {

    private QueryTree() {}

    /**
     * The query itself, and all below it, however deep; some of them twice.
     *
     * @param query what {@code wrapper} queries hold is not looked into
     */
    static void forEach(QueryBuilder query, Consumer<QueryBuilder> taker) {
        query.visit(new QueryBuilderVisitor() {
            @Override
            public void accept(QueryBuilder part) {
                taker.accept(part);
                switch (part) {
                    // These two show what they hold, but not what that holds in turn.
                    case BoostingQueryBuilder boosting -> {
                        boosting.positiveQuery().visit(this);
                        boosting.negativeQuery().visit(this);
                    }
                    case ScriptScoreQueryBuilder scored -> scored.query().visit(this);
                    default -> {
                    }
                }
            }

            @Override
            public QueryBuilderVisitor getChildVisitor(BooleanClause.Occur occur) {
                return this;
            }
        });
    }
}
