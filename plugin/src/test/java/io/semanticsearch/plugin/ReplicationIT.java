package io.semanticsearch.plugin;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.action.update.UpdateRequest;
import org.opensearch.common.settings.Settings;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** Replicas that copy the segments of their primary ({@code index.replication.type: SEGMENT}): searched alike, and fit to take its place. */
@ClusterScope(scope = Scope.TEST, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
public class ReplicationIT extends KeptVectorsTestCase {

    private void createCopied(String index, String mapping) {
        assertTrue(client().admin().indices().prepareCreate(index).setMapping(mapping).setSettings(Settings.builder()
                .put("index.number_of_shards", 1).put("index.number_of_replicas", 1).put("index.refresh_interval", "-1")
                .put("index.replication.type", "SEGMENT")).get().isAcknowledged());
        ensureGreen(index);
    }

    private void assertCopied(String index, Map<String, String> texts) throws Exception {
        assertRight(index, texts);
        assertBusy(() -> texts.forEach((id, text) -> assertFound(index, id, text, "_replica")));
    }

    public void testAReplicaIsSearchedAlikeAndTakesThePlaceOfItsPrimary() throws Exception {
        createCopied("books", """
                {"properties": {
                  "title": {"type": "text"},
                  "body": {"type": "text"},
                  "views": {"type": "integer"},
                  "meaning": {"type": "embedding", "source_fields": ["title", "body"], "quantization": "int4"}
                }}""");
        write("books");
        assertCopied("books", texts(" in short"));

        BulkRequest changes = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE)
                .add(new UpdateRequest("books", "tyre").doc(Map.of("body", "at length")))
                .add(new IndexRequest("books").id("bread").source(Map.of("title", "sharpening kitchen knives")));
        assertFalse(client().bulk(changes).actionGet().hasFailures());
        client().prepareDelete("books", "cash").setRefreshPolicy(RefreshPolicy.IMMEDIATE).get();
        Map<String, String> texts = new TreeMap<>(texts(" in short"));
        texts.put("tyre", "mending a flat inner tube at length");
        texts.put("bread", "sharpening kitchen knives");
        texts.remove("cash");
        assertCopied("books", texts);

        // What the replica has not copied yet it takes from its translog.
        index(client(), "books", "late", "{\"title\": \"watching birds\"}");
        texts.put("late", "watching birds");
        stopNode(nodeOf("books", true));
        ensureYellow("books");
        assertRight("books", texts);
        internalCluster().startNode();
        ensureGreen("books");
        assertCopied("books", texts);
    }

    public void testPassagesAreCopied() throws Exception {
        createCopied("books", """
                {"properties": {
                  "title": {"type": "text"},
                  "body": {"type": "text"},
                  "meaning": {"type": "embedding", "source_fields": ["title", "body"], "passages": {"max_tokens": 40}}
                }}""");
        write("books");
        client().prepareUpdate("books", "moon").setDoc(Map.of("body", "and tides ".repeat(40)))
                .setRefreshPolicy(RefreshPolicy.IMMEDIATE).get();
        assertBusy(() -> {
            for (String preference : new String[]{"_primary", "_replica"})
                assertEquals(List.of("moon"), ids(client().prepareSearch("books").setSize(1)
                        .setPreference(preference).setQuery(new org.opensearch.index.query.WrapperQueryBuilder(
                                "{\"semantic\": {\"meaning\": {\"query\": \"ebb and tides\", \"passages\": 1}}}"))
                        .get()));
        });
        stopNode(nodeOf("books", true));
        ensureYellow("books");
        refresh("books");
        assertEquals("moon", ids(semantic(client(), "books", "\"ebb and tides\"")).getFirst());
        assertEquals(TITLES.size(), client().prepareSearch("books").setSize(0).get().getHits().getTotalHits().value());
    }
}
