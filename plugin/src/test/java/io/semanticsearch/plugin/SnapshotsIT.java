package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import com.carrotsearch.randomizedtesting.ThreadFilter;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.semanticsearch.field.VectorBytes;
import io.semanticsearch.plugin.transport.DeleteModelAction;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.ReadModelsAction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.admin.cluster.snapshots.restore.RestoreSnapshotRequest.StorageType;
import org.opensearch.action.bulk.BulkItemResponse;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.cluster.node.DiscoveryNodeRole;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.snapshots.SnapshotState;
import org.opensearch.test.NodeRoles;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** Indices and definitions of models that come back from a snapshot, together or without each other, or are searched where they lie there. */
@ThreadLeakFilters(filters = SnapshotsIT.CleanerOfInputs.class)
@ClusterScope(scope = Scope.TEST, numDataNodes = 1, numClientNodes = 0, supportsDedicatedMasters = false)
public class SnapshotsIT extends KeptVectorsTestCase {

    /** A thread that OpenSearch keeps once the process has searched a snapshot. */
    public static final class CleanerOfInputs implements ThreadFilter {
        @Override
        public boolean reject(Thread thread) {
            return thread.getName().startsWith("index-input-cleaner");
        }
    }

    /** The test framework draws by chance whether shards have its own engine, which opens every shard for writing: one that lies in a snapshot cannot be. */
    @Override
    protected boolean addMockInternalEngine() {
        return false;
    }

    private static final String MAPPING = """
            {"properties": {
              "title": {"type": "text"},
              "body": {"type": "text"},
              "views": {"type": "integer"},
              "meaning": {"type": "embedding", "model": "%s", "source_fields": ["title", "body"]}
            }}""";

    private static void define(String id, int dimensions) {
        client().execute(PutModelAction.TYPE,
                new ModelRequest(id, Map.of("provider", "local", "model", BUILT_IN, "dimensions", dimensions))).actionGet();
    }

    private static void forget(String id) {
        client().execute(DeleteModelAction.TYPE, new ModelRequest(id, Map.of())).actionGet();
    }

    private static List<?> defined() {
        List<?> models = (List<?>) client().execute(ReadModelsAction.TYPE, new ReadModelsAction.Request(Optional.empty()))
                .actionGet().body().get("models");
        return models.stream().map(model -> ((Map<?, ?>) model).get("id")).toList();
    }

    /** A snapshot of everything, definitions included. */
    private void snapshot(String name) {
        if (client().admin().cluster().prepareGetRepositories().get().repositories().isEmpty()) {
            assertTrue(client().admin().cluster().preparePutRepository("backup").setType("fs")
                    .setSettings(Settings.builder().put("location", randomRepoPath())).get().isAcknowledged());
        }
        assertEquals(SnapshotState.SUCCESS,
                client().admin().cluster().prepareCreateSnapshot("backup", name).setWaitForCompletion(true)
                        .setIncludeGlobalState(true).get().getSnapshotInfo().state());
    }

    private static void restore(String snapshot, boolean definitions, String... indices) {
        client().admin().cluster().prepareRestoreSnapshot("backup", snapshot).setWaitForCompletion(true)
                .setRestoreGlobalState(definitions).setIndices(indices).get();
    }

    private static String reason(String clause) {
        Exception failure = expectThrows(Exception.class, () -> semantic(client(), "books", clause));
        assertEquals(failure.toString(), RestStatus.BAD_REQUEST, ExceptionsHelper.status(failure));
        return rootMessage(failure);
    }

    private static BulkItemResponse rewritten(String id) {
        return client().bulk(new BulkRequest().add(new IndexRequest("books").id(id).source(Map.of("title", "another title"))))
                .actionGet().getItems()[0];
    }

    public void testAnIndexWhoseModelIsMissingSaysSoUntilTheModelIsBack() {
        define("small", 64);
        createIndex("books", 1, 0, MAPPING.formatted("small"));
        write("books");
        snapshot("all");
        client().admin().indices().prepareDelete("books").get();
        forget("small");
        restore("all", false, "books");
        ensureGreen("books");

        String missing = "unknown model [small]; defined are [" + BUILT_IN
                + "]. Define it with PUT /_plugins/_semantic/models/small";
        assertThat(reason("\"a puncture\""), containsString(missing));
        assertEquals(RestStatus.BAD_REQUEST, rewritten("tyre").status());
        assertThat(rewritten("tyre").getFailureMessage(), containsString(missing));
        // What needs no model goes on: words, vectors, documents as examples, and updates that touch no text.
        String vector = VectorBytes.encode(stored(client(), "books", "tyre").vector());
        assertEquals("tyre", ids(semantic(client(), "books", "{\"vector\": \"" + vector + "\"}")).getFirst());
        assertFalse(ids(semantic(client(), "books", "{\"like\": {\"_id\": \"tyre\"}}")).isEmpty());
        client().prepareUpdate("books", "tyre").setDoc(Map.of("views", 7)).get();
        assertEquals(64, stored(client(), "books", "tyre").vector().length);

        // A model of that name which is another one.
        define("small", 32);
        assertThat(reason("\"a puncture\""), containsString("model [small] makes vectors of the space ["));
        assertThat(rewritten("tyre").getFailureMessage(), containsString("model [small] makes vectors of the space ["));
        // The one it was, from the snapshot, without touching any index.
        restore("all", true, "-*");
        assertEquals(List.of(BUILT_IN, "small"), defined());
        assertEquals("baby", ids(semantic(client(), "books", "\"calming a baby\"")).getFirst());
        assertFalse(rewritten("bread").isFailed());
    }

    public void testRestoringTheGlobalStateReplacesTheDefinitions() {
        define("before", 64);
        snapshot("old");
        forget("before");
        define("after", 32);
        createIndex("books", 1, 0, MAPPING.formatted("after"));
        write("books");
        restore("old", true, "-*");
        assertEquals(List.of(BUILT_IN, "before"), defined());
        assertThat(reason("\"a puncture\""), containsString("unknown model [after]; defined are [before, " + BUILT_IN + "]"));
        define("after", 32);
        assertEquals("baby", ids(semantic(client(), "books", "\"calming a baby\"")).getFirst());
    }

    public void testAnIndexIsSearchedInItsSnapshot() {
        internalCluster().startNode(Settings.builder().put(NodeRoles.onlyRole(DiscoveryNodeRole.WARM_ROLE))
                .put("node.search.cache.size", "64mb"));
        for (String quantization : List.of("none", "int8", "int4", "binary")) {
            createIndex(quantization, 1, 0, """
                    {"properties": {"title": {"type": "text"}, "body": {"type": "text"}, "meaning": {
                      "type": "embedding", "source_fields": ["title", "body"], "quantization": "%s"}}}"""
                    .formatted(quantization));
            write(quantization);
        }
        createIndex("cut", 1, 0, """
                {"properties": {"title": {"type": "text"}, "body": {"type": "text"}, "meaning": {
                  "type": "embedding", "source_fields": ["title", "body"], "passages": {"max_tokens": 40}}}}""");
        write("cut");
        snapshot("all");
        client().admin().cluster().prepareRestoreSnapshot("backup", "all").setWaitForCompletion(true)
                .setStorageType(StorageType.REMOTE_SNAPSHOT).setRenamePattern("(.+)").setRenameReplacement("$1-there").get();
        for (String index : List.of("none", "int8", "int4", "binary")) {
            ensureGreen(index + "-there");
            assertRight(index + "-there", texts(" in short"));
            SearchResponse found = semantic(client(), index + "-there",
                    "{\"query\": \"calming a baby\", \"filter\": {\"match\": {\"body\": \"short\"}}, \"k\": 3}");
            assertEquals(3, ids(found).size());
            assertEquals("baby", ids(found).getFirst());
        }
        SearchResponse cut = semantic(client(), "cut-there", "{\"query\": \"calming a baby\", \"passages\": 1}");
        assertEquals("baby", ids(cut).getFirst());
        assertThat(cut.getHits().getAt(0).field("meaning.passages").getValue().toString(), containsString("soothing an infant"));
        // It is written by nobody, and says so.
        assertEquals(RestStatus.FORBIDDEN, client().bulk(new BulkRequest().add(
                new IndexRequest("none-there").source(Map.of("title", "new")))).actionGet().getItems()[0].status());
        client().admin().indices().prepareDelete("*-there").get();
    }
}
