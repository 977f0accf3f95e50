package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.plugin.transport.MapAnswer;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.ReadModelsAction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.bulk.BulkItemResponse;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.cluster.node.DiscoveryNodeRole;
import org.opensearch.common.action.ActionFuture;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.NodeRoles;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.test.transport.MockTransportService;
import org.opensearch.transport.client.Client;

/**
 * Nodes that go away in the middle of something: the one that coordinates, those that run models, the one with the primary, the cluster
 * manager. Requests are held on their way, so that it is in the middle each time.
 */
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0, supportsDedicatedMasters = false)
public class NodeLossIT extends SemanticIntegTestCase {

    private static final Settings NO_MODELS = Settings.builder().put("plugins.semantic.local.enabled", false).build();
    private static final List<String> TITLES = List.of("mending a flat inner tube", "baking bread", "soothing an infant",
            "phases of the moon", "driving an automobile in snow");

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        List<Class<? extends Plugin>> plugins = new ArrayList<>(super.nodePlugins());
        plugins.add(MockTransportService.TestPlugin.class);
        return plugins;
    }

    /** A node that runs models and holds no data. */
    private static String startModelNode() {
        return internalCluster().startNode(NodeRoles.onlyRole(DiscoveryNodeRole.INGEST_ROLE));
    }

    private static BulkRequest bulk() {
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < TITLES.size(); i++) {
            bulk.add(new IndexRequest("books").id("" + i).source(Map.of("title", TITLES.get(i))));
        }
        return bulk;
    }

    private static void assertAllAreThere(Client client) {
        for (int i = 0; i < TITLES.size(); i++) assertVectorOf(TITLES.get(i), client, "books", "" + i);
        assertEquals(TITLES.size(),
                client.prepareSearch("books").setSize(0).setTrackTotalHits(true).get().getHits().getTotalHits().value());
    }

    private static ActionFuture<SearchResponse> search(Client client, String clause) {
        return client.prepareSearch("books").setQuery(new WrapperQueryBuilder("{\"semantic\": {\"meaning\": " + clause + "}}"))
                .execute();
    }

    public void testTextsGoToAnotherNodeWhenTheirsIsLost() throws Exception {
        String home = internalCluster().startNode(NO_MODELS);
        String[] models = {startModelNode(), startModelNode(), startModelNode()};
        createBooks("books", 2, 0);
        Client client = internalCluster().client(home);
        HeldRequests texts = HeldRequests.of(HeldRequests.EMBED, models);
        ActionFuture<BulkResponse> bulk = client.bulk(bulk());
        stopNode(texts.next(true).node());
        assertFalse(bulk.actionGet().buildFailureMessage(), bulk.actionGet().hasFailures());
        assertAllAreThere(client);

        texts = HeldRequests.of(HeldRequests.EMBED, internalCluster().getNodeNames());
        ActionFuture<SearchResponse> found = search(client, "\"calming a baby\"");
        stopNode(texts.next(true).node());
        assertEquals("2", ids(found.actionGet()).getFirst());
    }

    public void testTheLastNodeThatRunsModelsIsLost() throws Exception {
        String home = internalCluster().startNode(NO_MODELS);
        String models = startModelNode();
        createBooks("books", 2, 0);
        Client client = internalCluster().client(home);
        HeldRequests texts = HeldRequests.of(HeldRequests.EMBED, models);
        BulkRequest request = bulk().add(new IndexRequest("books").id("no-text").source(Map.of("views", 1)));
        ActionFuture<BulkResponse> bulk = client.bulk(request);
        texts.next(false);
        ActionFuture<SearchResponse> failing = search(client, "\"calming a baby\"");
        texts.next(false);
        ActionFuture<SearchResponse> lexical = search(client,
                "{\"query\": \"soothing a baby\", \"on_failure\": \"lexical\"}");
        texts.next(false);
        stopNode(models);
        String lost = "model [" + BUILT_IN + "] could not be asked on node [" + models + "], nor on another: ";
        for (BulkItemResponse item : bulk.actionGet()) {
            if (item.getId().equals("no-text")) {
                assertFalse(item.isFailed());
            } else {
                assertEquals(item.getFailureMessage(), RestStatus.SERVICE_UNAVAILABLE, item.status());
                assertThat(item.getFailureMessage(), containsString(lost));
            }
        }
        Exception failure = expectThrows(Exception.class, failing::actionGet);
        assertEquals(RestStatus.SERVICE_UNAVAILABLE, ExceptionsHelper.status(failure));
        assertThat(rootMessage(failure), containsString(lost));
        assertTrue("nothing is written without its vector", ids(lexical.actionGet()).isEmpty());

        // From now on there is none to ask.
        ensureStableCluster(1);
        BulkResponse none = client.bulk(bulk()).actionGet();
        assertEquals(RestStatus.SERVICE_UNAVAILABLE, none.getItems()[0].status());
        assertThat(none.getItems()[0].getFailureMessage(),
                containsString("no node runs models: [plugins.semantic.local.enabled]"));
        startModelNode();
        ensureStableCluster(2);
        assertFalse(client.bulk(bulk()).actionGet().hasFailures());
        client.prepareDelete("books", "no-text").setRefreshPolicy(RefreshPolicy.IMMEDIATE).get();
        assertAllAreThere(client);
    }

    public void testTheNodeThatCoordinatesIsLost() throws Exception {
        String home = internalCluster().startNode();
        String coordinator = internalCluster().startNode(Settings.builder()
                .put(NodeRoles.onlyRole(DiscoveryNodeRole.INGEST_ROLE)).put(NO_MODELS).build());
        createBooks("books", 2, 0);
        HeldRequests texts = HeldRequests.of(HeldRequests.EMBED, home);
        ActionFuture<BulkResponse> bulk = internalCluster().client(coordinator).bulk(bulk());
        HeldRequests.Held asked = texts.next(false);
        ActionFuture<SearchResponse> search = search(internalCluster().client(coordinator), "\"calming a baby\"");
        HeldRequests.Held question = texts.next(true);
        stopNode(coordinator);
        ensureStableCluster(1);
        // Nobody waits for these answers any more.
        asked.goOn().run();
        question.goOn().run();
        BulkResponse told = bulk.actionGet("60s");
        for (BulkItemResponse item : told) assertEquals(item.getFailureMessage(), RestStatus.SERVICE_UNAVAILABLE, item.status());
        expectThrows(Exception.class, () -> search.actionGet("60s"));
        refresh("books");
        assertEquals("a bulk that was not acknowledged yet wrote nothing", 0,
                client().prepareSearch("books").setSize(0).get().getHits().getTotalHits().value());
        assertFalse(client().bulk(bulk()).actionGet().hasFailures());
        assertAllAreThere(client());
        assertEquals("2", ids(semantic(client(), "books", "\"calming a baby\"")).getFirst());
    }

    public void testTheNodeWithThePrimaryIsLostWhileTextsAreEmbedded() throws Exception {
        String home = internalCluster().startNode(NodeRoles.nonDataNode());
        List<String> data = internalCluster().startDataOnlyNodes(2, NO_MODELS);
        String coordinator = internalCluster().startNode(Settings.builder()
                .put(NodeRoles.onlyRole(DiscoveryNodeRole.INGEST_ROLE)).put(NO_MODELS).build());
        createBooks("books", 1, 1);
        HeldRequests texts = HeldRequests.of(HeldRequests.EMBED, home);
        ActionFuture<BulkResponse> bulk = internalCluster().client(coordinator).bulk(bulk());
        HeldRequests.Held asked = texts.next(true);
        String primary = nodeOf("books", true);
        assertTrue(data.contains(primary));
        stopNode(primary);
        asked.goOn().run();
        assertFalse(bulk.actionGet().buildFailureMessage(), bulk.actionGet().hasFailures());
        assertAllAreThere(internalCluster().client(home));
    }

    public void testANodeIsLostWhileItProvesAModel() throws Exception {
        String home = internalCluster().startNode(NO_MODELS);
        String models = startModelNode();
        HeldRequests probes = HeldRequests.of(HeldRequests.MODEL, models);
        ActionFuture<MapAnswer> put = internalCluster().client(home).execute(PutModelAction.TYPE,
                new ModelRequest("small", Map.of("provider", "local", "model", BUILT_IN, "dimensions", 64)));
        probes.next(false);
        stopNode(models);
        Exception refused = expectThrows(Exception.class, put::actionGet);
        assertEquals(refused.toString(), RestStatus.SERVICE_UNAVAILABLE, ExceptionsHelper.status(refused));
        assertThat(rootMessage(refused),
                containsString("model [small] was not defined, because it does not work on node [" + models + "]: "));
    }

    public void testTheClusterManagerIsLostWhileAModelIsProved() throws Exception {
        List<String> managers = internalCluster().startClusterManagerOnlyNodes(3);
        String home = internalCluster().startNode(NodeRoles.nonClusterManagerNode());
        ensureStableCluster(4);
        HeldRequests probes = HeldRequests.of(HeldRequests.MODEL, home);
        ActionFuture<MapAnswer> put = internalCluster().client(home).execute(PutModelAction.TYPE,
                new ModelRequest("small", Map.of("provider", "local", "model", BUILT_IN, "dimensions", 64)));
        HeldRequests.Held probe = probes.next(true);
        String manager = internalCluster().getClusterManagerName();
        assertTrue(managers.contains(manager));
        internalCluster().stopCurrentClusterManagerNode();
        probe.goOn().run();
        assertEquals(Boolean.TRUE, put.actionGet().body().get("acknowledged"));
        assertEquals(64, internalCluster().client(home)
                .execute(ReadModelsAction.TYPE, new ReadModelsAction.Request(Optional.of("small"))).actionGet().body()
                .get("dimension"));
        ensureStableCluster(3);
    }
}
