package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import java.util.List;
import java.util.Map;
import org.opensearch.action.admin.indices.shrink.ResizeType;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.index.reindex.BulkByScrollResponse;
import org.opensearch.index.reindex.DeleteByQueryAction;
import org.opensearch.index.reindex.DeleteByQueryRequestBuilder;
import org.opensearch.index.reindex.ReindexAction;
import org.opensearch.index.reindex.ReindexRequestBuilder;
import org.opensearch.index.reindex.UpdateByQueryAction;
import org.opensearch.index.reindex.UpdateByQueryRequestBuilder;
import org.opensearch.script.Script;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** Whatever happens to an index, its vectors stay those of its texts, and are not paid for twice. */
@ClusterScope(scope = Scope.TEST, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
public class LifecycleIT extends KeptVectorsTestCase {

    public void testReindexingCopiesVectorsAndEmbedsNothing() {
        fill("books", 2, 0);
        createBooks("copy", 1, 0);
        long before = textsEmbedded();
        BulkByScrollResponse response = new ReindexRequestBuilder(client(), ReindexAction.INSTANCE).source("books")
                .destination("copy").get();
        assertEquals(TITLES.size(), response.getCreated());
        assertEquals(0, textsEmbedded() - before);
        assertRight("copy", texts(" in short"));
    }

    public void testReindexingIntoAnotherSpaceEmbedsAnew() {
        fill("books", 1, 0);
        createIndex("own", 1, 0, """
                {"properties": {"title": {"type": "text"}, "meaning": {"type": "embedding", "source_fields": "title"}}}""");
        long before = textsEmbedded();
        new ReindexRequestBuilder(client(), ReindexAction.INSTANCE).source("books").destination("own").get();
        // Another text belongs to the field there, so every vector is made anew.
        assertEquals(TITLES.size(), textsEmbedded() - before);
        assertRight("own", texts(""));
    }

    public void testUpdatingByQueryReusesWhatHoldsAndRenewsWhatChanges() {
        fill("books", 2, 0);
        long before = textsEmbedded();
        new UpdateByQueryRequestBuilder(client(), UpdateByQueryAction.INSTANCE).source("books").refresh(true).get();
        assertEquals(0, textsEmbedded() - before);
        new UpdateByQueryRequestBuilder(client(), UpdateByQueryAction.INSTANCE).source("books")
                .filter(QueryBuilders.matchAllQuery()).script(new Script("ctx._source.body = 'at length'")).refresh(true).get();
        assertEquals(TITLES.size(), textsEmbedded() - before);
        assertRight("books", texts(" at length"));
    }

    public void testDeletingByMeaningNeedsANumber() {
        fill("books", 1, 0);
        DeleteByQueryRequestBuilder all = new DeleteByQueryRequestBuilder(client(), DeleteByQueryAction.INSTANCE).source("books")
                .filter(new WrapperQueryBuilder("{\"semantic\": {\"meaning\": \"bread\"}}"));
        assertThat(expectThrows(Exception.class, all::get).toString(), containsString("[semantic] needs [k] in a scroll"));
        DeleteByQueryRequestBuilder one = new DeleteByQueryRequestBuilder(client(), DeleteByQueryAction.INSTANCE).source("books")
                .filter(new WrapperQueryBuilder("{\"semantic\": {\"meaning\": {\"query\": \"baking bread\", \"k\": 1}}}"));
        assertEquals(1, one.get().getDeleted());
        assertFalse(client().prepareGet("books", "bread").get().isExists());
    }

    public void testSnapshotsRestoreVectors() {
        fill("books", 2, 0);
        assertTrue(client().admin().cluster().preparePutRepository("backup").setType("fs")
                .setSettings(Settings.builder().put("location", randomRepoPath())).get().isAcknowledged());
        client().admin().cluster().prepareCreateSnapshot("backup", "s").setWaitForCompletion(true).setIndices("books").get();
        client().admin().indices().prepareDelete("books").get();
        long before = textsEmbedded();
        client().admin().cluster().prepareRestoreSnapshot("backup", "s").setWaitForCompletion(true).get();
        ensureGreen("books");
        assertRight("books", texts(" in short"));
        assertEquals(0, textsEmbedded() - before);
    }

    public void testReplicasClosingAndOpeningKeepVectors() {
        fill("books", 2, 0);
        client().admin().indices().prepareUpdateSettings("books")
                .setSettings(Settings.builder().put("index.number_of_replicas", 1)).get();
        ensureGreen("books");
        for (String preference : List.of("_primary", "_replica")) {
            SearchResponse found = client().prepareSearch("books").setPreference(preference)
                    .setQuery(new WrapperQueryBuilder(
                            "{\"semantic\": {\"meaning\": \"a flat inner tube\"}}"))
                    .get();
            assertEquals(preference, "tyre", ids(found).getFirst());
        }
        client().admin().indices().prepareClose("books").get();
        client().admin().indices().prepareOpen("books").get();
        ensureGreen("books");
        assertRight("books", texts(" in short"));
    }

    public void testShrinkingAndSplittingKeepVectors() {
        fill("books", 2, 0);
        String node = internalCluster().getNodeNames()[0];
        client().admin().indices().prepareUpdateSettings("books").setSettings(Settings.builder()
                .put("index.blocks.write", true).put("index.routing.allocation.require._name", node)).get();
        ensureGreen("books");
        waitForRelocation();
        Settings open = Settings.builder().putNull("index.blocks.write").putNull("index.routing.allocation.require._name")
                .put("index.number_of_replicas", 0).build();
        client().admin().indices().prepareResizeIndex("books", "one").setResizeType(ResizeType.SHRINK)
                .setSettings(Settings.builder().put(open).put("index.number_of_shards", 1).build()).get();
        client().admin().indices().prepareResizeIndex("books", "four").setResizeType(ResizeType.SPLIT)
                .setSettings(Settings.builder().put(open).put("index.number_of_shards", 4).build()).get();
        ensureGreen("one", "four");
        for (String index : List.of("one", "four")) {
            assertRight(index, texts(" in short"));
            // Still writable: the mapping came along.
            client().prepareUpdate(index, "tyre").setDoc(Map.of("body", "at length")).get();
            assertVectorOf("mending a flat inner tube at length", client(), index, "tyre");
        }
    }

    public void testModelsAndVectorsSurviveAFullRestart() throws Exception {
        fill("books", 2, 1);
        client().execute(
                io.semanticsearch.plugin.transport.PutModelAction.TYPE,
                new io.semanticsearch.plugin.transport.ModelRequest("small",
                        Map.of("provider", "local", "model", BUILT_IN, "dimensions", 64)))
                .actionGet();
        internalCluster().fullRestart();
        ensureGreen("books");
        assertRight("books", texts(" in short"));
        createIndex("small", 1, 0,
                """
                        {"properties": {"title": {"type": "text"}, "meaning": {"type": "embedding", "model": "small", "source_fields": "title"}}}""");
        index(client(), "small", "1", "{\"title\": \"baking bread\"}");
        assertEquals(64, stored(client(), "small", "1").vector().length);
    }
}
