package io.semanticsearch.plugin;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.opensearch.action.bulk.BulkItemResponse;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexResponse;
import org.opensearch.cluster.block.ClusterBlockException;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.action.ActionFuture;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.gateway.GatewayService;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.InternalTestCluster.RestartCallback;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.transport.client.Client;

/** A cluster manager that came back and waits for more nodes before it tells which indices there are. */
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0, autoManageMasterNodes = true, supportsDedicatedMasters = false)
public class UnrecoveredStateIT extends SemanticIntegTestCase {

    private static final Settings DATA = Settings.builder().putList("node.roles", "data", "ingest").build();

    public void testWhatIsWrittenMeanwhileWaitsAndHasItsVector() throws Exception {
        String manager = internalCluster().startClusterManagerOnlyNode();
        String data = internalCluster().startNode(DATA);
        createBooks("books", 1, 0);
        internalCluster().restartNode(manager, new RestartCallback() {
            @Override
            public Settings onNodeStopped(String node) {
                return Settings.builder().put("gateway.recover_after_data_nodes", 2).build();
            }
        });
        ClusterService known = internalCluster().getInstance(ClusterService.class, data);
        assertBusy(() -> assertTrue(known.state().blocks().hasGlobalBlock(GatewayService.STATE_NOT_RECOVERED_BLOCK)));
        assertFalse("no index is known", known.state().metadata().hasIndex("books"));

        Client client = internalCluster().client(data);
        ClusterBlockException refused = expectThrows(ClusterBlockException.class, () -> client.prepareBulk().setTimeout("100ms")
                .add(client.prepareIndex("books").setId("0").setSource(Map.of("title", "too early"))).get());
        assertEquals(RestStatus.SERVICE_UNAVAILABLE, refused.status());
        ActionFuture<BulkResponse> bulk = client.prepareBulk()
                .add(client.prepareIndex("books").setId("1").setSource(Map.of("title", "soothing an infant")))
                .add(client.prepareIndex("books").setId("2").setSource(Map.of("title", "phases of the moon"))).execute();
        ActionFuture<IndexResponse> single = client.prepareIndex("books").setId("3").setSource(Map.of("title", "a flat tyre"))
                .execute();

        internalCluster().startNode(DATA);
        BulkResponse written = bulk.actionGet();
        assertFalse(written.buildFailureMessage(), written.hasFailures());
        assertEquals(RestStatus.CREATED, single.actionGet().status());
        assertVectorOf("soothing an infant", client, "books", "1");
        assertVectorOf("phases of the moon", client, "books", "2");
        assertVectorOf("a flat tyre", client, "books", "3");
    }

    /** Let through while the state was there, settled when it was gone: those documents would have no vector. */
    public void testWhatWasLetThroughAMomentBeforeIsRefused() throws Exception {
        String manager = internalCluster().startClusterManagerOnlyNode();
        String data = internalCluster().startNode(DATA);
        createBooks("books", 1, 0);
        Client client = internalCluster().client(data);
        try (ExecutorService caller = Executors.newSingleThreadExecutor()) {
            HeldBulks.hold();
            Future<BulkResponse> bulk = caller.submit(() -> client.prepareBulk()
                    .add(client.prepareIndex("books").setId("1").setSource(Map.of("title", "soothing an infant"))).get());
            HeldBulks.awaitOne();
            internalCluster().restartNode(manager, new RestartCallback() {
                @Override
                public Settings onNodeStopped(String node) {
                    return Settings.builder().put("gateway.recover_after_data_nodes", 2).build();
                }
            });
            ClusterService known = internalCluster().getInstance(ClusterService.class, data);
            assertBusy(() -> assertTrue(known.state().blocks().hasGlobalBlock(GatewayService.STATE_NOT_RECOVERED_BLOCK)));
            HeldBulks.letGo();
            internalCluster().startNode(DATA);
            BulkItemResponse refused = bulk.get().getItems()[0];
            assertTrue("written without its pipeline", refused.isFailed());
            assertEquals(RestStatus.SERVICE_UNAVAILABLE, refused.status());
            assertTrue(refused.getFailureMessage(), refused.getFailureMessage().contains("send them again"));
        } finally {
            HeldBulks.letGo();
        }
        ensureGreen("books");
        assertFalse(client.prepareGet("books", "1").get().isExists());
        client.prepareIndex("books").setId("1").setSource(Map.of("title", "soothing an infant")).get();
        assertVectorOf("soothing an infant", client, "books", "1");
    }

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        return Stream.concat(super.nodePlugins().stream(), Stream.of(HeldBulks.class)).toList();
    }
}
