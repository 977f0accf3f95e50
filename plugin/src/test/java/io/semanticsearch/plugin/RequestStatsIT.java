package io.semanticsearch.plugin;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.plugin.models.SlowLog;
import io.semanticsearch.plugin.transport.EmbedAction;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.ReadModelsAction;
import io.semanticsearch.plugin.transport.StatsAction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.After;
import org.opensearch.client.Request;
import org.opensearch.common.logging.Loggers;
import org.opensearch.common.settings.Settings;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.transport.Netty4ModulePlugin;
import org.opensearch.transport.client.Client;

/** What a node counts of requests, how it says that a model is well, and what it writes of slow ones. */
@ClusterScope(numDataNodes = 1, numClientNodes = 0, supportsDedicatedMasters = false)
@ThreadLeakFilters(defaultFilters = true, filters = RemoteModelsIT.IdleConnections.class)
public class RequestStatsIT extends SemanticIntegTestCase {

    private static final String THRESHOLD = "plugins.semantic.slowlog.threshold.";
    private static final Logger SLOW = LogManager.getLogger(SlowLog.LOGGER);

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

    @After
    public void writeNothingAnyMore() {
        for (String which : List.of("query.warn", "query.info", "documents.warn", "documents.info")) threshold(which, null);
    }

    private static void embed(Client client, String model, Role role, String... texts) {
        client.execute(EmbedAction.TYPE,
                new EmbedAction.Request(Optional.of(model), List.of(texts), role, OptionalInt.empty(), true,
                        Optional.empty()))
                .actionGet();
    }

    private static Map<?, ?> stats() {
        Map<?, ?> nodes = (Map<?, ?>) client().execute(StatsAction.TYPE, new StatsAction.Request()).actionGet().body()
                .get("nodes");
        return (Map<?, ?>) nodes.values().iterator().next();
    }

    private static Map<?, ?> requests(String model) {
        return (Map<?, ?>) ((Map<?, ?>) stats().get("requests")).get(model);
    }

    private static Map<?, ?> health(String model) {
        Map<?, ?> nodes = (Map<?, ?>) client().execute(ReadModelsAction.TYPE, new ReadModelsAction.Request(Optional.of(model)))
                .actionGet().body().get("health");
        assertEquals(List.of(node()), List.copyOf(nodes.keySet()));
        return (Map<?, ?>) nodes.get(node());
    }

    private static void put(String id, Map<String, Object> definition) {
        client().execute(PutModelAction.TYPE, new ModelRequest(id, definition)).actionGet();
    }

    private static void threshold(String which, String time) {
        assertTrue(client().admin().cluster().prepareUpdateSettings()
                .setTransientSettings(Settings.builder().put(THRESHOLD + which, time)).get().isAcknowledged());
    }

    public void testRequestsAreCountedForEachModel() throws IOException {
        put("counted", Map.of("provider", "local", "model", BUILT_IN, "dimensions", 32));
        assertNull("a proof is no request", requests("counted"));
        embed(client(), "counted", Role.DOCUMENT, "a flat tyre", "", "bread ".repeat(600));
        embed(client(), "counted", Role.QUERY, "how to mend a tyre");
        embed(client(), "counted", Role.QUERY, "how to mend a tyre");
        Map<?, ?> counted = requests("counted");
        assertEquals(2, number(counted, "requests"));
        assertEquals(4, number(counted, "texts"));
        assertEquals(1, number(counted, "truncated"));
        assertEquals(1, number(counted, "empty"));
        assertEquals(1, number(counted, "cached"));
        assertTrue(number(counted, "tokens") > 512);
        for (String role : List.of("query", "document")) {
            assertEquals(1, number(counted, "latency", role, "count"));
            double most = ((Number) ((Map<?, ?>) ((Map<?, ?>) counted.get("latency")).get(role)).get("max_ms")).doubleValue();
            assertTrue("max_ms is [" + most + "]", most > 0);
        }
        assertEquals(Map.of("state", "ready"), health("counted"));
        String table = new String(getRestClient().performRequest(
                new Request("GET", "/_cat/semantic_models?h=id,requests,failed,texts,truncated,cached,breaker")).getEntity()
                .getContent().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(table, table.lines().anyMatch(line -> line.strip().matches("counted +2 +0 +4 +1 +1 +-")));
    }

    public void testAServerThatIsDownShowsInCountsAndHealth() {
        try (FakeProvider provider = new FakeProvider()) {
            put("served", Map.of("provider", "openai", "model", "m", "endpoint", provider.url() + "/v1", "timeout", "2s"));
            embed(client(), "served", Role.DOCUMENT, "one");
            assertEquals(Map.of("state", "ready"), health("served"));
            provider.from(asked -> new FakeProvider.Fate.Error(500, "{}", "x-should-retry", "false"));
            for (int i = 0; i < 5; i++) {
                expectThrows(RuntimeException.class, () -> embed(client(), "served", Role.DOCUMENT, "one"));
            }
            Map<?, ?> counted = requests("served");
            assertEquals(6, number(counted, "requests"));
            assertEquals(5, number(counted, "failed", "unavailable"));
            assertEquals(0, number(counted, "failed", "bad_request"));
            assertEquals(6, number(counted, "latency", "document", "count"));
        }
    }

    public void testSlowRequestsAreWrittenWithoutTheirTexts() throws Exception {
        put("slow", Map.of("provider", "local", "model", BUILT_IN, "dimensions", 16));
        Client named = client().filterWithHeader(Map.of("X-Opaque-Id", "dashboard-7"));
        threshold("query.warn", "0ms");
        threshold("documents.info", "0ms");
        try (Lines log = new Lines()) {
            embed(named, "slow", Role.QUERY, "marmalade of oranges");
            embed(named, "slow", Role.DOCUMENT, "marmalade", "bread");
            assertEquals(log.lines.toString(), 2, log.lines.size());
            String query = log.lines.getFirst();
            assertTrue(query, query
                    .matches("WARN took\\[[^]]+], took_millis\\[\\d+], model\\[slow], role\\[query], texts\\[1], images\\[0],"
                            + " tokens\\[\\d+], waited_millis\\[\\d+], load_millis\\[\\d+], source\\[(queue|load|run)], failed\\[], id\\[dashboard-7]"));
            String documents = log.lines.getLast();
            assertTrue(documents, documents.matches("INFO took.* role\\[document], texts\\[2], .*"));
            threshold("query.warn", "-1");
            threshold("documents.info", "1h");
            embed(named, "slow", Role.QUERY, "orange juice");
            embed(named, "slow", Role.DOCUMENT, "orange juice");
            assertEquals(log.lines.toString(), 2, log.lines.size());
        }
    }

    public void testAThresholdIsATime() {
        IllegalArgumentException refused = expectThrows(IllegalArgumentException.class, () -> threshold("query.warn", "slow"));
        assertTrue(refused.getMessage(), refused.getMessage().contains(THRESHOLD + "query.warn"));
    }

    /** What the slow log got. */
    private static final class Lines extends AbstractAppender implements AutoCloseable {

        private final List<String> lines = new CopyOnWriteArrayList<>();

        Lines() {
            super("lines", null, null, false, Property.EMPTY_ARRAY);
            start();
            Loggers.addAppender(SLOW, this);
        }

        @Override
        public void append(LogEvent event) {
            lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
        }

        @Override
        public void close() {
            Loggers.removeAppender(SLOW, this);
            stop();
        }
    }
}
