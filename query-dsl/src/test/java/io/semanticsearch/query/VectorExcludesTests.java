package io.semanticsearch.query;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.apache.lucene.search.join.ScoreMode;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.search.ClearScrollAction;
import org.opensearch.action.search.SearchAction;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.BoostingQueryBuilder;
import org.opensearch.index.query.ConstantScoreQueryBuilder;
import org.opensearch.index.query.DisMaxQueryBuilder;
import org.opensearch.index.query.InnerHitBuilder;
import org.opensearch.index.query.MatchAllQueryBuilder;
import org.opensearch.index.query.NestedQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.functionscore.FunctionScoreQueryBuilder;
import org.opensearch.index.query.functionscore.ScriptScoreQueryBuilder;
import org.opensearch.join.query.HasChildQueryBuilder;
import org.opensearch.script.Script;
import org.opensearch.search.aggregations.AggregationBuilders;
import org.opensearch.search.aggregations.metrics.TopHitsAggregationBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.collapse.CollapseBuilder;
import org.opensearch.search.fetch.subphase.FetchSourceContext;
import org.opensearch.test.OpenSearchTestCase;

/** Which parts of a document an answer leaves out. */
public class VectorExcludesTests extends OpenSearchTestCase {

    private static final TaskId WRITES = new TaskId("node", 7);

    private final SearchedSpaces spaces = new Cluster()
            .index("books", """
                    {"meaning": {"type": "embedding", "model": "english"},
                     "comments": {"type": "nested", "properties": {"meaning": {"type": "embedding", "model": "english"}}}}""")
            .index("plain", """
                    {"title": {"type": "text"}}""")
            .spaces(new WordModels(), new NamedWriteableRegistry(List.of()));

    private final VectorExcludes filter = new VectorExcludes(spaces, WRITES::equals);

    /** The request as the search action sees it. */
    private SearchRequest filtered(SearchRequest request) {
        return filtered(SearchAction.NAME, request);
    }

    private SearchRequest filtered(String action, SearchRequest request) {
        PlainActionFuture<SearchResponse> answer = new PlainActionFuture<>();
        PlainActionFuture<ActionRequest> proceeded = new PlainActionFuture<>();
        ActionFilterChain<SearchRequest, SearchResponse> chain = (task, name, passed, listener) -> {
            assertEquals(action, name);
            assertSame(answer, listener);
            proceeded.onResponse(passed);
        };
        filter.apply(null, action, request, ActionRequestMetadata.empty(), answer, chain);
        return (SearchRequest) proceeded.actionGet();
    }

    private FetchSourceContext fetched(FetchSourceContext asked) {
        SearchSourceBuilder source = new SearchSourceBuilder();
        if (asked != null) source.fetchSource(asked);
        return filtered(new SearchRequest("books").source(source)).source().fetchSource();
    }

    private static FetchSourceContext includes(String... includes) {
        return new FetchSourceContext(true, includes, new String[0]);
    }

    private static FetchSourceContext without(String[] includes, String... excludes) {
        return new FetchSourceContext(true, includes, excludes);
    }

    public void testVectorsAreLeftOut() {
        FetchSourceContext without = without(new String[0], "meaning", "comments.meaning");
        assertEquals(without, filtered(new SearchRequest("books")).source().fetchSource());
        assertEquals(without, fetched(null));
        assertEquals("what is asked for by default", without, fetched(FetchSourceContext.FETCH_SOURCE));
        assertEquals("by any index that is searched", without, filtered(new SearchRequest()).source().fetchSource());
    }

    public void testOtherExcludesStay() {
        FetchSourceContext asked = without(new String[0], "body", "meaning");
        assertEquals(without(new String[0], "body", "meaning", "comments.meaning"), fetched(asked));
    }

    public void testWhoNamesTheFieldGetsIt() {
        assertEquals(without(new String[]{"title", "meaning"}, "comments.meaning"), fetched(includes("title", "meaning")));
        assertEquals(without(new String[]{"mean*"}, "comments.meaning"), fetched(includes("mean*")));
        assertEquals(without(new String[]{"comments.*"}, "meaning"), fetched(includes("comments.*")));
        assertEquals(includes("*"), fetched(includes("*")));
        assertEquals("an object is not its vector", without(new String[]{"comments"}, "meaning", "comments.meaning"),
                fetched(includes("comments")));
    }

    public void testWithoutSourceNothingChanges() {
        assertEquals(FetchSourceContext.DO_NOT_FETCH_SOURCE, fetched(FetchSourceContext.DO_NOT_FETCH_SOURCE));
        SearchSourceBuilder stored = new SearchSourceBuilder().storedField("title");
        assertNull(filtered(new SearchRequest("books").source(stored)).source().fetchSource());
        SearchSourceBuilder none = new SearchSourceBuilder().storedFields(List.of("_none_"));
        assertNull(filtered(new SearchRequest("books").source(none)).source().fetchSource());
    }

    public void testStoredFieldsWithSourceLeaveVectorsOut() {
        SearchSourceBuilder both = new SearchSourceBuilder().storedField("title").fetchSource(includes("t*"));
        assertEquals(without(new String[]{"t*"}, "meaning", "comments.meaning"),
                filtered(new SearchRequest("books").source(both)).source().fetchSource());
    }

    public void testTopHitsLeaveVectorsOutHoweverDeep() {
        TopHitsAggregationBuilder asks = AggregationBuilders.topHits("asks").fetchSource("meaning", null);
        TopHitsAggregationBuilder deep = AggregationBuilders.topHits("deep");
        SearchSourceBuilder source = new SearchSourceBuilder().aggregation(asks)
                .aggregation(AggregationBuilders.terms("by_author").field("author").subAggregation(deep));
        filtered(new SearchRequest("books").source(source));
        assertEquals(without(new String[]{"meaning"}, "comments.meaning"), asks.fetchSource());
        assertEquals(without(new String[0], "meaning", "comments.meaning"), deep.fetchSource());
    }

    public void testCollapsedInnerHitsLeaveVectorsOut() {
        InnerHitBuilder inner = new InnerHitBuilder("newest");
        InnerHitBuilder bare = new InnerHitBuilder("ids").setFetchSourceContext(FetchSourceContext.DO_NOT_FETCH_SOURCE);
        CollapseBuilder collapse = new CollapseBuilder("author").setInnerHits(List.of(inner, bare));
        filtered(new SearchRequest("books").source(new SearchSourceBuilder().collapse(collapse)));
        assertEquals(without(new String[0], "meaning", "comments.meaning"), inner.getFetchSourceContext());
        assertEquals(FetchSourceContext.DO_NOT_FETCH_SOURCE, bare.getFetchSourceContext());
    }

    public void testNestedInnerHitsLeaveVectorsOut() {
        InnerHitBuilder inner = new InnerHitBuilder("best_comments");
        NestedQueryBuilder nested = new NestedQueryBuilder("comments", new MatchAllQueryBuilder(), ScoreMode.Max).innerHit(inner);
        NestedQueryBuilder without = new NestedQueryBuilder("comments", new MatchAllQueryBuilder(), ScoreMode.Max);
        BoolQueryBuilder query = new BoolQueryBuilder().must(new ConstantScoreQueryBuilder(nested)).should(without);
        filtered(new SearchRequest("books").source(new SearchSourceBuilder().query(query)));
        assertEquals(without(new String[0], "meaning", "comments.meaning"), inner.getFetchSourceContext());
    }

    public void testInnerHitsLeaveVectorsOutHoweverDeep() {
        for (UnaryOperator<QueryBuilder> around : List.<UnaryOperator<QueryBuilder>>of(
                query -> new BoostingQueryBuilder(new BoolQueryBuilder().should(query), new MatchAllQueryBuilder()),
                query -> new BoostingQueryBuilder(
                        new BoolQueryBuilder().should(new NestedQueryBuilder("comments", query, ScoreMode.None)),
                        new MatchAllQueryBuilder()),
                query -> new BoostingQueryBuilder(new MatchAllQueryBuilder(), new ConstantScoreQueryBuilder(query)),
                query -> new ScriptScoreQueryBuilder(new BoolQueryBuilder().filter(query), new Script("1")),
                query -> new FunctionScoreQueryBuilder(new DisMaxQueryBuilder().add(query)),
                query -> new NestedQueryBuilder("comments", new BoolQueryBuilder().must(query), ScoreMode.None),
                query -> new FusionQueryBuilder(new FusionRequest(List.of(new BoostingQueryBuilder(query, query)),
                        new FusionMethod.MinMax(), Optional.empty(), OptionalInt.empty(), Optional.empty())),
                query -> new HasChildQueryBuilder("answer", new BoolQueryBuilder().must(query), ScoreMode.None))) {
            InnerHitBuilder inner = new InnerHitBuilder("best_comments");
            QueryBuilder query = around.apply(
                    new NestedQueryBuilder("comments", new MatchAllQueryBuilder(), ScoreMode.Max).innerHit(inner));
            filtered(new SearchRequest("books").source(new SearchSourceBuilder().postFilter(query)));
            assertEquals(query.getName(), without(new String[0], "meaning", "comments.meaning"), inner.getFetchSourceContext());
        }
    }

    public void testChildrenAmongInnerHitsLeaveVectorsOut() {
        InnerHitBuilder inner = new InnerHitBuilder("answers");
        QueryBuilder query = new HasChildQueryBuilder("answer", new MatchAllQueryBuilder(), ScoreMode.None).innerHit(inner);
        filtered(new SearchRequest("books").source(new SearchSourceBuilder().query(new BoolQueryBuilder().must(query))));
        assertEquals(without(new String[0], "meaning", "comments.meaning"), inner.getFetchSourceContext());
    }

    public void testInnerHitsOfOneNameAreLeftToTheSearchToRefuse() {
        InnerHitBuilder first = new InnerHitBuilder("comments");
        InnerHitBuilder second = new InnerHitBuilder("comments");
        BoolQueryBuilder query = new BoolQueryBuilder();
        for (InnerHitBuilder inner : List.of(first, second)) {
            query.must(new NestedQueryBuilder("comments", new MatchAllQueryBuilder(), ScoreMode.Max).innerHit(inner));
        }
        filtered(new SearchRequest("books").source(new SearchSourceBuilder().query(query)));
        assertEquals(first.getFetchSourceContext(), second.getFetchSourceContext());
        assertEquals(without(new String[0], "meaning", "comments.meaning"), first.getFetchSourceContext());
    }

    public void testASearchThatServesWritingSeesWholeDocuments() {
        SearchRequest request = new SearchRequest("books").source(new SearchSourceBuilder());
        request.setParentTask(WRITES);
        assertNull(filtered(request).source().fetchSource());
        request.setParentTask("node", 8);
        assertNotNull(filtered(request).source().fetchSource());
    }

    public void testSearchesWithoutVectorsAndOtherActionsAreLeftAlone() {
        SearchRequest plain = new SearchRequest("plain");
        assertNull(filtered(plain).source().fetchSource());
        SearchRequest missing = new SearchRequest("absent");
        assertNull(filtered(missing).source().fetchSource());
        assertNull(filtered(ClearScrollAction.NAME, new SearchRequest("books")).source().fetchSource());
    }

    public void testFilteringTwiceIsFilteringOnce() {
        FetchSourceContext once = fetched(null);
        assertEquals(once, fetched(once));
    }
}
