package io.semanticsearch.plugin;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.local.LocalModels;
import io.semanticsearch.field.StoredVector;
import io.semanticsearch.plugin.transport.MapAnswer;
import io.semanticsearch.plugin.transport.StatsAction;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.opensearch.OpenSearchException;
import org.opensearch.action.get.GetResponse;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.cluster.health.ClusterHealthStatus;
import org.opensearch.cluster.routing.IndexShardRoutingTable;
import org.opensearch.cluster.routing.ShardRouting;
import org.opensearch.common.CheckedRunnable;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.xcontent.LoggingDeprecationHandler;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.painless.PainlessModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.SearchHit;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.test.InternalTestCluster;
import org.opensearch.test.OpenSearchIntegTestCase;
import org.opensearch.transport.client.Client;

/** Nodes in this JVM with the real plugin, and what tests on them ask again and again. */
public abstract class SemanticIntegTestCase extends OpenSearchIntegTestCase {

    protected static final String BUILT_IN = LocalModels.builtIns().getFirst();

    /** For what comes at once on a machine that does nothing else. */
    private static final long PATIENCE_SECONDS = 120;

    private static EmbeddingFunction oracle;

    @BeforeClass
    public static void openOracle() {
        oracle = new LocalModels(null)
                .open((LocalModel) ModelDefinition.of(BUILT_IN, Map.of("provider", "local", "model", BUILT_IN)));
    }

    @AfterClass
    public static void closeOracle() {
        oracle.close();
        oracle = null;
    }

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        return List.of(SemanticSearchPlugin.class, ReindexModulePlugin.class, PainlessModulePlugin.class);
    }

    /** It fails a class when a node was stopped in the middle of a search, whose spans then never end. */
    @Override
    protected boolean addMockTelemetryPlugin() {
        return false;
    }

    @Override
    public ClusterHealthStatus ensureGreen(String... indices) {
        return ensureGreen(TimeValue.timeValueSeconds(PATIENCE_SECONDS), indices);
    }

    @Override
    protected void ensureStableCluster(int nodes) {
        ensureStableCluster(nodes, TimeValue.timeValueSeconds(PATIENCE_SECONDS));
    }

    public static void assertBusy(CheckedRunnable<Exception> check) throws Exception {
        assertBusy(check, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** What the built-in model makes of a text, computed apart from any node. */
    protected static float[] oracle(String text) {
        return ((Embedding.Vector) oracle.encodeDocuments(List.of(text)).getFirst()).values();
    }

    /** An index whose field [meaning] is made of [title] and [body]. */
    protected void createBooks(String name, int shards, int replicas) {
        createIndex(name, shards, replicas, """
                {"properties": {
                  "title": {"type": "text"},
                  "body": {"type": "text"},
                  "views": {"type": "integer"},
                  "meaning": {"type": "embedding", "source_fields": ["title", "body"]}
                }}""");
    }

    protected void createIndex(String name, int shards, int replicas, String mapping) {
        Settings settings = Settings.builder()
                .put("index.number_of_shards", shards)
                .put("index.number_of_replicas", replicas)
                .put("index.refresh_interval", "-1")
                .build();
        assertAcked(client().admin().indices().prepareCreate(name).setSettings(settings).setMapping(mapping));
        ensureGreen(name);
    }

    /** The vector in the document's source. */
    protected static StoredVector stored(Client client, String index, String id) {
        GetResponse document = client.prepareGet(index, id).get();
        assertTrue("no document " + id, document.isExists());
        Object value = document.getSourceAsMap().get("meaning");
        assertNotNull("document " + id + " has no vector: " + document.getSourceAsString(), value);
        return StoredVector.decode(value.toString());
    }

    protected static void assertVectorOf(String text, Client client, String index, String id) {
        assertArrayEquals("vector of [" + text + "]", oracle(text), stored(client, index, id).vector(), 1e-6f);
    }

    protected static SearchResponse semantic(Client client, String index, String clause) {
        return client.prepareSearch(index).setQuery(new WrapperQueryBuilder("{\"semantic\": {\"meaning\": " + clause + "}}"))
                .get();
    }

    /** The node that {@link #coordinator} talks to. */
    protected static String node() {
        return internalCluster().getNodeNames()[0];
    }

    protected static Client coordinator() {
        return internalCluster().client(node());
    }

    /** The name of the node that has the primary of an index of one shard, or its replica. */
    protected String nodeOf(String index, boolean primary) {
        IndexShardRoutingTable shard = clusterService().state().routingTable().index(index).shard(0);
        ShardRouting copy = primary ? shard.primaryShard() : shard.replicaShards().getFirst();
        return clusterService().state().nodes().get(copy.currentNodeId()).getName();
    }

    protected static void stopNode(String name) throws IOException {
        internalCluster().stopRandomNode(InternalTestCluster.nameFilter(name));
    }

    /** A search as its body says it, for {@link #coordinator}. */
    protected static SearchRequest request(String body, String... indices) throws IOException {
        // A clause embeds by the node that read it, which is the one that coordinates its search.
        NamedXContentRegistry registry = internalCluster().getInstance(NamedXContentRegistry.class, node());
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(registry, LoggingDeprecationHandler.INSTANCE, body)) {
            return new SearchRequest(indices).source(SearchSourceBuilder.fromXContent(parser));
        }
    }

    /** Why it failed, at the bottom. */
    protected static String rootMessage(Throwable failure) {
        return Arrays.stream(OpenSearchException.guessRootCauses(failure)).map(Throwable::getMessage)
                .collect(Collectors.joining("; "));
    }

    protected static List<String> ids(SearchResponse response) {
        return java.util.Arrays.stream(response.getHits().getHits()).map(SearchHit::getId).toList();
    }

    /** Texts given to models by all nodes so far. */
    protected static long textsEmbedded() {
        MapAnswer answer = client().execute(StatsAction.TYPE, new StatsAction.Request()).actionGet();
        Map<?, ?> nodes = (Map<?, ?>) answer.body().get("nodes");
        return nodes.values().stream().mapToLong(node -> number(node, "embedding", "texts")).sum();
    }

    protected static long number(Object map, String... path) {
        Object value = map;
        for (String key : path) value = ((Map<?, ?>) value).get(key);
        return ((Number) value).longValue();
    }

    protected static void index(Client client, String index, String id, String json) {
        client.prepareIndex(index).setId(id).setSource(json, XContentType.JSON).get();
    }

    private static void assertAcked(org.opensearch.action.admin.indices.create.CreateIndexRequestBuilder request) {
        assertTrue(request.get().isAcknowledged());
    }
}
