package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.embedding.Role;
import io.semanticsearch.plugin.models.StaticModelFolder;
import io.semanticsearch.plugin.transport.EmbedAction;
import io.semanticsearch.plugin.transport.MapAnswer;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.StatsAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.admin.cluster.health.ClusterHealthResponse;
import org.opensearch.cluster.coordination.Coordinator;
import org.opensearch.cluster.health.ClusterHealthStatus;
import org.opensearch.common.action.ActionFuture;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.env.Environment;
import org.opensearch.node.MockNode;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.MockLogAppender;
import org.opensearch.test.NodeRoles;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.test.transport.MockTransportService;
import org.opensearch.transport.client.Client;

/** Nodes that come into a cluster without what the others have: the files of a model, or the plugin itself. */
@SuppressFileSystems("*") // they cannot map a file
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0, supportsDedicatedMasters = false)
public class JoiningNodesIT extends SemanticIntegTestCase {

    private static final Map<String, Object> SMALL = Map.of("provider", "local", "model", BUILT_IN, "dimensions", 64);

    private boolean withPlugin = true;
    private Path config = createTempDir();

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        if (!withPlugin) return List.of();
        List<Class<? extends Plugin>> plugins = new ArrayList<>(super.nodePlugins());
        plugins.add(MockTransportService.TestPlugin.class);
        return plugins;
    }

    @Override
    protected Path nodeConfigPath(int ordinal) {
        return config;
    }

    private static Map<String, Object> put(Client client, String id, Map<String, Object> definition) {
        return client.execute(PutModelAction.TYPE, new ModelRequest(id, definition)).actionGet().body();
    }

    public void testANodeWithoutTheFilesOfAModelHasTheOthersRunIt() throws Exception {
        StaticModelFolder.write(config.resolve("semantic-search/models"), "colours", 5);
        String has = internalCluster().startNode();
        put(client(), "colours", Map.of("provider", "local", "model", "file:colours"));
        config = createTempDir();
        String lacks = internalCluster().startNode(NodeRoles.nonDataNode());
        ensureStableCluster(2);
        createIndex("books", 1, 0, """
                {"properties": {"title": {"type": "text"},
                  "meaning": {"type": "embedding", "model": "colours", "source_fields": "title"}}}""");
        Client joined = internalCluster().client(lacks);
        index(joined, "books", "1", "{\"title\": \"red green\"}");
        assertEquals(4, stored(joined, "books", "1").vector().length);
        refresh("books");
        assertEquals(List.of("1"), ids(semantic(joined, "books", "\"red\"")));
        // The node says itself what is wrong with it, and a definition is not proved on it.
        Map<?, ?> stats = (Map<?, ?>) client().execute(StatsAction.TYPE, new StatsAction.Request()).actionGet().body()
                .get("nodes");
        Map<?, ?> model = (Map<?, ?>) ((Map<?, ?>) ((Map<?, ?>) stats.get(lacks)).get("models")).get("colours");
        assertEquals("failed", model.get("state"));
        String missing = "there is no folder [colours] in the models folder [";
        assertThat(model.get("error").toString(), containsString(missing));
        Exception refused = expectThrows(Exception.class,
                () -> put(client(), "again", Map.of("provider", "local", "model", "file:colours")));
        assertThat(rootMessage(refused), containsString("does not work on node [" + lacks + "]: "));
        assertThat(rootMessage(refused), containsString(missing));

        // Once no other is left, its own reason is what users hear, as one that may pass.
        stopNode(has);
        Exception alone = expectThrows(Exception.class, () -> joined.execute(EmbedAction.TYPE, new EmbedAction.Request(
                Optional.of("colours"), List.of("red"), Role.DOCUMENT, OptionalInt.empty(), true, Optional.empty())).actionGet());
        assertEquals(RestStatus.SERVICE_UNAVAILABLE, ExceptionsHelper.status(alone));
        assertThat(rootMessage(alone), containsString(missing));
    }

    public void testAModelIsNotDefinedWhileANodeLacksThePlugin() throws Exception {
        String with = internalCluster().startNode();
        withPlugin = false;
        String without = internalCluster().startNode();
        ensureStableCluster(2);
        Client client = internalCluster().client(with);
        Exception refused = expectThrows(Exception.class, () -> put(client, "small", SMALL));
        assertEquals(RestStatus.CONFLICT, ExceptionsHelper.status(refused));
        assertThat(rootMessage(refused), containsString("nodes [" + without
                + "] do not have the plugin [semantic-search] and could not read the definition; install it on every node first"));
        stopNode(without);
        ensureStableCluster(1);
        assertEquals(true, put(client, "small", SMALL).get("acknowledged"));
    }

    public void testANodeWithoutThePluginThatJoinsWhileAModelIsProvedIsSeen() {
        String with = internalCluster().startNode();
        Client client = internalCluster().client(with);
        HeldRequests probes = HeldRequests.of(HeldRequests.MODEL, with);
        ActionFuture<MapAnswer> put = client.execute(PutModelAction.TYPE, new ModelRequest("small", SMALL));
        HeldRequests.Held probe = probes.next(true);
        withPlugin = false;
        String without = internalCluster().startNode();
        ensureStableCluster(2);
        probe.goOn().run();
        assertThat(rootMessage(expectThrows(Exception.class, put::actionGet)),
                containsString("nodes [" + without + "] do not have the plugin [semantic-search]"));
    }

    public void testANodeWithoutThePluginDoesNotJoinOnceAModelIsDefined() throws Exception {
        String with = internalCluster().startNode();
        put(client(), "small", SMALL);
        Path home = createTempDir();
        Path hosts = Files.createDirectories(home.resolve("config")).resolve("unicast_hosts.txt");
        Files.writeString(hosts, internalCluster().clusterService(with).localNode().getAddress().toString());
        Settings settings = Settings.builder()
                .put(internalCluster().getInstance(Environment.class, with).settings()
                        .filter(key -> !key.startsWith("node.") && !key.startsWith("path.") && !key.contains("initial_cluster")))
                .put("node.name", "without").put("path.home", home).put("discovery.initial_state_timeout", "0s").build();
        try (MockLogAppender log = MockLogAppender.createForLoggers(LogManager.getLogger(Coordinator.class));
                Node without = new MockNode(settings, getMockPlugins())) {
            log.addExpectation(new MockLogAppender.SeenEventExpectation("refused", Coordinator.class.getName(), Level.WARN,
                    "failed to validate incoming join request from node [{without}*"));
            without.start();
            assertBusy(log::assertAllExpectationsMatched);
        }
        assertEquals(1, internalCluster().clusterService(with).state().nodes().getSize());
    }

    public void testANodeThatWasStartedOnceWithoutThePluginHasForgottenTheDefinitionsAndKeptTheIndices() throws Exception {
        String node = internalCluster().startNode();
        put(client(), "small", SMALL);
        createIndex("books", 1, 0, """
                {"properties": {"title": {"type": "text"},
                  "meaning": {"type": "embedding", "model": "small", "source_fields": "title"}}}""");
        index(client(), "books", "1", "{\"title\": \"baking bread\"}");
        Settings data = internalCluster().dataPathSettings(node);
        stopNode(node);
        withPlugin = false;
        String without = internalCluster().startNode(data);
        // The shard cannot be read without the type of its field.
        ClusterHealthResponse health = client().admin().cluster().prepareHealth("books").get();
        assertEquals(ClusterHealthStatus.RED, health.getStatus());
        stopNode(without);
        withPlugin = true;
        internalCluster().startNode(data);
        client().admin().cluster().prepareReroute().setRetryFailed(true).get();
        ensureGreen("books");
        assertEquals(64, stored(client(), "books", "1").vector().length);
        refresh("books");
        Exception forgotten = expectThrows(Exception.class, () -> semantic(client(), "books", "\"a loaf\""));
        assertThat(rootMessage(forgotten), containsString("unknown model [small]; defined are [" + BUILT_IN + "]"));
        put(client(), "small", SMALL);
        assertEquals(List.of("1"), ids(semantic(client(), "books", "\"a loaf\"")));
        index(client(), "books", "2", "{\"title\": \"phases of the moon\"}");
        assertEquals(64, stored(client(), "books", "2").vector().length);
    }
}
