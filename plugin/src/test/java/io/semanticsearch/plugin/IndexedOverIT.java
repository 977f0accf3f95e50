package io.semanticsearch.plugin;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.semanticsearch.field.StoredForm;
import io.semanticsearch.field.StoredPassages;
import io.semanticsearch.plugin.RecordedActions.Seen;
import io.semanticsearch.plugin.transport.MapAnswer;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.StatsAction;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.opensearch.action.admin.indices.alias.IndicesAliasesRequest.AliasActions;
import org.opensearch.action.admin.indices.template.put.PutComposableIndexTemplateAction;
import org.opensearch.action.bulk.BulkAction;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.get.MultiGetAction;
import org.opensearch.action.get.MultiGetRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.ingest.PutPipelineRequest;
import org.opensearch.cluster.metadata.ComposableIndexTemplate;
import org.opensearch.cluster.metadata.ComposableIndexTemplate.DataStreamTemplate;
import org.opensearch.cluster.metadata.Template;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.index.VersionType;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/**
 * Whole documents indexed over others, in all the ways to name a place: when their vectors are looked up there, and that the one who writes
 * neither needs a right to read for it nor gets anything but the vector of the text. Longer than other files, being a list of all those
 * ways.
 */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
@ThreadLeakFilters(filters = DegradedSearchIT.HttpThreads.class)
public class IndexedOverIT extends SemanticIntegTestCase {

    private static final String LOOK_UP = "plugins.semantic.ingest.look_up_vectors";
    private static final String MAPPING = """
            {"properties": {"title": {"type": "text"},
              "meaning": {"type": "embedding", "model": "letters", "source_fields": ["title"]}}}""";

    private static LetterServer letters;

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        return Stream.concat(super.nodePlugins().stream(), Stream.of(RecordedActions.class)).toList();
    }

    @BeforeClass
    public static void startLetters() throws IOException {
        letters = new LetterServer();
    }

    @AfterClass
    public static void stopLetters() {
        letters.close();
        letters = null;
    }

    @Before
    public void defineLetters() {
        client().execute(PutModelAction.TYPE, new ModelRequest("letters",
                Map.of("provider", "tei", "endpoint", letters.endpoint(), "model", "letters"))).actionGet();
    }

    @After
    public void forget() {
        RecordedActions.forget();
        setLookUp(null);
    }

    private static void setLookUp(Boolean value) {
        client().admin().cluster().prepareUpdateSettings()
                .setTransientSettings(value == null
                        ? Settings.builder().putNull(LOOK_UP).build()
                        : Settings.builder().put(LOOK_UP, value).build())
                .get();
    }

    private static IndexRequest index(String index, String id, String title) {
        return new IndexRequest(index).id(id).source(Map.of("title", title));
    }

    private static void write(IndexRequest... requests) {
        BulkRequest bulk = new BulkRequest();
        for (IndexRequest request : requests) bulk.add(request);
        BulkResponse response = client().bulk(bulk).actionGet();
        assertFalse(response.buildFailureMessage(), response.hasFailures());
    }

    /** Texts embedded while this is written. */
    private static long cost(IndexRequest... requests) {
        long before = textsEmbedded();
        write(requests);
        return textsEmbedded() - before;
    }

    private static int lookups() {
        return RecordedActions.seen(MultiGetAction.NAME).size();
    }

    private static long reused() {
        MapAnswer answer = client().execute(StatsAction.TYPE, new StatsAction.Request()).actionGet();
        Map<?, ?> nodes = (Map<?, ?>) answer.body().get("nodes");
        return nodes.values().stream().mapToLong(node -> number(node, "documents", "reused")).sum();
    }

    private static void assertLetters(String text, String index, String id) {
        assertArrayEquals(text, LetterServer.vector(text), stored(client(), index, id).vector(), 1e-6f);
    }

    public void testWhatStaysIsLookedUpOnceForAWholeBulk() {
        createIndex("books", 2, 1, MAPPING);
        write(index("books", "1", "flat tyre"), index("books", "2", "bread"), index("books", "3", "baby"));
        RecordedActions.forget();
        long reused = reused();
        assertEquals("one is new and one is another", 2, cost(index("books", "1", "flat tyre"), index("books", "2", "rolls"),
                index("books", "3", "baby"), index("books", "4", "new")));
        assertEquals(2, reused() - reused);
        assertEquals(1, lookups());
        assertLetters("flat tyre", "books", "1");
        assertLetters("rolls", "books", "2");
        assertLetters("baby", "books", "3");
    }

    public void testItCanBeSwitchedOff() {
        createIndex("books", 1, 0, MAPPING);
        write(index("books", "1", "flat tyre"));
        RecordedActions.forget();
        setLookUp(false);
        assertEquals(1, cost(index("books", "1", "flat tyre")));
        setLookUp(true);
        assertEquals(0, cost(index("books", "1", "flat tyre")));
        assertEquals(1, lookups());
    }

    public void testAModelThatIsFasterThanLookingIsNotSpared() {
        createBooks("quick", 1, 0);
        write(index("quick", "1", "flat tyre"));
        assertEquals(1, cost(index("quick", "1", "flat tyre")));
        assertEquals(0, lookups());
    }

    public void testDocumentsThatReplaceNoneAreNotLookedFor() throws Exception {
        createIndex("books", 1, 0, MAPPING);
        write(new IndexRequest("books").source(Map.of("title", "without an id")), index("books", "1", "created").create(true));
        client().index(index("books", "2", "created").create(true)).actionGet();
        client().prepareUpdate("books", "3").setDoc(Map.of("title", "upserted")).setDocAsUpsert(true).get();
        client().prepareUpdate("books", "3").setDoc(Map.of("title", "updated")).get();
        assertEquals(0, lookups());
        BulkRequest again = new BulkRequest().add(index("books", "1", "created").create(true)).add(index("books", "4", "other"));
        BulkResponse response = client().bulk(again).actionGet();
        assertTrue("what is there is not created again", response.getItems()[0].isFailed());
        assertFalse(response.getItems()[1].isFailed());
        assertEquals("of the one that may be there", List.of("4"),
                RecordedActions.seen(MultiGetAction.NAME).stream()
                        .flatMap(seen -> ((MultiGetRequest) seen.request()).getItems().stream()).map(MultiGetRequest.Item::id)
                        .toList());
    }

    public void testAnIndexThatIsNotThereYet() {
        assertTrue(client().admin().indices().preparePutTemplate("new").setPatterns(List.of("new-*"))
                .setMapping(MAPPING, XContentType.JSON).get().isAcknowledged());
        assertEquals(1, cost(index("new-1", "1", "flat tyre")));
        assertEquals(0, lookups());
        assertEquals(0, cost(index("new-1", "1", "flat tyre")));
        client().admin().indices().prepareDeleteTemplate("new").get();
    }

    public void testADataStreamTakesNewDocumentsOnly() throws Exception {
        ComposableIndexTemplate template = new ComposableIndexTemplate(List.of("logs"),
                new Template(null, new CompressedXContent(MAPPING), null), null, null, null, null,
                new DataStreamTemplate());
        client().execute(PutComposableIndexTemplateAction.INSTANCE,
                new PutComposableIndexTemplateAction.Request("logs").indexTemplate(template)).actionGet();
        for (String id : List.of("1", "2")) {
            write(new IndexRequest("logs").id(id).create(true).source(Map.of("@timestamp", "2026-01-01", "title", "flat tyre")));
        }
        assertEquals(0, lookups());
        client().admin().indices().deleteDataStream(
                new org.opensearch.action.admin.indices.datastream.DeleteDataStreamAction.Request(new String[]{"logs"}))
                .actionGet();
    }

    public void testRoutingLeadsToTheDocument() {
        createIndex("routed", 5, 0, MAPPING.replace("{\"properties\"", "{\"_routing\": {\"required\": true}, \"properties\""));
        write(index("routed", "1", "flat tyre").routing("a"), index("routed", "1", "bread").routing("b"),
                index("routed", "1", "baby").routing("c"));
        assertEquals(0, cost(index("routed", "1", "flat tyre").routing("a"), index("routed", "1", "bread").routing("b"),
                index("routed", "1", "baby").routing("c")));
        BulkResponse lost = client().bulk(new BulkRequest().add(index("routed", "1", "flat tyre"))).actionGet();
        assertTrue(lost.buildFailureMessage(), lost.buildFailureMessage().contains("routing is required"));
    }

    public void testAnAliasLeadsToTheIndexThatItWrites() {
        createIndex("old", 3, 0, MAPPING);
        createIndex("now", 3, 0, MAPPING);
        client().admin().indices().prepareAliases()
                .addAliasAction(AliasActions.add().index("old").alias("all").writeIndex(false))
                .addAliasAction(AliasActions.add().index("now").alias("all").writeIndex(true).indexRouting("r")).get();
        write(index("old", "1", "flat tyre"));
        assertEquals("it is in the other index", 1, cost(index("all", "1", "flat tyre")));
        assertEquals(0, cost(index("all", "1", "flat tyre")));
        assertEquals(0, cost(index("now", "1", "flat tyre").routing("r")));
        BulkResponse refused = client().bulk(new BulkRequest().add(index("all", "1", "flat tyre").routing("other"))).actionGet();
        assertTrue(refused.hasFailures());
    }

    public void testVersionsAreForTheWrite() {
        createIndex("books", 1, 0, MAPPING);
        write(index("books", "1", "flat tyre").version(5).versionType(VersionType.EXTERNAL));
        assertEquals(0, cost(index("books", "1", "flat tyre").version(7).versionType(VersionType.EXTERNAL)));
        BulkResponse older = client().bulk(new BulkRequest()
                .add(index("books", "1", "flat tyre").version(6).versionType(VersionType.EXTERNAL))).actionGet();
        assertTrue(older.hasFailures());
        assertEquals(7, client().prepareGet("books", "1").get().getVersion());
    }

    public void testNestedObjectsHaveThemByTheirTexts() {
        createIndex("threads", 1, 0, """
                {"properties": {"comments": {"type": "nested", "properties": {"text": {"type": "text"},
                  "meaning": {"type": "embedding", "model": "letters", "source_fields": ["comments.text"]}}}}}""");
        write(new IndexRequest("threads").id("1")
                .source(Map.of("comments", List.of(Map.of("text", "one"), Map.of("text", "two")))));
        assertEquals(1, cost(new IndexRequest("threads").id("1")
                .source(Map.of("comments", List.of(Map.of("text", "two"), Map.of("text", "three"), Map.of("text", "one"))))));
        List<?> comments = (List<?>) client().prepareGet("threads", "1").get().getSourceAsMap().get("comments");
        for (Object comment : comments) {
            Map<?, ?> object = (Map<?, ?>) comment;
            assertArrayEquals(LetterServer.vector(object.get("text").toString()),
                    StoredForm.decode(object.get("meaning").toString()).vectors().getFirst(), 1e-6f);
        }
    }

    public void testPassagesThatStayKeepTheirs() {
        createIndex("long", 1, 0, """
                {"properties": {"title": {"type": "text"},
                  "meaning": {"type": "embedding", "model": "letters", "source_fields": ["title"],
                    "passages": {"max_tokens": 8, "overlap_tokens": 0}}}}""");
        String first = "It all stands here now.";
        String second = "Another one follows it at once now.";
        write(index("long", "1", first + " " + second));
        assertEquals("the same text", 0, cost(index("long", "1", first + " " + second)));
        letters.forget();
        write(index("long", "1", first + " Then it ends at once now."));
        assertEquals(List.of("Then it ends at once now."), letters.texts());
        StoredPassages stored = (StoredPassages) StoredForm
                .decode(client().prepareGet("long", "1").get().getSourceAsMap().get("meaning").toString());
        assertEquals(2, stored.passages().size());
        assertArrayEquals(LetterServer.vector(first), stored.passages().getFirst().vector(), 1e-6f);
    }

    public void testTheProcessorLooksToo() {
        client().admin().cluster().putPipeline(new PutPipelineRequest("embed", new BytesArray("""
                {"processors": [{"embed": {"model": "letters", "fields": {"meaning": ["title"]}}}]}"""), XContentType.JSON))
                .actionGet();
        createIndex("piped", 1, 0, """
                {"properties": {"title": {"type": "text"}, "meaning": {"type": "embedding", "model": "letters"}}}""");
        write(index("piped", "1", "flat tyre").setPipeline("embed"));
        assertEquals(0, cost(index("piped", "1", "flat tyre").setPipeline("embed")));
        assertEquals(1, cost(index("piped", "1", "bread").setPipeline("embed")));
        assertLetters("bread", "piped", "1");
    }

    public void testAVectorThatWasBroughtIsNotHandedOn() {
        createIndex("books", 1, 0, MAPPING);
        float[] own = new float[27];
        Arrays.fill(own, 1);
        write(new IndexRequest("books").id("1").source(Map.of("title", "flat tyre", "meaning", own)));
        assertEquals(1, cost(index("books", "1", "flat tyre")));
        assertLetters("flat tyre", "books", "1");
    }

    /** Who may write but not read is served as well, and sees nothing of what was there. */
    public void testItIsReadForThePluginItself() {
        createIndex("books", 1, 0, MAPPING);
        Map<String, Object> secret = new HashMap<>(Map.of("title", "flat tyre", "secret", "of old"));
        write(new IndexRequest("books").id("1").source(secret));
        RecordedActions.forget();
        RecordedActions.forbid(seen -> seen.action().startsWith("indices:data/read") && seen.user().isPresent());
        long before = textsEmbedded();
        client().filterWithHeader(Map.of(RecordedActions.USER, "writer")).bulk(new BulkRequest()
                .add(index("books", "1", "flat tyre"))).actionGet();
        RecordedActions.forbid(seen -> false);
        assertEquals(0, textsEmbedded() - before);
        assertEquals(List.of(Optional.of("writer")), RecordedActions.seen(BulkAction.NAME).stream().map(Seen::user).toList());
        assertEquals(List.of(Optional.empty()), RecordedActions.seen(MultiGetAction.NAME).stream().map(Seen::user).toList());
        MultiGetRequest read = (MultiGetRequest) RecordedActions.seen(MultiGetAction.NAME).getFirst().request();
        assertArrayEquals(new String[]{"meaning"}, read.getItems().getFirst().fetchSourceContext().includes());
        assertFalse(client().prepareGet("books", "1").get().getSourceAsMap().containsKey("secret"));
    }

    public void testALookThatFailsFailsNoWrite() {
        createIndex("books", 1, 0, MAPPING);
        write(index("books", "1", "flat tyre"));
        RecordedActions.forbid(seen -> seen.action().equals(MultiGetAction.NAME));
        assertEquals(1, cost(index("books", "1", "flat tyre"), index("books", "2", "flat tyre")));
        RecordedActions.forbid(seen -> seen.action().equals("indices:data/read/mget[shard]"));
        assertEquals(1, cost(index("books", "1", "flat tyre")));
        RecordedActions.forget();
        client().admin().indices().prepareUpdateSettings("books").setSettings(Settings.builder().put("index.blocks.read", true))
                .get();
        assertEquals(1, cost(index("books", "1", "flat tyre")));
        client().admin().indices().prepareUpdateSettings("books").setSettings(Settings.builder().putNull("index.blocks.read"))
                .get();
        assertLetters("flat tyre", "books", "1");
    }

}
