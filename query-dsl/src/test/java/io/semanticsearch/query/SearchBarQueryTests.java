package io.semanticsearch.query;

import static org.opensearch.index.query.QueryBuilders.boolQuery;
import static org.opensearch.index.query.QueryBuilders.matchAllQuery;
import static org.opensearch.index.query.QueryBuilders.multiMatchQuery;
import static org.opensearch.index.query.QueryBuilders.queryStringQuery;
import static org.opensearch.index.query.QueryBuilders.rangeQuery;
import static org.opensearch.index.query.QueryBuilders.termQuery;

import java.util.Set;
import org.opensearch.index.query.MatchQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.test.OpenSearchTestCase;

/** Where in the query of a search bar free text is found, and what stays around it. */
public class SearchBarQueryTests extends OpenSearchTestCase {

    private static final QueryBuilder WORDS = multiMatchQuery("flat tyre");
    private static final QueryBuilder MEANING = termQuery("meaning", "flat tyre");
    private static final QueryBuilder TIME = rangeQuery("@timestamp").gte("2026-01-01");
    private static final QueryBuilder PILL = termQuery("category", "cars");

    private static QueryBuilder rewrite(QueryBuilder query, boolean scored) {
        return new SearchBarQuery(Set.of("body"), scored, (text, words) -> termQuery("meaning", text)).rewrite(query);
    }

    private static void unchanged(QueryBuilder query) {
        assertSame(query, rewrite(query, false));
        assertSame(query, rewrite(query, true));
    }

    public void testWordsAlone() {
        assertEquals(MEANING, rewrite(WORDS, false));
        assertEquals(MEANING, rewrite(queryStringQuery("flat tyre"), true));
    }

    public void testWhatStandsBesideTheWordsStays() {
        assertEquals(boolQuery().filter(MEANING).filter(TIME).mustNot(PILL).boost(2).queryName("bar"),
                rewrite(boolQuery().filter(WORDS).filter(TIME).mustNot(PILL).boost(2).queryName("bar"), false));
        assertEquals(boolQuery().must(MEANING).filter(TIME).should(PILL),
                rewrite(boolQuery().must(WORDS).filter(TIME).should(PILL), false));
    }

    public void testWordsInAFilterAreScoredWhereHitsAreSortedByScore() {
        assertEquals(boolQuery().must(MEANING).filter(TIME), rewrite(boolQuery().filter(WORDS).filter(TIME), true));
        assertEquals(boolQuery().must(boolQuery().must(MEANING).filter(PILL)).filter(TIME),
                rewrite(boolQuery().filter(boolQuery().filter(WORDS).filter(PILL)).filter(TIME), true));
    }

    public void testWordsJoinedByAndAreEachSearchedByMeaning() {
        assertEquals(boolQuery().filter(boolQuery().filter(MEANING).filter(termQuery("meaning", "rain"))),
                rewrite(boolQuery().filter(boolQuery().filter(WORDS).filter(multiMatchQuery("rain"))), false));
    }

    public void testTheOnlyChoiceHasToMatch() {
        QueryBuilder match = new MatchQueryBuilder("body", "flat tyre");
        assertEquals(boolQuery().filter(boolQuery().should(MEANING).minimumShouldMatch(1)),
                rewrite(boolQuery().filter(boolQuery().should(match).minimumShouldMatch(1)), false));
        assertEquals(boolQuery().should(MEANING), rewrite(boolQuery().should(match), false));
        unchanged(boolQuery().should(match).filter(TIME));
        unchanged(boolQuery().should(match).minimumShouldMatch(0));
    }

    public void testWordsThatAreExcludedOrOneOfSeveralChoicesStay() {
        unchanged(boolQuery().mustNot(WORDS));
        unchanged(boolQuery().filter(boolQuery().mustNot(WORDS)));
        unchanged(boolQuery().should(WORDS).should(multiMatchQuery("rain")).minimumShouldMatch(1));
    }

    public void testWithoutWordsNothingChanges() {
        unchanged(matchAllQuery());
        unchanged(queryStringQuery("*"));
        unchanged(boolQuery().filter(matchAllQuery()).filter(TIME).mustNot(PILL));
        unchanged(boolQuery().must(queryStringQuery("status:200")).filter(TIME));
    }
}
