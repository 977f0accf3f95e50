package io.semanticsearch.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.opensearch.action.DocWriteRequest;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.action.update.UpdateRequest;
import org.opensearch.cluster.node.DiscoveryNodeRole;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.script.Script;
import org.opensearch.test.NodeRoles;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.transport.client.Client;

/** Every way of writing a document leaves the vector of the text that the document then holds, through an ingest node and through another. */
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0, supportsDedicatedMasters = false)
public class FreshVectorsIT extends SemanticIntegTestCase {

    private static final String OLD = """
            {"title": "mending a tyre", "body": "for cyclists", "views": 1}""";

    private Client ingest;
    private Client other;

    private void startNodes() {
        String first = internalCluster().startNode();
        String second = internalCluster()
                .startNode(NodeRoles.onlyRoles(Settings.EMPTY, java.util.Set.of(DiscoveryNodeRole.DATA_ROLE)));
        ensureStableCluster(2);
        ingest = internalCluster().client(first);
        other = internalCluster().client(second);
        createBooks("books", 2, 0);
    }

    public void testEveryWayOfWritingMakesTheVectorOfTheWholeText() {
        startNodes();
        for (Client client : List.of(ingest, other)) {
            for (boolean bulk : new boolean[]{false, true}) {
                String way = (client == ingest ? "ingest" : "other") + (bulk ? "-bulk" : "-single");
                check(way + "-index", client, bulk, true, new IndexRequest("books").source("""
                        {"title": "baking bread", "body": "for cyclists"}""", XContentType.JSON), "baking bread for cyclists", 1);
                check(way + "-update", client, bulk, true, new UpdateRequest().index("books").doc("""
                        {"title": "baking bread"}""", XContentType.JSON), "baking bread for cyclists", 1);
                check(way + "-update-untouched", client, bulk, true, new UpdateRequest().index("books").doc("""
                        {"views": 2}""", XContentType.JSON), "mending a tyre for cyclists", 0);
                check(way + "-upsert-existing", client, bulk, true, new UpdateRequest().index("books").doc("""
                        {"title": "baking bread"}""", XContentType.JSON).upsert("""
                        {"title": "unused", "body": "unused"}""", XContentType.JSON), "baking bread for cyclists", 1);
                check(way + "-upsert-new", client, bulk, false, new UpdateRequest().index("books").doc("""
                        {"title": "unused"}""", XContentType.JSON).upsert("""
                        {"title": "baking bread", "body": "for bakers"}""", XContentType.JSON), "baking bread for bakers", 1);
                check(way + "-doc-as-upsert-existing", client, bulk, true, new UpdateRequest().index("books").doc("""
                        {"title": "baking bread"}""", XContentType.JSON).docAsUpsert(true), "baking bread for cyclists", 1);
                check(way + "-doc-as-upsert-new", client, bulk, false, new UpdateRequest().index("books").doc("""
                        {"title": "baking bread"}""", XContentType.JSON).docAsUpsert(true), "baking bread", 1);
                check(way + "-script", client, bulk, true, new UpdateRequest().index("books").script(
                        new Script("ctx._source.title = 'baking bread'")), "baking bread for cyclists", 1);
                check(way + "-script-untouched", client, bulk, true, new UpdateRequest().index("books").script(
                        new Script("ctx._source.views += 1")), "mending a tyre for cyclists", 0);
            }
        }
    }

    private void check(String id,
            Client client,
            boolean bulk,
            boolean exists,
            DocWriteRequest<?> request,
            String text,
            int calls) {
        if (exists) index(client, "books", id, OLD);
        long before = textsEmbedded();
        if (request instanceof UpdateRequest update) update.id(id);
        if (request instanceof IndexRequest index) index.id(id);
        if (bulk) {
            BulkResponse response = client.bulk(new BulkRequest().add(request)).actionGet();
            assertFalse(id + ": " + response.buildFailureMessage(), response.hasFailures());
            assertEquals(id, response.getItems()[0].getId());
            assertEquals(request.opType(), response.getItems()[0].getOpType());
        } else if (request instanceof UpdateRequest update) {
            client.update(update).actionGet();
        } else {
            client.index((IndexRequest) request).actionGet();
        }
        assertEquals(id + ": texts embedded", calls, textsEmbedded() - before);
        assertVectorOf(text, client, "books", id);
    }

    public void testTwoUpdatesOfOneDocumentInABulkRunInOrder() {
        startNodes();
        for (Client client : List.of(ingest, other)) {
            BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
            bulk.add(new IndexRequest("books").id("a").source(OLD, XContentType.JSON));
            bulk.add(new UpdateRequest("books", "a").doc("{\"title\": \"baking bread\"}", XContentType.JSON));
            bulk.add(new UpdateRequest("books", "a").doc("{\"body\": \"for bakers\"}", XContentType.JSON));
            bulk.add(new IndexRequest("books").id("b").source(OLD, XContentType.JSON));
            bulk.add(new UpdateRequest("books", "missing").doc("{\"title\": \"x\"}", XContentType.JSON));
            bulk.add(new UpdateRequest("books", "b").doc("{\"views\": 7}", XContentType.JSON));
            BulkResponse response = client.bulk(bulk).actionGet();
            assertEquals(6, response.getItems().length);
            for (int i = 0; i < 6; i++) {
                assertEquals(i, response.getItems()[i].getItemId());
                assertEquals("item " + i + " " + response.getItems()[i].getFailureMessage(), i == 4,
                        response.getItems()[i].isFailed());
            }
            assertEquals(404, response.getItems()[4].status().getStatus());
            assertVectorOf("baking bread for bakers", client, "books", "a");
            assertVectorOf("mending a tyre for cyclists", client, "books", "b");
            // The refresh that the bulk asked for covers what ran singly.
            assertEquals("a", ids(semantic(client, "books", "\"baking bread\"")).getFirst());
            client.prepareDelete("books", "a").get();
            client.prepareDelete("books", "b").get();
        }
    }

    public void testWritersWhoRaceLeaveAVectorOfTheTextThatWon() throws Exception {
        startNodes();
        index(ingest, "books", "raced", OLD);
        int writers = 8;
        CyclicBarrier together = new CyclicBarrier(writers);
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            List<Future<?>> done = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int writer = w;
                done.add(threads.submit(() -> {
                    Client client = writer % 2 == 0 ? ingest : other;
                    for (int round = 0; round < 5; round++) {
                        together.await();
                        String field = writer % 4 < 2 ? "title" : "body";
                        UpdateRequest update = new UpdateRequest("books", "raced")
                                .doc(Map.of(field, "text " + writer + " of round " + round));
                        BulkResponse response = client.bulk(new BulkRequest().add(update)).actionGet();
                        assertFalse(response.buildFailureMessage(), response.hasFailures());
                    }
                    return null;
                }));
            }
            for (Future<?> writer : done) writer.get();
        }
        Map<String, Object> source = ingest.prepareGet("books", "raced").get().getSourceAsMap();
        assertVectorOf(source.get("title") + " " + source.get("body"), ingest, "books", "raced");
    }

    public void testABroughtVectorWinsUntilTheTextChanges() {
        startNodes();
        float[] brought = oracle("something else altogether");
        String json = "{\"title\": \"mending a tyre\", \"meaning\": \"" + io.semanticsearch.field.VectorBytes.encode(brought)
                + "\"}";
        index(ingest, "books", "brought", json);
        assertArrayEquals(brought, stored(ingest, "books", "brought").vector(), 0);
        ingest.prepareUpdate("books", "brought").setDoc(Map.of("views", 3)).get();
        assertArrayEquals(brought, stored(ingest, "books", "brought").vector(), 0);
        ingest.prepareUpdate("books", "brought").setDoc(Map.of("title", "baking bread")).get();
        assertVectorOf("baking bread", ingest, "books", "brought");
    }

    public void testATextTakenAwayTakesItsVectorAlong() {
        startNodes();
        index(ingest, "books", "emptied", OLD);
        ingest.prepareUpdate("books", "emptied").setDoc(Map.of("title", "", "body", " ")).get();
        assertFalse(ingest.prepareGet("books", "emptied").get().getSourceAsMap().containsKey("meaning"));
    }
}
