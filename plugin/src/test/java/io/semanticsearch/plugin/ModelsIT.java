package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.plugin.transport.DeleteModelAction;
import io.semanticsearch.plugin.transport.EmbedAction;
import io.semanticsearch.plugin.transport.KeepModelAction;
import io.semanticsearch.plugin.transport.MapAnswer;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.ReadModelsAction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.admin.indices.rollover.RolloverRequest;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.common.action.ActionFuture;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.test.transport.MockTransportService;

/** Defining models, on two nodes of which one runs none. */
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0, supportsDedicatedMasters = false)
public class ModelsIT extends SemanticIntegTestCase {

    private static final Map<String, Object> SMALL = Map.of(
            "provider", "local", "model", BUILT_IN, "dimensions", 64, "aliases", List.of("little"));

    private String without;

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        List<Class<? extends Plugin>> plugins = new ArrayList<>(super.nodePlugins());
        plugins.add(MockTransportService.TestPlugin.class);
        return plugins;
    }

    private void startNodes() {
        internalCluster().startNode();
        without = internalCluster().startNode(Settings.builder().put("plugins.semantic.local.enabled", false).build());
        ensureStableCluster(2);
    }

    private static Map<String, Object> put(String id, Map<String, Object> definition) {
        return client().execute(PutModelAction.TYPE, new ModelRequest(id, definition)).actionGet().body();
    }

    private static OpenSearchStatusException refused(String id, Map<String, Object> definition) {
        Exception failure = expectThrows(Exception.class, () -> put(id, definition));
        Throwable cause = ExceptionsHelper.unwrapCause(failure);
        assertTrue(String.valueOf(cause), cause instanceof OpenSearchStatusException);
        return (OpenSearchStatusException) cause;
    }

    public void testADefinitionAnswersWithWhatTheProbeFound() {
        startNodes();
        Map<String, Object> answer = put("small", SMALL);
        assertEquals("small", answer.get("id"));
        assertEquals("ready", answer.get("state"));
        assertEquals(64, answer.get("dimension"));
        assertEquals(512, answer.get("max_tokens"));
        assertEquals("mean", answer.get("pooling"));
        assertEquals(true, answer.get("acknowledged"));
        assertEquals("the node that runs models", 1, ((List<?>) answer.get("nodes")).size());
    }

    public void testModelsAreReadByIdAndAliasAndTheirBodiesCanBePutAgain() {
        startNodes();
        put("small", SMALL);
        MapAnswer all = client().execute(ReadModelsAction.TYPE, new ReadModelsAction.Request(Optional.empty())).actionGet();
        assertEquals(2, ((List<?>) all.body().get("models")).size());
        Map<String, Object> one = client().execute(ReadModelsAction.TYPE, new ReadModelsAction.Request(Optional.of("little")))
                .actionGet().body();
        assertEquals("small", one.get("id"));
        @SuppressWarnings("unchecked")
        Map<String, Object> body = (Map<String, Object>) one.get("definition");
        assertEquals(64, put("small", body).get("dimension"));
    }

    public void testWhatCannotWorkIsNotDefined() {
        startNodes();
        assertThat(refused("gone", Map.of("provider", "local", "model", "file:gone")).getMessage(),
                containsString("was not defined, because it does not work on node [node_t0]: "));
        assertThat(refused("gone", Map.of("provider", "local", "model", "file:gone")).getMessage(), containsString("[gone]"));
        assertThat(refused("x", Map.of("provider", "astrology", "model", "m")).getMessage(),
                containsString("[provider] is [astrology]"));
        assertThat(refused("x", Map.of("provider", "local", "model", BUILT_IN, "colour", "red")).getMessage(),
                containsString("colour"));
        assertEquals(RestStatus.CONFLICT, refused(BUILT_IN, SMALL).status());
        put("small", SMALL);
        assertThat(refused("little", Map.of("provider", "local", "model", BUILT_IN)).getMessage(),
                containsString("[little] already names the model [small]"));
    }

    public void testTwoModelsThatAreProvedAtATimeDoNotShareAName() {
        String node = internalCluster().startNode();
        HeldRequests probes = HeldRequests.of(HeldRequests.MODEL, node);
        List<ActionFuture<MapAnswer>> puts = new ArrayList<>();
        List<HeldRequests.Held> held = new ArrayList<>();
        for (String id : List.of("first", "second")) {
            puts.add(client().execute(PutModelAction.TYPE, new ModelRequest(id, SMALL)));
            held.add(probes.next(false));
        }
        held.forEach(probe -> probe.goOn().run());
        List<String> refusals = new ArrayList<>();
        for (ActionFuture<MapAnswer> put : puts) {
            try {
                put.actionGet();
            } catch (OpenSearchStatusException e) {
                refusals.add(e.getMessage());
            }
        }
        assertEquals(refusals.toString(), 1, refusals.size());
        assertThat(refusals.getFirst(), containsString("[little] already names the model ["));
    }

    public void testAModelInUseIsNeitherDeletedNorMovedToAnotherSpace() {
        startNodes();
        put("small", SMALL);
        createIndex("books", 1, 0,
                """
                        {"properties": {"title": {"type": "text"}, "meaning": {"type": "embedding", "model": "little", "source_fields": "title"}}}""");
        client().admin().cluster().preparePutPipeline("p", new BytesArray("""
                {"processors": [{"embed": {"model": "small", "fields": {"v": "t"}}}]}"""), XContentType.JSON).get();
        OpenSearchStatusException moved = refused("small", Map.of("provider", "local", "model", BUILT_IN, "dimensions", 128));
        assertEquals(RestStatus.CONFLICT, moved.status());
        assertThat(moved.getMessage(), containsString("used by [index [books], pipeline [p]]"));
        Exception kept = expectThrows(Exception.class,
                () -> client().execute(DeleteModelAction.TYPE, new ModelRequest("small", Map.of())).actionGet());
        assertThat(ExceptionsHelper.unwrapCause(kept).getMessage(),
                containsString("cannot be deleted while it is used by"));
        // Another alias or keep_alive leaves the space as it is.
        put("small", Map.of("provider", "local", "model", BUILT_IN, "dimensions", 64, "aliases", List.of("little"), "keep_alive",
                "1h"));
        client().admin().cluster().prepareDeletePipeline("p").get();
        client().admin().indices().prepareDelete("books").get();
        client().execute(DeleteModelAction.TYPE, new ModelRequest("small", Map.of())).actionGet();
        Exception missing = expectThrows(Exception.class, () -> client().execute(
                ReadModelsAction.TYPE, new ReadModelsAction.Request(Optional.of("small"))).actionGet());
        assertEquals(RestStatus.NOT_FOUND, ExceptionsHelper.status(missing));
    }

    public void testANodeWithoutModelsSendsTextsToTheOthers() {
        startNodes();
        createBooks("books", 1, 0);
        index(internalCluster().client(without), "books", "1", "{\"title\": \"baking bread\"}");
        client().admin().indices().prepareRefresh("books").get();
        assertVectorOf("baking bread", client(), "books", "1");
        assertEquals(List.of("1"), ids(semantic(internalCluster().client(without), "books", "\"a loaf\"")));
    }

    public void testModelsAreLoadedAndUnloadedOnRequest() {
        startNodes();
        Map<String, Object> loaded = client().execute(KeepModelAction.TYPE, new KeepModelAction.Request(BUILT_IN, true))
                .actionGet().body();
        assertThat(loaded.toString(), containsString("loaded=true"));
        assertEquals("loaded", read(BUILT_IN).get("state"));
        client().execute(KeepModelAction.TYPE, new KeepModelAction.Request(BUILT_IN, false)).actionGet();
        assertEquals("ready", read(BUILT_IN).get("state"));
    }

    public void testMoreTextThanMayWaitIs429AndNamesTheSetting() {
        internalCluster().startNode();
        createBooks("books", 1, 0);
        setting(Settings.builder().put("plugins.semantic.queue_bytes", "1kb"));
        BulkRequest bulk = new BulkRequest();
        for (int i = 0; i < 300; i++)
            bulk.add(new IndexRequest("books").id("" + i).source(Map.of("title", i + " words".repeat(200))));
        BulkResponse refused = client().bulk(bulk).actionGet();
        assertEquals(RestStatus.TOO_MANY_REQUESTS, refused.getItems()[299].status());
        assertThat(refused.getItems()[299].getFailureMessage(), containsString("[plugins.semantic.queue_bytes]"));
        setting(Settings.builder().putNull("plugins.semantic.queue_bytes"));
        BulkRequest again = new BulkRequest();
        for (int i = 0; i < 300; i++)
            again.add(new IndexRequest("books").id("" + i).source(Map.of("title", i + " words".repeat(200))));
        assertFalse(client().bulk(again).actionGet().hasFailures());
        assertVectorOf("299" + " words".repeat(200), client(), "books", "299");
    }

    private static void setting(Settings.Builder settings) {
        assertTrue(client().admin().cluster().prepareUpdateSettings().setTransientSettings(settings).get().isAcknowledged());
    }

    public void testAnIdleModelIsLetGoAfterItsKeepAlive() throws Exception {
        internalCluster().startNode(Settings.builder().put("plugins.semantic.local.idle_check", "100ms").build());
        put("brief", Map.of("provider", "local", "model", BUILT_IN, "keep_alive", "200ms"));
        embed("brief", "text");
        assertBusy(() -> assertEquals("ready", read("brief").get("state")));
        assertEquals(1, embed("brief", "again").size());
    }

    public void testEmbeddingWithoutAnIndex() {
        startNodes();
        float[] vector = (float[]) embed("built-in:english-small", "baking bread").getFirst();
        assertArrayEquals(oracle("baking bread"), vector, 1e-6f);
    }

    public void testAChangeOfTheDefaultTouchesNoExistingIndexNorDataStream() {
        startNodes();
        put("small", SMALL);
        client().execute(
                org.opensearch.action.admin.indices.template.put.PutComposableIndexTemplateAction.INSTANCE,
                template("logs", """
                        {"properties": {"@timestamp": {"type": "date"}, "message": {"type": "text"},
                                        "meaning": {"type": "embedding", "source_fields": "message"}}}""")).actionGet();
        createBooks("books", 1, 0);
        log("the first entry");
        client().admin().cluster().prepareUpdateSettings()
                .setPersistentSettings(Settings.builder().put("plugins.semantic.default_model", "small").build()).get();
        // A mapping update that names no model keeps the one that is there.
        client().admin().indices().preparePutMapping("books").setSource("""
                {"properties": {"meaning": {"type": "embedding", "source_fields": ["title", "body"]}}}""", XContentType.JSON)
                .get();
        createBooks("newer", 1, 0);
        client().admin().indices().rolloverIndex(new RolloverRequest("logs", null)).actionGet();
        log("the second entry");
        assertEquals(BUILT_IN, model("books"));
        assertEquals("small", model("newer"));
        for (String backing : client().admin().indices().prepareGetIndex().setIndices(".ds-logs*").get().indices()) {
            assertEquals(BUILT_IN, model(backing));
        }
        assertEquals(2, semantic(client(), "logs", "\"entry\"").getHits().getHits().length);
        client().admin().cluster().prepareUpdateSettings()
                .setPersistentSettings(Settings.builder().putNull("plugins.semantic.default_model").build()).get();
    }

    private static void log(String message) {
        client().prepareIndex("logs").setCreate(true).setSource(Map.of("@timestamp", "2026-01-01", "message", message))
                .setRefreshPolicy(RefreshPolicy.IMMEDIATE).get();
    }

    private static org.opensearch.action.admin.indices.template.put.PutComposableIndexTemplateAction.Request template(String name,
            String mapping) {
        try {
            return new org.opensearch.action.admin.indices.template.put.PutComposableIndexTemplateAction.Request(name)
                    .indexTemplate(
                            new org.opensearch.cluster.metadata.ComposableIndexTemplate(
                                    List.of(name + "*"),
                                    new org.opensearch.cluster.metadata.Template(
                                            Settings.EMPTY, new org.opensearch.common.compress.CompressedXContent(mapping), null),
                                    null, null, null, null,
                                    new org.opensearch.cluster.metadata.ComposableIndexTemplate.DataStreamTemplate()));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Object model(String index) {
        Map<?, ?> mapping = client().admin().indices().prepareGetMappings(index).get().mappings().get(index).sourceAsMap();
        return ((Map<?, ?>) ((Map<?, ?>) mapping.get("properties")).get("meaning")).get("model");
    }

    private static Map<String, Object> read(String id) {
        return client().execute(ReadModelsAction.TYPE, new ReadModelsAction.Request(Optional.of(id))).actionGet().body();
    }

    private static List<?> embed(String model, String text) {
        return (List<?>) client().execute(EmbedAction.TYPE, new EmbedAction.Request(
                Optional.of(model), List.of(text), io.semanticsearch.embedding.Role.DOCUMENT, OptionalInt.empty(), true,
                Optional.empty()))
                .actionGet().body().get("embeddings");
    }
}
