package io.semanticsearch.query;

import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;

/**
 * The query of a search bar with its free text searched in another way. Free text counts where it has to match: alone, or joined to
 * other clauses by "and". What is excluded by "not" or is one of several choices by "or" is an expression about words and stays.
 */
final class SearchBarQuery {

    private final Set<String> fields;
    private final boolean scored;
    private final BiFunction<String, QueryBuilder, QueryBuilder> clause;

    /**
     * @param fields text fields whose {@code match} counts as free text as well
     * @param scored whether hits are sorted by score: DQL puts its words into a filter, where they would have none
     * @param clause what to put in the place of a text, and of the clause that searched for it
     */
    SearchBarQuery(Set<String> fields, boolean scored, BiFunction<String, QueryBuilder, QueryBuilder> clause) {
        this.fields = fields;
        this.scored = scored;
        this.clause = clause;
    }

    /** The same object where there is no free text. */
    QueryBuilder rewrite(QueryBuilder query) {
        Optional<String> text = FreeText.of(query, fields);
        if (text.isPresent()) return clause.apply(text.get(), query);
        return query instanceof BoolQueryBuilder bool ? rewrite(bool) : query;
    }

    private BoolQueryBuilder rewrite(BoolQueryBuilder bool) {
        BoolQueryBuilder copy = new BoolQueryBuilder();
        boolean changed = false;
        for (QueryBuilder query : bool.must()) {
            QueryBuilder rewritten = rewrite(query);
            changed |= rewritten != query;
            copy.must(rewritten);
        }
        for (QueryBuilder query : bool.filter()) {
            QueryBuilder rewritten = rewrite(query);
            changed |= rewritten != query;
            if (scored && rewritten != query) copy.must(rewritten);
            else
                copy.filter(rewritten);
        }
        for (QueryBuilder query : bool.should()) {
            QueryBuilder rewritten = hasToMatch(bool) ? rewrite(query) : query;
            changed |= rewritten != query;
            copy.should(rewritten);
        }
        if (!changed) return bool;
        bool.mustNot().forEach(copy::mustNot);
        copy.minimumShouldMatch(bool.minimumShouldMatch()).adjustPureNegative(bool.adjustPureNegative());
        return copy.boost(bool.boost()).queryName(bool.queryName());
    }

    /** DQL writes {@code field: words} as the single choice of which one has to match. */
    private static boolean hasToMatch(BoolQueryBuilder choice) {
        if (choice.should().size() != 1) return false;
        return choice.minimumShouldMatch() == null
                ? choice.must().isEmpty() && choice.filter().isEmpty()
                : choice.minimumShouldMatch().equals("1");
    }
}
