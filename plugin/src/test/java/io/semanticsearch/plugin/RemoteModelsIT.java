package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import com.carrotsearch.randomizedtesting.ThreadFilter;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.ReadModelsAction;
import java.io.IOException;
import java.util.ArrayList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.After;
import org.junit.Before;
import org.opensearch.action.bulk.BulkItemResponse;
import org.opensearch.action.bulk.BulkRequestBuilder;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.client.Request;
import org.opensearch.common.action.ActionFuture;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * A node whose models are on a server: what a bulk costs, what becomes of it when the server is unwell, and what the node tells of it.
 * Longer than other files, for what it counts hangs on one server and its moods.
 */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 1, numClientNodes = 0, supportsDedicatedMasters = false)
@ThreadLeakFilters(defaultFilters = true, filters = RemoteModelsIT.IdleConnections.class)
public class RemoteModelsIT extends SemanticIntegTestCase {

    /** What okhttp keeps for a minute to look after connections that were closed. */
    public static final class IdleConnections implements ThreadFilter {

        @Override
        public boolean reject(Thread thread) {
            return thread.getName().startsWith("OkHttp") || thread.getName().startsWith("Okio");
        }
    }

    private FakeProvider provider;

    @Before
    public void startProvider() {
        provider = new FakeProvider();
    }

    @After
    public void stopProvider() {
        provider.close();
    }

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
        return Settings.builder().put(super.nodeSettings(ordinal)).put("node.processors", 1)
                .put("plugins.semantic.remote.breaker_pause", "1s").build();
    }

    private void define(String id, String definition) {
        Map<String, Object> body = XContentHelper.convertToMap(XContentType.JSON.xContent(), definition, false);
        body.put("endpoint", provider.url() + (body.get("provider").equals("gemini") ? "" : "/v1"));
        assertEquals(FakeProvider.DIMENSION,
                client().execute(PutModelAction.TYPE, new ModelRequest(id, body)).actionGet().body().get("dimension"));
    }

    private void createIndex(String model) {
        createIndex(model, 1, 0, """
                {"properties": {"title": {"type": "text"},
                  "meaning": {"type": "embedding", "model": "%s", "source_fields": "title"}}}""".formatted(model));
    }

    private static String title(int i) {
        return "document number " + i;
    }

    private static BulkRequestBuilder bulk(String index, int documents) {
        BulkRequestBuilder bulk = client().prepareBulk().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < documents; i++) {
            bulk.add(client().prepareIndex(index).setId(Integer.toString(i)).setSource("title", title(i)));
        }
        return bulk;
    }

    private static void assertAllThere(String index, int documents) {
        assertEquals(documents, client().prepareSearch(index).setSize(0).setTrackTotalHits(true).get().getHits().getTotalHits()
                .value());
        for (int i = 0; i < documents; i++) {
            assertArrayEquals(title(i), FakeProvider.vector(title(i)), stored(client(), index, Integer.toString(i)).vector(),
                    1e-6f);
        }
    }

    private static Map<?, ?> stats() throws IOException {
        Map<String, Object> body = XContentHelper.convertToMap(XContentType.JSON.xContent(),
                getRestClient().performRequest(new Request("GET", "/_plugins/_semantic/stats")).getEntity().getContent(), false);
        return (Map<?, ?>) ((Map<?, ?>) body.get("nodes")).values().iterator().next();
    }

    private static Object stat(String model, String name) throws IOException {
        return ((Map<?, ?>) ((Map<?, ?>) stats().get("models")).get(model)).get(name);
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    public void testABulkCostsAsFewCallsAsTheProviderAllows() throws IOException {
        define("whole", """
                {"provider": "gemini", "model": "gemini-embedding-001", "concurrent_calls": 4}""");
        createIndex("whole");
        // Once for what happens once.
        assertFalse(bulk("whole", 1).get().hasFailures());
        provider.from(texts -> new FakeProvider.Fate.Answer(50));
        long start = System.nanoTime();
        BulkResponse response = bulk("whole", 1000).get();
        logger.info("1,000 documents, 10 calls of 50 ms each, 4 at once: [{}] ms, of which ingest [{}] ms",
                millisSince(start), response.getIngestTookInMillis());
        assertFalse(response.buildFailureMessage(), response.hasFailures());
        // That of the first document belongs to its text already.
        assertEquals(10, provider.calls());
        assertThat(provider.most(), lessThanOrEqualTo(4));
        assertThat(provider.most(), greaterThan(1));
        assertThat("calls run side by side", response.getIngestTookInMillis(), lessThan(10 * 50L + 5_000));
        assertAllThere("whole", 1000);
    }

    public void testNoneIsLostOrDoubledWhenCallsFail() throws IOException {
        define("unwell", """
                {"provider": "openai", "model": "unwell", "batch_size": 20, "timeout": "60s", "call_timeout": "2s"}""");
        createIndex("unwell");
        Map<String, Integer> attempts = new ConcurrentHashMap<>();
        String busy = "{\"error\": {\"message\": \"slow down\"}}";
        List<FakeProvider.Fate> faults = List.of(
                new FakeProvider.Fate.Error(429, busy),
                new FakeProvider.Fate.Error(429, busy, "retry-after-ms", "40"),
                new FakeProvider.Fate.Error(429, busy, "Retry-After", "1"),
                new FakeProvider.Fate.Error(500, "{\"error\": {\"message\": \"oops\"}}"),
                new FakeProvider.Fate.CutOff(),
                new FakeProvider.Fate.Hang());
        AtomicInteger failed = new AtomicInteger();
        provider.from(texts -> {
            // By what is asked and how often, and not by when: the order of calls differs from run to run.
            int attempt = attempts.merge(texts.getFirst(), 1, Integer::sum);
            Random random = new Random((texts.getFirst().hashCode() + attempt) * 0x9E3779B97F4A7C15L);
            if (attempt > 4 || random.nextInt(10) >= 3) return new FakeProvider.Fate.Answer(5);
            return faults.get(failed.getAndIncrement() % faults.size());
        });
        long start = System.nanoTime();
        BulkResponse response = bulk("unwell", 1000).get();
        logger.info("1,000 documents in [{}] calls, of which [{}] failed: [{}] ms", provider.calls(), failed, millisSince(start));
        assertFalse(response.buildFailureMessage(), response.hasFailures());
        assertThat("every kind of fault was met", failed.get(), greaterThan(faults.size()));
        assertEquals("none was embedded twice", 1000, provider.texts());
        assertAllThere("unwell", 1000);
        assertEquals("closed", stat("unwell", "breaker"));
        assertEquals(failed.get(), ((Number) stat("unwell", "retries")).intValue());
    }

    public void testAProviderThatIsDownTakesNothingWithIt() throws Exception {
        define("down", """
                {"provider": "openai", "model": "down", "batch_size": 10, "timeout": "8s", "call_timeout": "1s"}""");
        createIndex("down");
        assertFalse(bulk("down", 20).get().hasFailures());
        provider.from(texts -> new FakeProvider.Fate.Hang());
        BulkRequestBuilder failing = client().prepareBulk();
        for (int i = 0; i < 200; i++) {
            failing.add(client().prepareIndex("down").setId("late-" + i).setSource("title", "late number " + i));
        }
        long start = System.nanoTime();
        ActionFuture<BulkResponse> failed = failing.execute();
        long slowest = 0;
        int answered = 0;
        while (!failed.isDone()) {
            long asked = System.nanoTime();
            client().admin().cluster().prepareHealth().get();
            assertEquals(20, client().prepareSearch("down").setQuery(QueryBuilders.matchQuery("title", "document")).get()
                    .getHits().getTotalHits().value());
            slowest = Math.max(slowest, millisSince(asked));
            answered++;
        }
        long took = millisSince(start);
        logger.info("a provider that hangs: the bulk failed after [{}] ms, [{}] rounds of health and search took at most [{}] ms",
                took, answered, slowest);
        assertThat(took, lessThan(8_000L + 15_000));
        assertThat(slowest, lessThan(4_000L));
        assertThat(answered, greaterThan(3));
        for (BulkItemResponse item : failed.actionGet().getItems()) {
            assertTrue(item.getId(), item.isFailed());
            assertThat(item.getFailure().getStatus().getStatus(), greaterThan(500));
            assertThat(item.getFailureMessage(), allOf(containsString("[openai] model [down] at ["),
                    containsString("no answer within [1000] ms")));
        }
        // Enough of them in a row, and the server is left alone, but for a call now and then.
        assertBusy(() -> {
            int calls = provider.calls();
            BulkItemResponse refused = client().prepareBulk()
                    .add(client().prepareIndex("down").setId("x").setSource("title", "x")).get().getItems()[0];
            assertEquals(RestStatus.SERVICE_UNAVAILABLE, refused.getFailure().getStatus());
            assertThat(refused.getFailureMessage(), containsString("times in a row and is left alone"));
            assertEquals(calls, provider.calls());
            assertEquals("open", stat("down", "breaker"));
            assertThat(health("down"), containsString("state=breaker_open, reason=the server failed several times in a row"));
        }, 60, TimeUnit.SECONDS);

        provider.from(texts -> new FakeProvider.Fate.Answer(0));
        assertBusy(() -> assertFalse(bulk("down", 30).get().hasFailures()), 30, TimeUnit.SECONDS);
        assertEquals("closed", stat("down", "breaker"));
        assertThat(health("down"), containsString("state=ready"));
        assertAllThere("down", 30);
    }

    private static String health(String model) {
        return client().execute(ReadModelsAction.TYPE, new ReadModelsAction.Request(Optional.of(model))).actionGet().body()
                .get("health").toString();
    }

    public void testEqualQuestionsCostOneCall() throws Exception {
        define("asked", """
                {"provider": "openai", "model": "asked"}""");
        define("forgetful", """
                {"provider": "openai", "model": "forgetful", "cache": false}""");
        for (String index : List.of("asked", "forgetful")) {
            createIndex(index);
            assertFalse(bulk(index, 10).get().hasFailures());
        }
        provider.from(texts -> new FakeProvider.Fate.Answer(100));
        Map<?, ?> before = (Map<?, ?>) stats().get("query_cache");
        ExecutorService clients = Executors.newFixedThreadPool(32);
        try {
            List<Future<String>> found = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                found.add(clients.submit(() -> ids(semantic(client(), "asked", "\"%s\"".formatted(title(7)))).getFirst()));
            }
            for (Future<String> id : found) assertEquals("7", id.get());
        } finally {
            clients.shutdown();
            assertTrue(clients.awaitTermination(30, TimeUnit.SECONDS));
        }
        assertEquals(1, provider.calls());
        Map<?, ?> after = (Map<?, ?>) stats().get("query_cache");
        logger.info("1,000 equal questions of 32 clients: [{}] calls, query cache [{}]", provider.calls(), after);
        Map<String, Long> counted = new HashMap<>();
        for (String key : List.of("hits", "misses", "shared", "bytes")) {
            counted.put(key, number(after, key) - number(before, key));
        }
        assertEquals(1, (long) counted.get("misses"));
        assertEquals(999, counted.get("hits") + counted.get("shared"));
        assertThat(counted.get("shared"), greaterThan(0L));
        assertThat(counted.get("bytes"), greaterThan(4L * FakeProvider.DIMENSION));

        provider.from(texts -> new FakeProvider.Fate.Answer(0));
        for (int i = 0; i < 3; i++) semantic(client(), "forgetful", "\"%s\"".formatted(title(7)));
        assertEquals("a definition may ask for no cache", 3, provider.calls());
        for (int i = 0; i < 3; i++) semantic(client(), "asked", "{\"query\": \"%s\", \"cache\": false}".formatted(title(7)));
        assertEquals("a clause may, too", 6, provider.calls());
    }

    public void testPicturesAreEmbeddedByTheProvider() throws IOException {
        define("clip", """
                {"provider": "jina", "model": "jina-clip-v2"}""");
        createIndex("clip", 1, 0, """
                {"properties": {"photo": {"type": "keyword", "index": false, "doc_values": false},
                  "meaning": {"type": "embedding", "model": "clip"}}}""");
        client().admin().cluster().preparePutPipeline("pictures", new BytesArray("""
                {"processors": [{"embed": {"model": "clip", "fields": {"meaning": {"source": "photo", "type": "image"}}}}]}"""),
                XContentType.JSON).get();
        List<String> pictures = new ArrayList<>();
        for (byte i = 0; i < 5; i++) {
            pictures.add(Base64.getEncoder().encodeToString(new byte[]{(byte) 0x89, 'P', 'N', 'G', i, i}));
        }
        BulkRequestBuilder bulk = client().prepareBulk().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < 5; i++) {
            bulk.add(client().prepareIndex("clip").setPipeline("pictures").setId("p" + i).setSource("photo", pictures.get(i)));
        }
        bulk.add(client().prepareIndex("clip").setPipeline("pictures").setId("none").setSource("photo", "AQIDBAUG"));
        provider.from(texts -> new FakeProvider.Fate.Answer(0));
        BulkItemResponse[] items = bulk.get().getItems();
        assertEquals(1, provider.calls());
        for (int i = 0; i < 5; i++) {
            assertFalse(items[i].getFailureMessage(), items[i].isFailed());
            assertArrayEquals(FakeProvider.vector(pictures.get(i)), stored(client(), "clip", "p" + i).vector(), 1e-6f);
            assertEquals("p" + i, ids(semantic(client(), "clip", "{\"image\": \"%s\"}".formatted(pictures.get(i)))).getFirst());
        }
        assertEquals(RestStatus.BAD_REQUEST, items[5].getFailure().getStatus());
        assertThat(items[5].getFailureMessage(), containsString("the image is of an unknown format, expected PNG, JPEG or WebP"));
    }

    public void testADynamicModelRunsSmallRequestsHereAndLargeOnesThere() throws IOException {
        Map<String, Object> remote = Map.of("provider", "openai", "model", "english-small", "endpoint", provider.url() + "/v1");
        Map<String, Object> body = Map.of("provider", "dynamic", "local", Map.of("model", BUILT_IN), "remote", remote);
        Exception dimensions = expectThrows(Exception.class,
                () -> client().execute(PutModelAction.TYPE, new ModelRequest("both", body)).actionGet());
        assertThat(dimensions.getMessage(), containsString("[local] has [256] dimensions and [remote] [200]"));
        provider.makes(text -> oracle(text + "!".repeat(text.length()) + " moon"));
        Exception cosine = expectThrows(Exception.class,
                () -> client().execute(PutModelAction.TYPE, new ModelRequest("both", body)).actionGet());
        assertThat(cosine.getMessage(), containsString("expected [0.98] or more; check revision, prompts, task and dimensions"));
        provider.makes(SemanticIntegTestCase::oracle);
        Map<String, Object> defined = client().execute(PutModelAction.TYPE, new ModelRequest("both", body)).actionGet().body();
        assertThat(defined.get("notes").toString(), containsString("larger requests are sent to [openai]"));
        createIndex("both");
        provider.from(texts -> new FakeProvider.Fate.Answer(0));
        assertFalse(bulk("both", 50).get().hasFailures());
        assertEquals("a bulk goes to the server", 50, provider.texts());
        for (int i = 0; i < 50; i++) {
            assertArrayEquals(oracle(title(i)), stored(client(), "both", Integer.toString(i)).vector(), 1e-5f);
        }
        index(client(), "both", "moon", "{\"title\": \"phases of the moon\"}");
        client().admin().indices().prepareRefresh("both").get();
        assertEquals("moon", ids(semantic(client(), "both", "\"lunar\"")).getFirst());
        assertEquals("what is short does not", 50, provider.texts());
        assertEquals("loaded", stat("both", "state"));
        assertEquals("remote", stat("both/remote", "state"));
        Object definition = client().execute(ReadModelsAction.TYPE, new ReadModelsAction.Request(Optional.of("both"))).actionGet()
                .body().get("definition");
        assertEquals("dynamic", ((Map<?, ?>) definition).get("provider"));
        String table = new String(getRestClient().performRequest(new Request("GET", "/_cat/semantic_models")).getEntity()
                .getContent().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(table, Pattern.compile("(?m)^both +dynamic +built-in:english-small +loaded ").matcher(table).find());
    }

    public void testATextAtFaultFailsAlone() throws IOException {
        define("strict", """
                {"provider": "openai", "model": "strict", "batch_size": 100}""");
        createIndex("strict");
        for (boolean named : new boolean[]{true, false}) {
            provider.from(texts -> {
                int at = texts.indexOf("poison");
                if (at < 0) return new FakeProvider.Fate.Answer(0);
                return new FakeProvider.Fate.Error(400, """
                        {"error": {"message": "Invalid%s: this text is flagged", "type": "invalid_request_error",
                         "param": "input", "code": null}}""".formatted(named ? " 'input[" + at + "]'" : ""));
            });
            BulkRequestBuilder bulk = client().prepareBulk().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
            for (int i = 0; i < 100; i++) {
                bulk.add(client().prepareIndex("strict").setId(named + "-" + i)
                        .setSource("title", i == 37 ? "poison" : named + title(i)));
            }
            BulkItemResponse[] items = bulk.get().getItems();
            List<BulkItemResponse> failed = Arrays.stream(items).filter(BulkItemResponse::isFailed).toList();
            logger.info("a text at fault among 100, {}: [{}] calls", named ? "named by the provider" : "not named",
                    provider.calls());
            assertEquals(List.of(items[37]), failed);
            assertEquals(RestStatus.BAD_REQUEST, items[37].getFailure().getStatus());
            assertThat(items[37].getFailureMessage(), containsString("this text is flagged"));
            assertThat(provider.calls(), lessThan(named ? 4 : 20));
            for (int i = 0; i < 100; i++) {
                if (i == 37) continue;
                assertArrayEquals(FakeProvider.vector(named + title(i)),
                        stored(client(), "strict", named + "-" + i).vector(), 1e-6f);
            }
        }
        assertEquals(2, ((Number) stat("strict", "refused")).intValue());
    }

}
