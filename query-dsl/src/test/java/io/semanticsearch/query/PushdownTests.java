package io.semanticsearch.query;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.search.BooleanClause;
import org.opensearch.index.query.BoostingQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilderVisitor;
import org.opensearch.index.query.functionscore.ScriptScoreQueryBuilder;

/** Which of the clauses around a semantic clause it gets to know, and that nothing else about a query changes. */
public class PushdownTests extends QueryShardTestCase {

    private static final String CLAUSE = """
            {"semantic": {"meaning": "flat tyre"}}""";
    private static final String TERM = """
            {"term": {"a": {"value": "%s", "boost": 1.0}}}""";

    private static String term(String value) {
        return TERM.formatted(value);
    }

    private QueryBuilder pushed(String query) throws IOException {
        return new Pushdown(xContentRegistry()).into(parse(query));
    }

    /** What each semantic clause of a query is told, in the order of the clauses. */
    private List<List<Restriction>> told(String query) throws IOException {
        Map<SemanticQueryBuilder, List<Restriction>> found = new LinkedHashMap<>();
        collect(pushed(query), found);
        return List.copyOf(found.values());
    }

    /** Some queries show what they hold, but not what that holds in turn. */
    private static void collect(QueryBuilder query, Map<SemanticQueryBuilder, List<Restriction>> found) {
        query.visit(new QueryBuilderVisitor() {
            @Override
            public void accept(QueryBuilder inner) {
                switch (inner) {
                    case SemanticQueryBuilder clause -> found.put(clause, clause.restrictions().beside());
                    case ScriptScoreQueryBuilder scored -> collect(scored.query(), found);
                    case BoostingQueryBuilder boosting -> {
                        collect(boosting.positiveQuery(), found);
                        collect(boosting.negativeQuery(), found);
                    }
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

    private Restriction restriction(String query) throws IOException {
        return new Restriction("", parse(query));
    }

    private Restriction not(String query) throws IOException {
        return restriction("{\"bool\": {\"must_not\": " + query + "}}");
    }

    public void testWhatStandsBesideTheClauseIsKnownToIt() throws IOException {
        assertEquals(List.of(List.of(restriction(term("f")), restriction(term("m")), not(term("n")))), told("""
                {"bool": {"must": [%s, %s], "filter": %s, "must_not": %s, "should": %s}}"""
                .formatted(CLAUSE, term("m"), term("f"), term("n"), term("s"))));
    }

    public void testWhereverInTheBoolItStandsButNotWhereItIsExcluded() throws IOException {
        for (String place : List.of("must", "filter", "should")) {
            assertEquals(place, List.of(List.of(not(term("n")))), told("""
                    {"bool": {"must_not": [%s], "%s": [%s]}}""".formatted(term("n"), place, CLAUSE)));
        }
        assertEquals(List.of(List.of()), told("""
                {"bool": {"must": [%s], "must_not": [%s]}}""".formatted(term("m"), CLAUSE)));
    }

    public void testAllLevelsAboveAreKnown() throws IOException {
        assertEquals(List.of(List.of(restriction(term("outer")), restriction(term("inner")))), told("""
                {"bool": {"filter": [%s], "must": [{"bool": {"filter": [%s], "should": [%s, %s]}}]}}"""
                .formatted(term("outer"), term("inner"), CLAUSE, term("s"))));
    }

    public void testWhatIsExcludedAsAWholeStartsAnew() throws IOException {
        assertEquals(List.of(List.of(restriction(term("inner")))), told("""
                {"bool": {"filter": [%s], "must_not": [{"bool": {"filter": [%s], "must": [%s]}}]}}"""
                .formatted(term("outer"), term("inner"), CLAUSE)));
    }

    public void testThroughQueriesThatHoldOne() throws IOException {
        String outer = "{\"bool\": {\"filter\": [" + term("f") + "], \"must\": [%s]}}";
        for (String holder : List.of(
                "{\"constant_score\": {\"filter\": %s, \"boost\": 3, \"_name\": \"n\"}}",
                "{\"function_score\": {\"query\": %s, \"functions\": [{\"weight\": 2, \"filter\": {\"term\": {\"b\": 1}}}],"
                        + " \"score_mode\": \"max\", \"boost_mode\": \"sum\", \"max_boost\": 7, \"min_score\": 0.5, \"boost\": 3}}",
                "{\"function_score\": {\"query\": %s, \"weight\": 2}}",
                "{\"script_score\": {\"query\": %s, \"min_score\": 0.5, \"script\": {\"source\": \"_score * params.p\","
                        + " \"params\": {\"p\": [1, {\"a\": 2}]}}, \"boost\": 3, \"_name\": \"n\"}}",
                "{\"dis_max\": {\"queries\": [{\"term\": {\"b\": 1}}, %s], \"tie_breaker\": 0.3, \"_name\": \"n\"}}",
                "{\"boosting\": {\"positive\": %s, \"negative\": {\"term\": {\"b\": 1}}, \"negative_boost\": 0.2, \"boost\": 3}}",
                "{\"bool\": {\"must\": [%s], \"should\": [{\"term\": {\"b\": 1}}, {\"term\": {\"b\": 2}}],"
                        + " \"minimum_should_match\": \"1\", \"adjust_pure_negative\": false, \"boost\": 3, \"_name\": \"n\"}}")) {
            assertEquals(holder, List.of(List.of(restriction(term("f")))), told(outer.formatted(holder.formatted(CLAUSE))));
            // Everything else is as it was.
            String query = outer.formatted(holder.formatted(CLAUSE));
            assertEquals(parse(query).toString(), pushed(query).toString());
        }
    }

    public void testWhatIsMarkedDownStartsAnew() throws IOException {
        assertEquals(List.of(List.of()), told("""
                {"bool": {"filter": [%s], "must": [{"boosting": {"positive": %s, "negative": %s, "negative_boost": 0.2}}]}}"""
                .formatted(term("f"), term("p"), CLAUSE)));
    }

    public void testInsideOfNestedObjectsItIsToldOfWhichTheOthersSpeak() throws IOException {
        assertEquals(List.of(List.of(restriction(term("f")), new Restriction("comments", parse(term("c"))))), told("""
                {"bool": {"filter": [%s], "must": [{"nested": {"path": "comments", "query": {"bool": {"filter": [%s], "must": [
                  {"semantic": {"comments.meaning": "flat"}}]}}}}]}}""".formatted(term("f"), term("c"))));
    }

    public void testTwoClausesDontNarrowEachOther() throws IOException {
        assertEquals(List.of(List.of(restriction(term("f"))), List.of(restriction(term("f")))), told("""
                {"bool": {"filter": [%s], "must": [%s, {"semantic": {"meaning": "oven"}}]}}""".formatted(term("f"), CLAUSE)));
    }

    public void testWhatMatchesAllSaysNothing() throws IOException {
        assertEquals(List.of(List.of()), told("""
                {"bool": {"filter": [{"match_all": {}}], "must": [%s]}}""".formatted(CLAUSE)));
    }

    public void testAWrappedQueryIsOpened() throws IOException {
        String inner = Base64.getEncoder().encodeToString("""
                {"bool": {"filter": [%s], "must": [%s]}}""".formatted(term("i"), CLAUSE).getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(List.of(restriction(term("f")), restriction(term("i")))), told("""
                {"bool": {"filter": [%s], "must": [{"wrapper": {"query": "%s"}}]}}""".formatted(term("f"), inner)));
        String broken = Base64.getEncoder().encodeToString("{\"nothing\": ".getBytes(StandardCharsets.UTF_8));
        QueryBuilder query = parse("{\"wrapper\": {\"query\": \"" + broken + "\"}}");
        assertSame(query, new Pushdown(xContentRegistry()).into(query));
    }

    public void testAQueryThatNothingIsToBeToldIsTheSame() throws IOException {
        for (String query : List.of(CLAUSE, term("x"), """
                {"bool": {"filter": [%s], "must": [%s]}}""".formatted(term("f"), term("m")), """
                {"bool": {"should": [%s, %s]}}""".formatted(term("f"), CLAUSE))) {
            QueryBuilder parsed = parse(query);
            assertSame(parsed, new Pushdown(xContentRegistry()).into(parsed));
        }
    }

    public void testTellingTwiceIsTellingOnce() throws IOException {
        Pushdown pushdown = new Pushdown(xContentRegistry());
        QueryBuilder once = pushdown.into(parse("""
                {"bool": {"filter": [%s], "must": [%s]}}""".formatted(term("f"), CLAUSE)));
        assertSame(once, pushdown.into(once));
    }
}
