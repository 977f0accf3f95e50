package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.admin.indices.alias.IndicesAliasesRequest.AliasActions;
import org.opensearch.action.admin.indices.validate.query.ValidateQueryResponse;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.explain.ExplainResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.CreatePitAction;
import org.opensearch.action.search.CreatePitRequest;
import org.opensearch.action.search.DeletePitAction;
import org.opensearch.action.search.DeletePitRequest;
import org.opensearch.action.search.MultiSearchResponse;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.index.reindex.DeleteByQueryAction;
import org.opensearch.index.reindex.DeleteByQueryRequestBuilder;
import org.opensearch.index.reindex.UpdateByQueryAction;
import org.opensearch.index.reindex.UpdateByQueryRequestBuilder;
import org.opensearch.percolator.PercolatorModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.script.Script;
import org.opensearch.search.builder.PointInTimeBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/**
 * The clause in every place where OpenSearch takes a query, over three shards. The vectors lie on a circle, document {@code i} at {@code i}
 * degrees, so that the documents nearest to {@link #EAST} are 0, 1, 2 and so on. One place after the other, so that a place that is missing
 * can be seen; hence its length.
 */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
public class SemanticEverywhereIT extends SemanticIntegTestCase {

    private static final int DOCUMENTS = 60;
    private static final String EAST = "\"vector\": [1, 0]";
    private static final String MAPPING = """
            {"properties": {
              "group": {"type": "keyword"}, "n": {"type": "integer"},
              "direction": {"type": "embedding", "dimension": 2},
              "course": {"type": "alias", "path": "direction"},
              "stops": {"type": "nested", "properties": {
                "open": {"type": "boolean"}, "direction": {"type": "embedding", "dimension": 2}}}}}""";

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        return Stream.concat(super.nodePlugins().stream(), Stream.of(PercolatorModulePlugin.class)).toList();
    }

    private void fill(String name, int shards) {
        createIndex(name, shards, 0, MAPPING);
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < DOCUMENTS; i++) {
            bulk.add(new IndexRequest(name).id("" + i)
                    .source(Map.of("group", i % 2 == 0 ? "even" : "odd", "n", i, "direction", at(i))));
        }
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
    }

    private static float[] at(int degrees) {
        return new float[]{(float) Math.cos(Math.toRadians(degrees)), (float) Math.sin(Math.toRadians(degrees))};
    }

    /** The clause for the k documents nearest to {@link #EAST}. */
    private static String clause(int k) {
        return "{\"semantic\": {\"direction\": {" + EAST + ", \"k\": " + k + "}}}";
    }

    private SearchSourceBuilder source(String json) throws Exception {
        SearchSourceBuilder source = new SearchSourceBuilder();
        try (var parser = createParser(MediaTypeRegistry.JSON.xContent(), json)) {
            source.parseXContent(parser);
        }
        return source;
    }

    private SearchResponse search(String index, String json) throws Exception {
        return client().prepareSearch(index).setSource(source(json)).get();
    }

    private static List<String> numbers(int... numbers) {
        return IntStream.of(numbers).mapToObj(Integer::toString).toList();
    }

    private static void assertFound(List<String> expected, SearchResponse response) {
        assertEquals(expected, ids(response));
        assertEquals(expected.size(), response.getHits().getTotalHits().value());
    }

    private static void alias(String index, String alias, String filter) {
        client().admin().indices().prepareAliases()
                .addAliasAction(AliasActions.add().index(index).alias(alias).filter(filter)).get();
    }

    private static final String EVEN = "{\"term\": {\"group\": \"even\"}}";

    public void testKCountsOverAllShards() throws Exception {
        fill("points", 3);
        assertFound(numbers(0, 1, 2, 3), search("points", "{\"size\": 20, \"query\": " + clause(4) + "}"));
        SearchResponse page = search("points", "{\"from\": 2, \"size\": 20, \"query\": " + clause(4) + "}");
        assertEquals(numbers(2, 3), ids(page));
        assertEquals(4, page.getHits().getTotalHits().value());
        assertFound(numbers(3, 2, 1, 0), search("points", "{\"sort\": {\"n\": \"desc\"}, \"query\": " + clause(4) + "}"));
        assertFound(numbers(2, 0), search("points",
                "{\"sort\": {\"n\": \"desc\"}, \"post_filter\": " + EVEN + ", \"query\": " + clause(4) + "}"));
        assertFound(numbers(5, 4, 0, 1, 2, 3), search("points", """
                {"query": {"bool": {"should": [%s, {"constant_score": {"filter": {"terms": {"n": [4, 5]}}, "boost": 9}}]}},
                 "sort": ["_score", {"n": "desc"}]}""".formatted(clause(4))));
    }

    public void testWhatStandsBesideTheClauseLeavesKHits() throws Exception {
        fill("points", 3);
        String beside = "{\"query\": {\"bool\": {\"must\": [" + clause(4) + "], \"filter\": [" + EVEN
                + "], \"must_not\": {\"term\": {\"n\": 2}}}}}";
        assertFound(numbers(0, 4, 6, 8), search("points", beside));
        setting("plugins.semantic.search.push_filters", false);
        try {
            assertFound("not pushed, it filters what was found", numbers(0), search("points", beside));
        } finally {
            setting("plugins.semantic.search.push_filters", null);
        }
    }

    private static void assertFound(String message, List<String> expected, SearchResponse response) {
        assertEquals(message, expected, ids(response));
    }

    private static void setting(String name, Boolean value) {
        Settings.Builder settings = Settings.builder();
        if (value == null) settings.putNull(name);
        else
            settings.put(name, value);
        client().admin().cluster().prepareUpdateSettings().setTransientSettings(settings).get();
    }

    public void testAnAliasFilterLeavesKHits() throws Exception {
        fill("points", 3);
        alias("points", "evens", EVEN);
        List<String> evens = numbers(0, 2, 4, 6);
        assertFound(evens, search("evens", "{\"query\": " + clause(4) + "}"));
        assertFound(evens,
                search("evens", "{\"query\": {\"constant_score\": {\"filter\": " + clause(4) + "}}, \"sort\": \"n\"}"));
        assertFound(numbers(0, 1, 2, 3), search("points", "{\"query\": " + clause(4) + "}"));
        assertEquals("by its own name too, the index is searched whole", numbers(0, 1, 2, 3), ids(client()
                .prepareSearch("evens", "points").setSource(source("{\"query\": " + clause(4) + "}")).get()));
        assertTrue(explain("evens", "6", clause(4)).isMatch());
        assertFalse(explain("evens", "8", clause(4)).isMatch());
        SearchResponse point = inPointInTime("evens", clause(4));
        assertFound(evens, point);
    }

    private SearchResponse inPointInTime(String index, String clause) throws Exception {
        String id = client().execute(CreatePitAction.INSTANCE,
                new CreatePitRequest(TimeValue.timeValueMinutes(1), false, index)).actionGet().getId();
        try {
            client().prepareIndex("points").setId("new").setSource(Map.of("group", "even", "direction", at(0)))
                    .setRefreshPolicy(RefreshPolicy.IMMEDIATE).get();
            SearchSourceBuilder source = source("{\"query\": {\"bool\": {\"must\": [" + clause + "]}}}");
            return client().search(new SearchRequest().source(source.pointInTimeBuilder(new PointInTimeBuilder(id)))).actionGet();
        } finally {
            client().execute(DeletePitAction.INSTANCE, new DeletePitRequest(id)).actionGet();
        }
    }

    public void testAnAliasFilterMayBeAClause() throws Exception {
        fill("single", 1);
        fill("triple", 3);
        for (String index : List.of("single", "triple")) alias(index, "east-of-" + index, clause(5));
        assertFound(numbers(4, 3, 2, 1, 0), search("east-of-single", "{\"sort\": {\"n\": \"desc\"}}"));
        refused("is read on each shard alone here (an alias filter), where its k nearest cannot be counted over the [3] shards",
                () -> search("east-of-triple", "{\"sort\": {\"n\": \"desc\"}}"));
        refused("the text [east] cannot be embedded here", () -> {
            alias("single", "by-text", "{\"semantic\": {\"direction\": \"east\"}}");
            return null;
        });
    }

    private interface Call {
        Object call() throws Exception;
    }

    private static void refused(String message, Call call) {
        Exception failure = expectThrows(Exception.class, call::call);
        assertEquals(failure.toString(), RestStatus.BAD_REQUEST, ExceptionsHelper.status(failure));
        assertThat(ExceptionsHelper.stackTrace(failure), containsString(message));
    }

    private static ExplainResponse explain(String index, String id, String query) {
        return client().prepareExplain(index, id).setQuery(new WrapperQueryBuilder(query)).get();
    }

    public void testExplainSaysWhatASearchFinds() {
        fill("points", 3);
        for (int id = 0; id < 12; id++) {
            assertEquals("" + id, id < 4, explain("points", "" + id, clause(4)).isMatch());
            String beside = "{\"bool\": {\"must\": [" + clause(4) + "], \"filter\": [" + EVEN + "]}}";
            assertEquals("" + id, id < 8 && id % 2 == 0, explain("points", "" + id, beside).isMatch());
        }
        assertEquals(1f, explain("points", "0", clause(4)).getExplanation().getValue().floatValue(), 1e-5f);
    }

    public void testValidateSaysWhetherASearchWouldRun() {
        fill("points", 3);
        ValidateQueryResponse valid = client().admin().indices().prepareValidateQuery("points").setExplain(true)
                .setQuery(new WrapperQueryBuilder("{\"bool\": {\"must\": [" + clause(4) + "], \"filter\": [" + EVEN + "]}}"))
                .get();
        assertTrue(valid.toString(), valid.isValid());
        ValidateQueryResponse wrong = client().admin().indices().prepareValidateQuery("points").setExplain(true)
                .setQuery(new WrapperQueryBuilder("{\"semantic\": {\"direction\": {\"vector\": [1, 2, 3]}}}")).get();
        assertFalse(wrong.isValid());
    }

    public void testCountAndMultiSearch() throws Exception {
        fill("points", 3);
        SearchResponse count = search("points", "{\"size\": 0, \"query\": " + clause(7) + "}");
        assertEquals(7, count.getHits().getTotalHits().value());
        MultiSearchResponse many = client().prepareMultiSearch()
                .add(new SearchRequest("points").source(source("{\"query\": " + clause(3) + "}")))
                .add(new SearchRequest("points").source(source("{\"query\": " + clause(5)
                        + ", \"aggs\": {\"groups\": {\"terms\": {\"field\": \"group\"}}}}")))
                .get();
        assertFound(numbers(0, 1, 2), many.getResponses()[0].getResponse());
        assertFound(numbers(0, 1, 2, 3, 4), many.getResponses()[1].getResponse());
    }

    public void testAScrollHasKHitsOnAllItsPages() throws Exception {
        fill("points", 3);
        SearchResponse page = client().prepareSearch("points").setScroll(TimeValue.timeValueMinutes(1))
                .setSource(source("{\"size\": 3, \"query\": " + clause(7) + "}")).get();
        List<String> all = new ArrayList<>();
        try {
            assertEquals(7, page.getHits().getTotalHits().value());
            while (page.getHits().getHits().length > 0) {
                all.addAll(ids(page));
                page = client().prepareSearchScroll(page.getScrollId()).setScroll(TimeValue.timeValueMinutes(1)).get();
            }
        } finally {
            client().prepareClearScroll().addScrollId(page.getScrollId()).get();
        }
        assertEquals(numbers(0, 1, 2, 3, 4, 5, 6), all);
    }

    public void testCollapseChoosesAmongTheKHits() throws Exception {
        fill("points", 3);
        SearchResponse collapsed = search("points", "{\"collapse\": {\"field\": \"group\"}, \"query\": " + clause(6) + "}");
        assertEquals(numbers(0, 1), ids(collapsed));
        assertEquals(6, collapsed.getHits().getTotalHits().value());
    }

    public void testTerminateAfterStopsAmongTheKHits() throws Exception {
        fill("points", 3);
        SearchResponse stopped = search("points", "{\"terminate_after\": 1, \"query\": " + clause(9) + "}");
        assertTrue(stopped.isTerminatedEarly());
        assertTrue(ids(stopped).toString(), ids(stopped).size() <= 3);
        for (String id : ids(stopped)) assertTrue(id, Integer.parseInt(id) < 9);
    }

    public void testSearchAfterGoesThroughTheKHits() throws Exception {
        fill("points", 3);
        assertEquals(numbers(4, 5), ids(search("points",
                "{\"size\": 4, \"sort\": {\"n\": \"asc\"}, \"search_after\": [3], \"query\": " + clause(6) + "}")));
    }

    public void testRescoreOrdersTheKHits() throws Exception {
        fill("points", 3);
        assertFound(numbers(3, 2, 1, 0), search("points", """
                {"query": %s, "rescore": {"window_size": 50, "query": {"score_mode": "total", "rescore_query": {
                  "function_score": {"field_value_factor": {"field": "n"}}}}}}""".formatted(clause(4))));
    }

    public void testAFieldAliasIsItsField() throws Exception {
        fill("points", 3);
        assertFound(numbers(0, 1, 2), search("points",
                "{\"query\": {\"bool\": {\"must\": {\"semantic\": {\"course\": {" + EAST + ", \"k\": 3}}}}}}"));
    }

    public void testDeletingAndUpdatingByQueryConcernsTheKHits() throws Exception {
        fill("points", 3);
        assertEquals(3, new UpdateByQueryRequestBuilder(client(), UpdateByQueryAction.INSTANCE).source("points")
                .filter(new WrapperQueryBuilder(clause(3))).script(new Script("ctx._source.group = 'near'")).refresh(true).get()
                .getUpdated());
        assertFound(numbers(0, 1, 2), search("points", "{\"sort\": \"n\", \"query\": {\"term\": {\"group\": \"near\"}}}"));
        assertEquals(4, new DeleteByQueryRequestBuilder(client(), DeleteByQueryAction.INSTANCE).source("points")
                .filter(new WrapperQueryBuilder(clause(4))).refresh(true).get().getDeleted());
        assertFound(numbers(4, 5), search("points", "{\"query\": " + clause(2) + "}"));
        refused("needs [k] in a scroll", () -> new DeleteByQueryRequestBuilder(client(), DeleteByQueryAction.INSTANCE)
                .source("points").filter(new WrapperQueryBuilder("{\"semantic\": {\"direction\": {" + EAST + "}}}")).get());
    }

    public void testIndicesOfDifferentModelsAreSearchedEachInItsSpace() throws Exception {
        client().execute(PutModelAction.TYPE, new ModelRequest("narrow",
                Map.of("provider", "local", "model", BUILT_IN, "dimensions", 64))).actionGet();
        String mapping = """
                {"properties": {"title": {"type": "text"},
                  "meaning": {"type": "embedding", "model": "%s", "source_fields": ["title"]}}}""";
        createIndex("wide-books", 2, 0, mapping.formatted(BUILT_IN));
        createIndex("narrow-books", 2, 0, mapping.formatted("narrow"));
        String[] titles = {"mending a flat inner tube", "baking bread", "soothing an infant", "phases of the moon"};
        for (String index : List.of("wide-books", "narrow-books")) {
            for (int i = 0; i < titles.length; i++) {
                client().prepareIndex(index).setId(index + i).setSource(Map.of("title", titles[i]))
                        .setRefreshPolicy(RefreshPolicy.IMMEDIATE).get();
            }
        }
        SearchResponse both = client().prepareSearch("*-books").setSource(source("""
                {"query": {"bool": {"must": {"semantic": {"meaning": {"query": "a puncture of my bicycle", "k": 5}}}}}}"""))
                .get();
        assertEquals(5, both.getHits().getTotalHits().value());
        assertTrue(ids(both).toString(), ids(both).containsAll(List.of("narrow-books0", "wide-books0")));
    }

    public void testAPercolatorQueryMatchesWhatIsNearEnough() throws Exception {
        createIndex("alerts", 3, 0, """
                {"properties": {"query": {"type": "percolator"}, "direction": {"type": "embedding", "dimension": 2}}}""");
        client().prepareIndex("alerts").setId("east").setSource("""
                {"query": {"semantic": {"direction": {"vector": [1, 0], "min_similarity": 0.9}}}}""", MediaTypeRegistry.JSON)
                .setRefreshPolicy(RefreshPolicy.IMMEDIATE).get();
        client().prepareIndex("alerts").setId("north").setSource("""
                {"query": {"semantic": {"direction": {"vector": [0, 1], "min_similarity": 0.9}}}}""", MediaTypeRegistry.JSON)
                .setRefreshPolicy(RefreshPolicy.IMMEDIATE).get();
        String percolate = "{\"query\": {\"percolate\": {\"field\": \"query\", \"document\": {\"direction\": %s}}}}";
        assertFound(List.of("east"), search("alerts", percolate.formatted(Arrays.toString(at(10)))));
        assertFound(List.of("north"), search("alerts", percolate.formatted(Arrays.toString(at(80)))));
        assertFound(List.of(), search("alerts", percolate.formatted(Arrays.toString(at(45)))));
        refused("cannot be embedded here", () -> client().prepareIndex("alerts").setSource("""
                {"query": {"semantic": {"direction": "east"}}}""", MediaTypeRegistry.JSON).get());
    }

    public void testInsideOfNestedObjectsKCountsDocuments() throws Exception {
        createIndex("routes", 3, 0, MAPPING);
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < DOCUMENTS; i++) {
            // Two stops each, near to each other; the second is closed where the number is even.
            bulk.add(new IndexRequest("routes").id("" + i).source(Map.of("group", i % 2 == 0 ? "even" : "odd", "n", i, "stops",
                    List.of(Map.of("direction", at(i + 1), "open", true),
                            Map.of("direction", at(i), "open", i % 2 == 1)))));
        }
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
        String near = "{\"semantic\": {\"stops.direction\": {" + EAST + ", \"k\": 4}}}";
        String nested = "{\"nested\": {\"path\": \"stops\", \"score_mode\": \"max\", \"query\": %s}}";
        assertFound(numbers(0, 1, 2, 3), search("routes", "{\"query\": " + nested.formatted(near) + "}"));
        assertFound(numbers(0, 2, 4, 6), search("routes", "{\"query\": {\"bool\": {\"must\": [" + nested.formatted(near)
                + "], \"filter\": [" + EVEN + "]}}}"));
        assertFound(numbers(1, 3, 5, 7), search("routes", "{\"query\": {\"bool\": {\"must\": [" + nested.formatted(near)
                + "], \"must_not\": [" + EVEN + "]}}}"));
        String open = "{\"bool\": {\"must\": [" + near + "], \"filter\": [{\"term\": {\"stops.open\": true}}]}}";
        // An even number's open stop lies a degree farther than it says.
        assertEquals(List.of("0", "1", "2", "3"), ids(search("routes", "{\"query\": " + nested.formatted(open) + "}")).stream()
                .sorted().toList());
    }
}
