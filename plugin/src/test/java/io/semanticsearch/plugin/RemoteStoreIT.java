package io.semanticsearch.plugin;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.action.admin.cluster.remotestore.restore.RestoreRemoteStoreRequest;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.common.settings.Settings;
import org.opensearch.test.NodeRoles;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** Indices whose segments and translog lie in a repository, which is a folder here. */
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0, supportsDedicatedMasters = false)
public class RemoteStoreIT extends KeptVectorsTestCase {

    private Path repository;

    @Override
    protected Settings nodeSettings(int ordinal) {
        if (repository == null) repository = randomRepoPath().toAbsolutePath();
        return Settings.builder().put(super.nodeSettings(ordinal)).put(remoteStoreClusterSettings("remote", repository)).build();
    }

    public void testVectorsAreSearchedInCopiesAndComeBackWhenAllAreLost() throws Exception {
        internalCluster().startClusterManagerOnlyNode();
        internalCluster().startNodes(2, NodeRoles.nonClusterManagerNode());
        fill("books", 1, 1);
        assertEquals("true", client().admin().indices().prepareGetSettings("books").get().getSetting("books",
                "index.remote_store.enabled"));
        Map<String, String> texts = new TreeMap<>(texts(" in short"));
        assertRight("books", texts);
        assertBusy(() -> texts.forEach((id, text) -> assertFound("books", id, text, "_replica")));
        client().prepareUpdate("books", "tyre").setDoc(Map.of("body", "at length")).get();
        texts.put("tyre", "mending a flat inner tube at length");
        stopNode(nodeOf("books", true));
        ensureYellow("books");
        assertRight("books", texts);

        // The last copy goes, with a document that is in no segment yet.
        index(client(), "books", "late", "{\"title\": \"watching birds\"}");
        texts.put("late", "watching birds");
        stopNode(nodeOf("books", true));
        internalCluster().startNodes(2, NodeRoles.nonClusterManagerNode());
        client().admin().indices().prepareClose("books").setWaitForActiveShards(0).get();
        client().admin().cluster().restoreRemoteStore(
                new RestoreRemoteStoreRequest().indices("books").restoreAllShards(true), PlainActionFuture.newFuture());
        ensureGreen("books");
        assertRight("books", texts);
    }
}
