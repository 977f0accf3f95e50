package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.field.StoredVector;
import io.semanticsearch.field.TextHash;
import io.semanticsearch.plugin.transport.DeleteModelAction;
import io.semanticsearch.plugin.transport.IndexStatusAction;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.ReembedAction;
import io.semanticsearch.plugin.transport.ReembedRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.DeletePitAction;
import org.opensearch.action.search.DeletePitRequest;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.persistent.PersistentTasksCustomMetadata;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.search.sort.SortOrder;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/**
 * Documents that lack their vector get it in the background, while they are written and searched. A job is followed from its beginning to
 * each of its ends, in one file.
 */
@ClusterScope(scope = Scope.TEST, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
public class ReembedIT extends SemanticIntegTestCase {

    private static final int DOCUMENTS = 450;
    private static final TimeValue PATIENCE = TimeValue.timeValueMinutes(1);

    private static String text(int i) {
        return "page " + i + " about bread and water";
    }

    /** Written while nothing embedded them. */
    private void fillWithoutVectors(String index) {
        systemPipelines(false);
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < DOCUMENTS; i++) {
            bulk.add(new IndexRequest(index).id("d" + i).routing(i % 2 == 0 ? null : "r" + i).source(Map.of("title", text(i))));
        }
        bulk.add(new IndexRequest(index).id("no-text").source(Map.of("views", 1)));
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
        systemPipelines(true);
    }

    private static void systemPipelines(boolean enabled) {
        client().admin().cluster().prepareUpdateSettings().setTransientSettings(
                Settings.builder().put("cluster.ingest.system_pipeline_enabled", enabled)).get();
    }

    private static Map<?, ?> start(String index, int throttle, Optional<TimeValue> wait) {
        ReembedRequest request = ReembedRequest.start(new String[]{index}, Optional.empty(), Optional.empty(),
                throttle, true, wait);
        return (Map<?, ?>) ((List<?>) client().execute(ReembedAction.TYPE, request).actionGet().body().get("jobs")).getFirst();
    }

    private static Map<?, ?> status(String index) {
        client().admin().indices().prepareRefresh(index).get();
        Object status = client().execute(IndexStatusAction.TYPE, new IndexStatusAction.Request(index)).actionGet().body();
        for (String key : List.of("indices", index, "fields", "meaning")) status = ((Map<?, ?>) status).get(key);
        return (Map<?, ?>) status;
    }

    private static Optional<PersistentTask<?>> running() {
        PersistentTasksCustomMetadata tasks = client().admin().cluster().prepareState().get().getState().metadata()
                .custom(PersistentTasksCustomMetadata.TYPE);
        return tasks == null ? Optional.empty() : tasks.tasks().stream().findFirst().map(task -> (PersistentTask<?>) task);
    }

    public void testFillsWhatIsMissingAndNothingElse() {
        createBooks("books", 2, 0);
        fillWithoutVectors("books");
        index(client(), "books", "made", "{\"title\": \"soothing an infant\"}");
        Map<?, ?> before = status("books");
        assertEquals(DOCUMENTS + 2L, before.get("documents"));
        assertEquals(1L, before.get("fresh"));
        assertEquals((long) DOCUMENTS, before.get("missing"));

        long embedded = textsEmbedded();
        assertEquals("completed", start("books", 0, Optional.of(PATIENCE)).get("state"));
        assertEquals(DOCUMENTS, textsEmbedded() - embedded);
        Map<?, ?> after = status("books");
        assertEquals(DOCUMENTS + 1L, after.get("fresh"));
        assertEquals(0L, after.get("missing"));
        assertEquals(DOCUMENTS + 2L, after.get("documents"));
        assertVectorOf(text(8), client(), "books", "d8");
        assertEquals(1, client().prepareGet("books", "no-text").get().getVersion());
        assertEquals(1, client().prepareGet("books", "made").get().getVersion());

        // Nothing is left to do.
        assertEquals("completed", start("books", 0, Optional.of(PATIENCE)).get("state"));
        assertEquals(DOCUMENTS, textsEmbedded() - embedded);
    }

    public void testWritersGoOnAndWin() throws Exception {
        createBooks("books", 2, 1);
        fillWithoutVectors("books");
        start("books", 400, Optional.empty());
        for (int i = 0; i < DOCUMENTS; i += 3) {
            index(client(), "books", "d" + (i - i % 2), "{\"title\": \"soothing infant number " + i + "\"}");
        }
        assertBusy(() -> assertTrue(running().isEmpty()), 60, TimeUnit.SECONDS);
        assertEquals(0L, status("books").get("missing"));
        for (int i = 0; i < DOCUMENTS; i += 3) {
            if (i % 2 == 0) assertVectorOf("soothing infant number " + i, client(), "books", "d" + i);
        }
    }

    public void testIsThrottledSeenAndCancelled() throws Exception {
        createBooks("books", 1, 0);
        fillWithoutVectors("books");
        start("books", 50, Optional.empty());
        assertBusy(() -> assertTrue(status("books").containsKey("job")));
        OpenSearchStatusException twice = expectThrows(OpenSearchStatusException.class,
                () -> start("books", 0, Optional.empty()));
        assertThat(twice.getMessage(), containsString("is being embedded already"));
        client().execute(ReembedAction.TYPE, ReembedRequest.cancel(new String[]{"books"}, Optional.empty())).actionGet();
        assertBusy(
                () -> assertTrue(client().admin().cluster().prepareListTasks().setActions("*semantic/reembed*").get().getTasks()
                        .isEmpty()));
        assertNull(status("books").get("job"));
        assertTrue((long) status("books").get("missing") > 0);
    }

    public void testGoesOnWhenItsNodeIsGone() throws Exception {
        createBooks("books", 2, 1);
        fillWithoutVectors("books");
        ensureGreen("books");
        start("books", 100, Optional.empty());
        assertBusy(() -> assertTrue((long) status("books").get("fresh") > 0));
        String node = running().orElseThrow().getExecutorNode();
        String name = client().admin().cluster().prepareState().get().getState().nodes().get(node).getName();
        internalCluster().restartNode(name);
        ensureGreen("books");
        assertBusy(() -> assertTrue(running().isEmpty()), 60, TimeUnit.SECONDS);
        Map<?, ?> after = status("books");
        assertEquals(0L, after.get("missing"));
        assertEquals((long) DOCUMENTS, after.get("fresh"));
        assertVectorOf(text(DOCUMENTS - 2), client(), "books", "d" + (DOCUMENTS - 2));
        // The node that went away could not close its point in time on the other; it would end by itself after some minutes.
        client().execute(DeletePitAction.INSTANCE, new DeletePitRequest("_all")).actionGet();
    }

    private static void define(String id, int dimensions) {
        client().execute(PutModelAction.TYPE,
                new ModelRequest(id, Map.of("provider", "local", "model", BUILT_IN, "dimensions", dimensions))).actionGet();
    }

    private static Map<?, ?> move(String index, String model, boolean cutOver, int throttle, Optional<TimeValue> wait) {
        ReembedRequest request = ReembedRequest.start(new String[]{index}, Optional.of("meaning"),
                Optional.of(model),
                throttle, cutOver, wait);
        return (Map<?, ?>) ((List<?>) client().execute(ReembedAction.TYPE, request).actionGet().body().get("jobs")).getFirst();
    }

    private static int generations(String index, String id) {
        return client().prepareGet(index, id).get().getSourceAsMap().get("meaning").toString().split("\\|").length;
    }

    public void testMovesToAnotherModelWhileItIsSearchedAndWritten() throws Exception {
        define("small", 64);
        createBooks("books", 2, 1);
        for (int i = 0; i < 150; i++) index(client(), "books", "d" + i, "{\"title\": \"" + text(i) + "\"}");
        index(client(), "books", "baby", "{\"title\": \"soothing an infant\"}");
        client().admin().indices().prepareRefresh("books").get();
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread searches = new Thread(() -> {
            try {
                while (!done.get())
                    assertEquals("baby", ids(semantic(client(), "books", "\"calming a baby\"")).getFirst());
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        searches.start();
        move("books", "small", false, 100, Optional.empty());
        for (int i = 0; i < 150; i += 10) {
            // The job may write the document between the update's reading and its writing.
            client().prepareUpdate("books", "d" + i).setDoc(Map.of("title", "soothing infant number " + i))
                    .setRetryOnConflict(5).get();
        }
        assertBusy(() -> assertTrue(running().isEmpty()), 60, TimeUnit.SECONDS);
        Map<?, ?> before = status("books");
        assertEquals(BUILT_IN, before.get("model"));
        assertEquals("small", ((Map<?, ?>) before.get("next")).get("model"));
        assertEquals(151L, ((Map<?, ?>) before.get("next")).get("fresh"));
        assertEquals(2, generations("books", "d0"));
        // Other values than its own cannot be given to the field, but the next model is in use.
        Exception used = expectThrows(Exception.class, () -> client().execute(DeleteModelAction.TYPE,
                new ModelRequest("small", Map.of())).actionGet());
        assertThat(used.getMessage(), containsString("index [books]"));

        client().execute(ReembedAction.TYPE, ReembedRequest.cutOver(new String[]{"books"}, Optional.empty())).actionGet();
        Map<?, ?> after = status("books");
        assertEquals("small", after.get("model"));
        assertEquals(151L, after.get("fresh"));
        assertEquals(0L, after.get("missing"));
        assertEquals(0L, after.get("stale"));
        assertNull(after.get("next"));
        done.set(true);
        searches.join();
        if (failure.get() != null) throw new AssertionError(failure.get());
        assertEquals("baby", ids(semantic(client(), "books", "\"calming a baby\"")).getFirst());

        // What is written from now on leaves the old model behind, and a restart reads what was written before.
        index(client(), "books", "d1", "{\"title\": \"phases of the moon\"}");
        assertEquals(1, generations("books", "d1"));
        assertEquals(64, stored(client(), "books", "d1").vector().length);
        internalCluster().fullRestart();
        ensureGreen("books");
        assertEquals(151L, status("books").get("fresh"));
        assertEquals(List.of("d1", "baby"), ids(client().prepareSearch("books").setQuery(new WrapperQueryBuilder(
                "{\"ids\": {\"values\": [\"d1\", \"baby\"]}}")).addSort("_id", SortOrder.DESC).get()));
        assertEquals("d1", ids(semantic(client(), "books", "\"the moon\"")).getFirst());
    }

    public void testMovesByItselfAndBack() {
        define("small", 64);
        createBooks("books", 1, 0);
        index(client(), "books", "1", "{\"title\": \"baking bread\"}");
        assertEquals("completed", move("books", "small", true, 0, Optional.of(PATIENCE)).get("state"));
        assertEquals("small", status("books").get("model"));
        assertEquals("completed", move("books", BUILT_IN, true, 0, Optional.of(PATIENCE)).get("state"));
        assertEquals(BUILT_IN, status("books").get("model"));
        assertEquals(1L, status("books").get("fresh"));
        assertEquals("1", ids(semantic(client(), "books", "\"bread\"")).getFirst());
    }

    /** As when the plugin comes with another built-in model: it has its old name, and its vectors cannot be compared with the old ones. */
    public void testAFieldOfAnotherVersionOfItsModelIsRefusedUntilItIsMoved() {
        String older = "0123456789abcdef";
        createIndex("books", 2, 0, """
                {"properties": {"title": {"type": "text"}, "meaning": {"type": "embedding", "source_fields": ["title"],
                  "model": "%s", "space": "%s", "dimension": 256}}}""".formatted(BUILT_IN, older));
        systemPipelines(false);
        for (String title : List.of("baking bread", "soothing an infant")) {
            // The vectors of that version: what matters is that they are of another space.
            float[] vector = oracle("phases of the moon");
            String stored = new StoredVector(older, StoredVector.Origin.MADE, TextHash.of(title), vector).encode();
            client().prepareIndex("books").setId(title).setSource(Map.of("title", title, "meaning", stored)).get();
        }
        systemPipelines(true);
        client().admin().indices().prepareRefresh("books").get();
        Exception searched = expectThrows(Exception.class, () -> semantic(client(), "books", "\"calming a baby\""));
        assertThat(rootMessage(searched), containsString("wanted are those of [" + older + "]"));
        Exception written = expectThrows(Exception.class, () -> index(client(), "books", "new", "{\"title\": \"a bicycle\"}"));
        assertThat(rootMessage(written), containsString("wanted are those of [" + older + "]"));

        assertEquals("completed", move("books", BUILT_IN, true, 0, Optional.of(PATIENCE)).get("state"));
        assertEquals(BUILT_IN, status("books").get("model"));
        assertEquals(2L, status("books").get("fresh"));
        assertEquals("soothing an infant", ids(semantic(client(), "books", "\"calming a baby\"")).getFirst());
        index(client(), "books", "new", "{\"title\": \"a bicycle\"}");
        assertVectorOf("a bicycle", client(), "books", "new");
    }

    public void testAMoveThatIsCancelledLeavesNothing() {
        define("small", 64);
        define("tiny", 32);
        createBooks("books", 1, 0);
        index(client(), "books", "1", "{\"title\": \"baking bread\"}");
        move("books", "small", false, 0, Optional.of(PATIENCE));
        assertEquals(2, generations("books", "1"));
        Exception other = expectThrows(Exception.class, () -> move("books", "tiny", true, 0, Optional.empty()));
        assertThat(other.getMessage(), containsString("moves to model [small] already"));
        client().execute(ReembedAction.TYPE, ReembedRequest.cancel(new String[]{"books"}, Optional.empty())).actionGet();
        assertNull(status("books").get("next"));
        client().prepareUpdate("books", "1").setDoc(Map.of("views", 1, "title", "baking bread")).get();
        assertEquals(1, generations("books", "1"));
        Exception nothing = expectThrows(Exception.class, () -> client().execute(ReembedAction.TYPE,
                ReembedRequest.cutOver(new String[]{"books"}, Optional.empty())).actionGet());
        assertThat(nothing.getMessage(), containsString("does not move to another model"));
    }

    public void testDocumentsGoOnWithoutTheirVectorWhereTheMappingLetsThem() {
        client().execute(PutModelAction.TYPE, new ModelRequest("strict",
                Map.of("provider", "local", "model", BUILT_IN, "long_text", "error"))).actionGet();
        createIndex("books", 1, 0, """
                {"properties": {"title": {"type": "text"},
                  "meaning": {"type": "embedding", "model": "strict", "source_fields": "title", "ignore_failure": true}}}""");
        String tooLong = "bread and water ".repeat(2_000);
        index(client(), "books", "long", "{\"title\": \"" + tooLong + "\"}");
        index(client(), "books", "short", "{\"title\": \"baking bread\"}");
        Map<?, ?> status = status("books");
        assertEquals(1L, status.get("fresh"));
        assertEquals(1L, status.get("missing"));
        // The job says why.
        assertEquals("completed", start("books", 0, Optional.of(PATIENCE)).get("state"));
        assertEquals(1L, status("books").get("missing"));
        // A vector of the older text does not stay.
        client().prepareUpdate("books", "short").setDoc(Map.of("title", tooLong)).get();
        assertFalse(client().prepareGet("books", "short").get().getSourceAsMap().containsKey("meaning"));
    }

    public void testWhereThereIsNothingToEmbed() {
        createIndex("plain", 1, 0, "{\"properties\": {\"title\": {\"type\": \"text\"}}}");
        Exception refused = expectThrows(OpenSearchStatusException.class, () -> start("plain", 0, Optional.empty()));
        assertThat(refused.getMessage(), containsString("none of the indices [plain] has a field of type [embedding]"));
    }
}
