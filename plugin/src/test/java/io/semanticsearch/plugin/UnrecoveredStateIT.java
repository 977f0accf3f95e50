package io.semanticsearch.plugin;

import java.util.Map;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexResponse;
import org.opensearch.cluster.block.ClusterBlockException;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.action.ActionFuture;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.gateway.GatewayService;
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
}
