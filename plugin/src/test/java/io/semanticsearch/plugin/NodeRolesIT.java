package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.cluster.node.DiscoveryNodeRole;
import org.opensearch.common.settings.Settings;
import org.opensearch.test.NodeRoles;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** Clusters whose nodes do not all do everything. */
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0, supportsDedicatedMasters = false)
public class NodeRolesIT extends KeptVectorsTestCase {

    public void testWithoutANodeThatIngestsNothingIsWrittenAndWhatIsThereIsSearched() throws Exception {
        String data = internalCluster().startNode(NodeRoles.nonIngestNode());
        String ingests = internalCluster().startNode(NodeRoles.onlyRole(DiscoveryNodeRole.INGEST_ROLE));
        fill("books", 1, 0);
        stopNode(ingests);
        ensureStableCluster(1);
        Exception refused = expectThrows(Exception.class,
                () -> index(internalCluster().client(data), "books", "new", "{\"title\": \"x\"}"));
        assertThat(refused.getMessage(),
                containsString("There are no ingest nodes in this cluster, unable to forward request to an ingest node."));
        refused = expectThrows(Exception.class,
                () -> client().prepareUpdate("books", "tyre").setDoc(Map.of("body", "long")).get());
        assertThat(refused.getMessage(), containsString("There are no ingest nodes in this cluster"));
        assertRight("books", texts(" in short"));
        assertEquals("baby", ids(semantic(client(), "books", "\"calming a baby\"")).getFirst());
        internalCluster().startNode(NodeRoles.onlyRole(DiscoveryNodeRole.INGEST_ROLE));
        client().prepareUpdate("books", "tyre").setDoc(Map.of("body", "at length")).get();
        assertVectorOf("mending a flat inner tube at length", client(), "books", "tyre");
    }

    public void testModelsRunOnNodesThatAreMoreThanClusterManagers() {
        String manager = internalCluster().startClusterManagerOnlyNode();
        String data = internalCluster().startDataOnlyNode();
        String coordinator = internalCluster().startNode(Settings.builder()
                .put(NodeRoles.onlyRoles(Set.of(DiscoveryNodeRole.INGEST_ROLE))).put("plugins.semantic.local.enabled", false));
        for (String node : List.of(manager, data, coordinator)) {
            Map<String, Object> defined = internalCluster().client(node).execute(PutModelAction.TYPE,
                    new ModelRequest("small", Map.of("provider", "local", "model", BUILT_IN, "dimensions", 64))).actionGet()
                    .body();
            assertEquals(List.of(data), defined.get("nodes"));
        }
        fill("books", 1, 0);
        for (String node : List.of(manager, data, coordinator)) {
            index(internalCluster().client(node), "books", "tyre", "{\"title\": \"written through " + node + "\"}");
            assertVectorOf("written through " + node, client(), "books", "tyre");
            assertEquals("baby", ids(semantic(internalCluster().client(node), "books", "\"calming a baby\"")).getFirst());
        }
    }
}
