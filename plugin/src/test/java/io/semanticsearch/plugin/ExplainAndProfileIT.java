package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import io.semanticsearch.field.VectorBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.search.Explanation;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchRequestBuilder;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.search.SearchType;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.index.cache.request.RequestCacheStats;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.MockSearchService;
import org.opensearch.search.SearchHit;
import org.opensearch.search.profile.ProfileResult;
import org.opensearch.search.profile.ProfileShardResult;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** What [explain], [profile] and names of queries tell of the clause, on two shards. */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 1, numClientNodes = 0, supportsDedicatedMasters = false)
public class ExplainAndProfileIT extends SemanticIntegTestCase {

    private static final int BOOKS = 60;

    /** The framework's own search service asks plugins for no metrics. */
    @Override
    protected Collection<Class<? extends Plugin>> getMockPlugins() {
        List<Class<? extends Plugin>> plugins = new ArrayList<>(super.getMockPlugins());
        plugins.remove(MockSearchService.TestPlugin.class);
        return plugins;
    }

    private void fill(int shards) {
        createBooks("books", shards, 0);
        for (int part = 0; part < 3; part++) {
            BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
            for (int i = part; i < BOOKS; i += 3) {
                bulk.add(new IndexRequest("books").id("" + i).source(Map.of("title",
                        i % 2 == 0 ? "baking bread number " + i : "the moon and " + i + " stars", "views", i)));
            }
            assertFalse(client().bulk(bulk).actionGet().hasFailures());
        }
    }

    private static SearchRequestBuilder search(String query) {
        // The framework's client chooses at random, and what is counted over shards first is never cached.
        return client().prepareSearch("books").setSearchType(SearchType.QUERY_THEN_FETCH)
                .setQuery(new WrapperQueryBuilder(query));
    }

    private static List<ProfileResult> profiled(SearchResponse response) {
        List<ProfileResult> found = new ArrayList<>();
        for (ProfileShardResult shard : response.getProfileResults().values()) {
            shard.getQueryProfileResults().forEach(result -> result.getQueryResults().forEach(query -> collect(query, found)));
        }
        return found;
    }

    private static void collect(ProfileResult query, List<ProfileResult> found) {
        if (query.getQueryName().equals("SemanticQuery")) found.add(query);
        query.getProfiledChildren().forEach(child -> collect(child, found));
    }

    private static float detail(Explanation explanation, String description) {
        return Arrays.stream(explanation.getDetails())
                .filter(detail -> detail.getDescription().contains(description))
                .findFirst().orElseThrow(() -> new AssertionError(description + " in " + explanation)).getValue().floatValue();
    }

    public void testAnExplanationTellsWhereAScoreComesFrom() {
        fill(2);
        SearchResponse response = search(
                "{\"semantic\": {\"meaning\": {\"query\": \"bread in an oven\", \"k\": 5, \"boost\": 2}}}")
                .setExplain(true).setSize(5).get();
        SearchResponse visited = search("{\"semantic\": {\"meaning\": {\"query\": \"bread in an oven\", \"k\": 5}}}")
                .setExplain(true).setProfile(true).get();
        assertThat(detail(visited.getHits().getAt(0).getExplanation(), "vectors visited, filter [none]"), greaterThan(0f));
        assertEquals(5, response.getHits().getHits().length);
        float[] question = oracle("bread in an oven");
        for (SearchHit hit : response.getHits().getHits()) {
            Explanation explanation = hit.getExplanation();
            assertEquals(hit.getScore(), explanation.getValue().floatValue(), 1e-6f);
            assertThat(explanation.getDescription(), containsString(
                    "semantic [meaning]: text embedded as query by model [" + BUILT_IN + "], space ["));
            assertThat(explanation.getDescription(), containsString("similarity [cosine], k [5], num_candidates [100]"));
            float[] document = oracle(hit.getSourceAsMap().get("title").toString());
            double dot = 0;
            double lengths = 0;
            double length = 0;
            for (int i = 0; i < document.length; i++) {
                dot += document[i] * question[i];
                lengths += document[i] * document[i];
                length += question[i] * question[i];
            }
            assertEquals(dot / Math.sqrt(lengths * length), detail(explanation, "similarity [cosine]"), 1e-4f);
            assertEquals(2, detail(explanation, "boost"), 0);
            assertEquals(5, detail(explanation, "k, how many"), 0);
            assertEquals(100, detail(explanation, "num_candidates"), 0);
        }
        Explanation far = client().prepareExplain("books", "1").setQuery(new WrapperQueryBuilder(
                "{\"semantic\": {\"meaning\": {\"vector\": " + Arrays.toString(question) + ", \"k\": 1}}}")).get()
                .getExplanation();
        assertFalse(far.isMatch());
        assertThat(far.toString(), containsString("not among the neighbours: semantic [meaning]: vector as given, space ["));
    }

    public void testAProfileTellsWhatTheSearchCost() {
        fill(2);
        SearchResponse response = search("{\"semantic\": {\"meaning\": \"bread never asked for in this way before\"}}")
                .setProfile(true).get();
        List<ProfileResult> queries = profiled(response);
        assertEquals("one a shard", 2, queries.size());
        long visited = 0;
        for (ProfileResult query : queries) {
            assertThat(query.getLuceneDescription(), containsString(
                    "semantic [meaning]: text embedded as query by model [" + BUILT_IN + "], space ["));
            assertThat(query.getLuceneDescription(), containsString("filter [none], vectors visited ["));
            visited += query.getTimeBreakdown().get("semantic_visited_vectors");
            assertThat(query.getTimeBreakdown().get("semantic_search_time"), greaterThan(0L));
            assertThat("a model was run", query.getTimeBreakdown().get("semantic_embedding_time"), greaterThan(10_000L));
            // Comparing with all is cheaper where there are few.
            assertThat(query.getTimeBreakdown().get("semantic_exact_segments"), greaterThan(0L));
            assertEquals(0L, (long) query.getTimeBreakdown().get("semantic_graph_segments"));
        }
        assertThat("all of so few vectors", visited, greaterThanOrEqualTo((long) BOOKS));
    }

    public void testAProfileTellsHowTheFilterTookPart() {
        // So many, so unlike each other, that the graph is worth it.
        createBooks("books", 1, 0);
        Random random = new Random(5);
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < 1_500; i++) {
            float[] vector = new float[256];
            for (int d = 0; d < vector.length; d++) vector[d] = (float) random.nextGaussian();
            bulk.add(new IndexRequest("books").id("" + i).source(Map.of("views", i, "meaning", VectorBytes.encode(vector))));
        }
        // Up to 8,192 documents a shard is compared as a whole.
        for (int i = 1_500; i <= 8_192; i++) bulk.add(new IndexRequest("books").id("" + i).source(Map.of("views", -2)));
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
        String few = "{\"semantic\": {\"meaning\": {\"query\": \"bread\", \"filter\": {\"range\": {\"views\": {\"gte\": 0, \"lt\": 4}}}}}}";
        SearchResponse response = search(few).setProfile(true).get();
        assertEquals(4, response.getHits().getHits().length);
        ProfileResult exact = profiled(response).getFirst();
        assertThat(exact.getLuceneDescription(), containsString("filter [exact], vectors visited ["));
        assertThat(exact.getTimeBreakdown().get("semantic_visited_vectors"), greaterThanOrEqualTo(4L));
        assertEquals(0L, (long) exact.getTimeBreakdown().get("semantic_graph_segments"));
        String many = "{\"semantic\": {\"meaning\": {\"query\": \"bread\", \"k\": 2, \"num_candidates\": 2,"
                + " \"filter\": {\"range\": {\"views\": {\"gt\": 4}}}}}}";
        ProfileResult inGraph = profiled(search(many).setProfile(true).get()).getFirst();
        assertThat(inGraph.getLuceneDescription(), containsString("filter [in the graph], vectors visited ["));
        assertEquals("the filter is no query beside the clause", 1,
                search(many).setProfile(true).get().getProfileResults().values()
                        .iterator().next().getQueryProfileResults().getFirst().getQueryResults().size());
        SearchResponse none = search(
                "{\"semantic\": {\"meaning\": {\"query\": \"bread\", \"filter\": {\"term\": {\"views\": -1}}}}}")
                .setProfile(true).get();
        assertThat(profiled(none).getFirst().getLuceneDescription(), containsString("vectors visited [0]"));
    }

    public void testASearchInsideOthersIsTold() {
        fill(1);
        SearchResponse response = search("""
                {"bool": {"must": [{"semantic": {"meaning": {"query": "bread", "k": 5, "_name": "by_meaning"}}}],
                          "should": [{"match": {"title": {"query": "baking", "_name": "by_word"}}}]}}""")
                .setProfile(true).setExplain(true).get();
        // Each explanation of a hit is profiled as a query of its own.
        assertThat(profiled(response).size(), greaterThanOrEqualTo(1));
        for (SearchHit hit : response.getHits().getHits()) {
            assertEquals("by_meaning", hit.getMatchedQueries()[0]);
            assertThat(hit.getExplanation().toString(), containsString("similarity [cosine] of this document and the text"));
        }
        assertArrayEquals(new String[]{"by_meaning", "by_word"},
                Arrays.stream(response.getHits().getAt(0).getMatchedQueries()).sorted().toArray());
    }

    public void testOtherSearchesAreAnsweredFromTheCache() throws Exception {
        fill(2);
        String clause = "{\"semantic\": {\"meaning\": {\"query\": \"bread\", \"k\": 7}}}";
        // Again where a merge in the background gave a shard another reader meanwhile.
        assertBusy(() -> {
            search(clause).setSize(0).setRequestCache(true).get();
            RequestCacheStats before = cache();
            search(clause).setSize(0).setRequestCache(true).get();
            RequestCacheStats after = cache();
            assertEquals("each shard knows its answer", 0, after.getMissCount() - before.getMissCount());
            assertThat(after.getHitCount() - before.getHitCount(), greaterThanOrEqualTo(2L));
        });
    }

    private static RequestCacheStats cache() {
        return client().admin().indices().prepareStats("books").setRequestCache(true).get().getTotal().getRequestCache();
    }
}
