package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.plugin.transport.StatsAction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.opensearch.client.Request;
import org.opensearch.client.Response;
import org.opensearch.client.ResponseException;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.transport.Netty4ModulePlugin;

/** How long models stay and how much memory they take, over HTTP, on two nodes of which one runs none. */
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0, supportsDedicatedMasters = false)
public class ModelLifeIT extends SemanticIntegTestCase {

    private static final String MODELS = "/_plugins/_semantic/models/";

    @Override
    protected boolean addMockHttpTransport() {
        return false;
    }

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        List<Class<? extends Plugin>> plugins = new ArrayList<>(super.nodePlugins());
        plugins.add(Netty4ModulePlugin.class);
        return plugins;
    }

    /** Netty takes one number of processors for all nodes of a process. */
    @Override
    protected Settings nodeSettings(int ordinal) {
        return Settings.builder().put(super.nodeSettings(ordinal)).put("node.processors", 1).build();
    }

    private void startNodes() {
        internalCluster().startNode();
        internalCluster().startNode(Settings.builder().put("plugins.semantic.local.enabled", false).build());
        ensureStableCluster(2);
    }

    private static String call(String method, String path, String body) throws IOException {
        Request request = new Request(method, path);
        if (body != null) request.setJsonEntity(body);
        return text(getRestClient().performRequest(request));
    }

    private static String text(Response response) throws IOException {
        try {
            return EntityUtils.toString(response.getEntity(), StandardCharsets.UTF_8);
        } catch (org.apache.hc.core5.http.ParseException e) {
            throw new IOException(e);
        }
    }

    private static Map<String, Object> json(String text) {
        return XContentHelper.convertToMap(XContentType.JSON.xContent(), text, true);
    }

    private static void define(String id, String fields) throws IOException {
        call("PUT", MODELS + id, "{\"provider\": \"local\", \"model\": \"" + BUILT_IN + "\"" + fields + "}");
    }

    private static void embed(String id, String fields) throws IOException {
        call("POST", "/_plugins/_semantic/api/embed", "{\"model\": \"" + id + "\", \"input\": \"a text\"" + fields + "}");
    }

    /** What the node that runs models says of itself. */
    private static Map<?, ?> stats() {
        Map<?, ?> nodes = (Map<?, ?>) client().execute(StatsAction.TYPE, new StatsAction.Request()).actionGet().body()
                .get("nodes");
        return (Map<?, ?>) nodes.get("node_t0");
    }

    private static Map<?, ?> stats(String id) {
        return (Map<?, ?>) ((Map<?, ?>) stats().get("models")).get(id);
    }

    private static List<String> cat(String parameters) throws IOException {
        return call("GET", "/_cat/semantic_models" + parameters, null).lines().map(line -> line.strip().replaceAll(" +", " "))
                .toList();
    }

    public void testKeepAliveIsANumberOrATextAndRequestsOverrideIt() throws IOException {
        startNodes();
        define("brief", ", \"keep_alive\": 0");
        define("kept", ", \"keep_alive\": \"-1\"");
        assertThat(call("GET", MODELS + "brief", null), containsString("\"keep_alive\":\"0\""));
        // Whichever node is asked: the second one sends texts and [keep_alive] to the first.
        for (int node = 0; node < 4; node++) {
            embed("brief", "");
            assertNull(stats("brief"));
            embed("brief", ", \"keep_alive\": \"1h\"");
            assertEquals("1h", stats("brief").get("keep_alive"));
            embed("brief", "");
            assertEquals("1h", stats("brief").get("keep_alive"));
            embed("brief", ", \"input_type\": \"query\", \"keep_alive\": 0");
            assertNull(stats("brief"));
            embed("kept", ", \"keep_alive\": 300");
            assertEquals("5m", stats("kept").get("keep_alive"));
            embed("kept", ", \"keep_alive\": 0");
            embed("kept", "");
            assertEquals("-1", stats("kept").get("keep_alive"));
        }
        ResponseException refused = expectThrows(ResponseException.class, () -> embed("kept", ", \"keep_alive\": \"soon\""));
        assertEquals(400, refused.getResponse().getStatusLine().getStatusCode());
        assertThat(refused.getMessage(), containsString("[keep_alive] is [soon], expected a whole number and one of the units"));
    }

    public void testModelsMakeRoomForEachOtherWithinTheMemoryOfTheSetting() throws IOException {
        startNodes();
        define("a", ", \"dimensions\": 64");
        define("b", ", \"dimensions\": 32");
        define("kept", ", \"dimensions\": 16, \"keep_alive\": -1");
        embed("a", "");
        long bytes = ((Number) stats("a").get("memory_bytes")).longValue();
        memory(bytes * 5 / 2 + "b");
        embed("b", "");
        assertEquals(2 * bytes, number(stats(), "memory", "used_bytes"));
        assertEquals(bytes * 5 / 2, number(stats(), "memory", "budget_bytes"));
        embed("kept", "");
        assertNull("used least recently", stats("a"));
        assertNotNull(stats("b"));
        memory(bytes * 3 / 2 + "b");
        ResponseException refused = expectThrows(ResponseException.class, () -> embed("a", ""));
        assertEquals(429, refused.getResponse().getStatusLine().getStatusCode());
        for (String told : List.of("model [a] needs [", "[plugins.semantic.local.memory] is [", "model [kept]: ")) {
            assertThat(refused.getMessage(), containsString(told));
        }
        assertEquals("failed", stats("a").get("state"));
        assertThat(call("POST", MODELS + "a/_load", null), containsString("{\"node_t0\":{\"error\":\"model [a] needs ["));
        Exception undefined = expectThrows(ResponseException.class, () -> define("c", ", \"dimensions\": 8"));
        assertThat(undefined.getMessage(), containsString("does not work on node [node_t0]: the probe of model ["));
        memory(null);
        embed("a", "");
        assertEquals("loaded", stats("a").get("state"));
    }

    public void testASettingThatMakesNoSenseIsRefused() {
        internalCluster().startNode();
        for (String wrong : List.of("101%", "-1%", "x%", "-1", "much")) {
            assertThat(expectThrows(IllegalArgumentException.class, () -> memory(wrong)).toString(),
                    containsString("plugins.semantic.local.memory"));
        }
        memory("100%");
        long all = number(stats(), "memory", "budget_bytes");
        memory(null);
        long half = number(stats(), "memory", "budget_bytes");
        assertTrue(half + " of " + all, half >= 256L << 20 && (half == 256L << 20 || Math.abs(all - 2 * half) <= 1));
        memory("0%");
        assertEquals(256L << 20, number(stats(), "memory", "budget_bytes"));
        memory(null);
    }

    private static void memory(String value) {
        assertTrue(client().admin().cluster().prepareUpdateSettings()
                .setTransientSettings(Settings.builder().put("plugins.semantic.local.memory", value)).get().isAcknowledged());
    }

    public void testLoadingAndUnloadingTellWhatHappenedOnEachNode() throws IOException {
        startNodes();
        Map<String, Object> loaded = json(call("POST", MODELS + BUILT_IN + "/_load", null));
        assertEquals(BUILT_IN, loaded.get("id"));
        assertEquals("the node that runs models", java.util.Set.of("node_t0"), ((Map<?, ?>) loaded.get("nodes")).keySet());
        assertTrue(number(loaded, "nodes", "node_t0", "memory_bytes") > 7_000_000);
        assertTrue(number(loaded, "nodes", "node_t0", "load_ms") >= 0);
        Map<?, ?> stats = stats(BUILT_IN);
        assertEquals("loaded", stats.get("state"));
        assertEquals(0, stats.get("running"));
        assertEquals("cpu", stats.get("device"));
        assertEquals("int8", stats.get("precision"));
        assertThat(stats.get("last_used").toString(), containsString("T"));
        for (boolean unloaded : new boolean[]{true, false}) {
            assertEquals(Map.of("id", BUILT_IN, "nodes", Map.of("node_t0", Map.of("unloaded", unloaded))),
                    json(call("POST", MODELS + BUILT_IN + "/_unload", null)));
        }
        ResponseException missing = expectThrows(ResponseException.class, () -> call("POST", MODELS + "gone/_load", null));
        assertEquals(404, missing.getResponse().getStatusLine().getStatusCode());
    }

    public void testModelsAreListedAsARow() throws IOException {
        startNodes();
        define("small", ", \"dimensions\": 64");
        call("POST", MODELS + "small/_load", null);
        List<String> rows = cat("?v&s=id:desc");
        assertEquals("id provider model state dimension precision device node memory last_used"
                + " requests failed query_p99_ms document_p99_ms", rows.getFirst());
        assertThat(rows.get(1), containsString("small local " + BUILT_IN + " loaded 64 int8 cpu node_t0 "));
        assertEquals(BUILT_IN + " local " + BUILT_IN + " ready 256 int8 cpu - - - - - - -", rows.get(2));
        assertEquals(3, rows.size());
        assertEquals(List.of(BUILT_IN + " 256 -", "small 64 node_t0"), cat("?h=id,d,n&s=id"));
        assertEquals(List.of(BUILT_IN + " - -", "small 0 -"), cat("?h=id,running,error&s=id"));
        assertThat(cat("?help").toString(), containsString("memory | mem | memory that it takes there"));
        assertThat(cat("?format=json").toString(), containsString("\"state\":\"loaded\""));
        assertThat(call("GET", "/_cat", null), containsString("/_cat/semantic_models\n"));
    }
}
