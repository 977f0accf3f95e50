package io.semanticsearch.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchPhaseExecutionException;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.update.UpdateRequest;
import org.opensearch.common.settings.Settings;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.transport.client.Client;

/** One node after the other is restarted, as for an upgrade: through the others everything goes on. */
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0, supportsDedicatedMasters = false)
public class RollingRestartIT extends SemanticIntegTestCase {

    private final AtomicBoolean restarted = new AtomicBoolean();

    public void testWritesAndSearchesGoOnThroughTheOtherNodes() throws Exception {
        List<String> nodes = new ArrayList<>();
        // Of three nodes one runs no models: what it coordinates is embedded by one of the others.
        nodes.add(internalCluster().startNode(Settings.builder().put("plugins.semantic.local.enabled", false).build()));
        nodes.addAll(internalCluster().startNodes(2));
        ensureStableCluster(3);
        createBooks("books", 2, 1);
        index(client(), "books", "baby", "{\"title\": \"soothing an infant\"}");
        // On disk, so that a copy that comes back has it at once.
        flushAndRefresh("books");
        Map<String, String> texts = new TreeMap<>(Map.of("baby", "soothing an infant"));
        for (int i = 0; i < nodes.size(); i++) {
            Client stays = internalCluster().client(nodes.get((i + 1) % nodes.size()));
            Client alsoStays = internalCluster().client(nodes.get((i + 2) % nodes.size()));
            String round = "round " + i + " page ";
            restarted.set(false);
            try (ExecutorService clients = Executors.newFixedThreadPool(2)) {
                Future<Map<String, String>> written = clients.submit(() -> write(stays, alsoStays, round));
                Future<Integer> searches = clients.submit(() -> search(alsoStays, stays));
                try {
                    internalCluster().restartNode(nodes.get(i));
                    ensureGreen("books");
                } finally {
                    restarted.set(true);
                }
                texts.putAll(written.get());
                assertTrue(searches.get() > 0);
            }
        }
        refresh("books");
        texts.forEach((id, text) -> assertVectorOf(text, client(), "books", id));
        assertEquals(texts.size(), client().prepareSearch("books").setSize(0).setTrackTotalHits(true).get().getHits()
                .getTotalHits().value());
    }

    /** Bulks of new documents and of updates of one of them, each through another node. */
    private Map<String, String> write(Client first, Client second, String round) {
        Map<String, String> texts = new TreeMap<>();
        for (int page = 0; !restarted.get() || page < 2; page++) {
            String id = round + page;
            String title = "about " + (page % 2 == 0 ? "bread" : "water") + " " + page;
            BulkRequest bulk = new BulkRequest("books").add(new IndexRequest().id(id).source(Map.of("title", title)))
                    .add(new IndexRequest().id(id + " too").source(Map.of("title", title)))
                    .add(new UpdateRequest("books", id).doc(Map.of("body", "at length")).retryOnConflict(3));
            BulkResponse response = (page % 2 == 0 ? first : second).bulk(bulk).actionGet();
            assertFalse(response.buildFailureMessage(), response.hasFailures());
            texts.put(id, title + " at length");
            texts.put(id + " too", title);
        }
        return texts;
    }

    /** @return how many were answered in full */
    private int search(Client first, Client second) {
        int answered = 0;
        for (int question = 0; !restarted.get() || answered < 2; question++) {
            try {
                SearchResponse found = semantic(question % 2 == 0 ? first : second, "books",
                        "{\"query\": \"calming a crying baby\", \"cache\": false}");
                // An answer may lack hits of a copy whose node just went away, but it must say so.
                if (found.getSuccessfulShards() < found.getTotalShards() || found.toString().contains("hits may be missing"))
                    continue;
                assertEquals(found.toString(), "baby", ids(found).getFirst());
                answered++;
            } catch (SearchPhaseExecutionException e) {
                // Between finding and fetching hits OpenSearch cannot go on without the node that found them, whatever the query.
                assertEquals(e.toString(), "fetch", e.getPhaseName());
            }
        }
        return answered;
    }
}
