package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.SearchHit;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.test.AbstractMultiClustersTestCase;
import org.opensearch.transport.client.Client;

/** The clause over two clusters. */
public class CrossClusterIT extends AbstractMultiClustersTestCase {

    private static final String REMOTE = "far";

    @Override
    protected Collection<String> remoteClusterAlias() {
        return List.of(REMOTE);
    }

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins(String cluster) {
        return List.of(SemanticSearchPlugin.class);
    }

    /** Documents [first], [first] + 2, … at as many degrees on a circle, and one book. */
    private static void fill(Client client, int first) {
        client.admin().indices().prepareCreate("points")
                .setSettings(Settings.builder().put("index.number_of_shards", 2).put("index.number_of_replicas", 0))
                .setMapping("""
                        {"properties": {"title": {"type": "text"}, "n": {"type": "integer"},
                          "direction": {"type": "embedding", "dimension": 2},
                          "meaning": {"type": "embedding", "source_fields": ["title"]}}}""").get();
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (int i = first; i < 40; i += 2) {
            float[] direction = {(float) Math.cos(Math.toRadians(i)), (float) Math.sin(Math.toRadians(i))};
            bulk.add(new IndexRequest("points").id("" + i).source(Map.of("n", i, "direction", direction)));
        }
        bulk.add(new IndexRequest("points").id("bread" + first).source(Map.of("title", "baking bread")));
        bulk.add(new IndexRequest("points").id("tyre" + first).source(Map.of("title", "mending a flat inner tube")));
        assertFalse(client.bulk(bulk).actionGet().hasFailures());
    }

    private SearchResponse search(boolean minimizeRoundtrips, String query) {
        SearchRequest request = new SearchRequest("points", REMOTE + ":points")
                .source(new SearchSourceBuilder().query(new WrapperQueryBuilder(query)));
        request.setCcsMinimizeRoundtrips(minimizeRoundtrips);
        return client().search(request).actionGet();
    }

    private static List<String> ids(SearchResponse response) {
        return Arrays.stream(response.getHits().getHits()).map(SearchHit::getId).toList();
    }

    public void testKCountsOverAllClusters() {
        fill(client(), 0);
        fill(client(REMOTE), 1);
        String clause = "{\"semantic\": {\"direction\": {\"vector\": [1, 0], \"k\": 5}}}";
        String beside = "{\"bool\": {\"must\": [" + clause + "], \"filter\": [{\"range\": {\"n\": {\"gte\": 3}}}]}}";
        for (boolean minimize : List.of(true, false)) {
            assertEquals(List.of("0", "1", "2", "3", "4"), ids(search(minimize, clause)));
            assertEquals(5, search(minimize, clause).getHits().getTotalHits().value());
            assertEquals(List.of("3", "4", "5", "6", "7"), ids(search(minimize, beside)));
            assertEquals(5, search(minimize, beside).getHits().getTotalHits().value());
        }
        // A text is embedded in each cluster for the spaces of its own fields.
        String text = "{\"semantic\": {\"meaning\": {\"query\": \"a puncture of my bicycle\", \"k\": 2}}}";
        assertEquals(List.of("tyre0", "tyre1"), ids(search(true, text)).stream().sorted().toList());
        assertEquals(List.of("tyre0", "tyre1"), ids(search(true, "{\"constant_score\": {\"filter\": " + text + "}}")).stream()
                .sorted().toList());
        assertEquals(List.of("tyre1"), ids(onlyFar("{\"semantic\": {\"meaning\": {\"query\": \"a puncture\", \"k\": 1}}}")));
    }

    private SearchResponse onlyFar(String query) {
        return client().search(new SearchRequest(REMOTE + ":points")
                .source(new SearchSourceBuilder().query(new WrapperQueryBuilder(query)))).actionGet();
    }

    /** What no coordinating node of the other cluster sees cannot be embedded for it, if no field here has that space. */
    public void testWithoutACoordinatorThereATextNeedsTheSpaceHere() {
        fill(client(REMOTE), 1);
        SearchRequest request = new SearchRequest(REMOTE + ":points").source(new SearchSourceBuilder()
                .query(new WrapperQueryBuilder("{\"semantic\": {\"meaning\": \"a puncture\"}}")));
        request.setCcsMinimizeRoundtrips(false);
        Exception failure = expectThrows(Exception.class, () -> client().search(request).actionGet());
        assertThat(ExceptionsHelper.stackTrace(failure), containsString("was not embedded"));
    }
}
