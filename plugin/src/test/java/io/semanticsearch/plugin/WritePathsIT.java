package io.semanticsearch.plugin;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.opensearch.action.DocWriteRequest;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.ingest.PutPipelineRequest;
import org.opensearch.action.update.UpdateRequest;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.reindex.BulkByScrollResponse;
import org.opensearch.index.reindex.ReindexAction;
import org.opensearch.index.reindex.ReindexRequestBuilder;
import org.opensearch.index.reindex.UpdateByQueryAction;
import org.opensearch.index.reindex.UpdateByQueryRequestBuilder;
import org.opensearch.ingest.common.IngestCommonModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.script.Script;
import org.opensearch.script.ScriptType;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/**
 * Ways to write a document, by whether its text changed and by the pipelines of its index: each leaves the vector of the text that the
 * document then holds, and costs as many texts for the model as said here.
 */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
@ThreadLeakFilters(filters = DegradedSearchIT.HttpThreads.class)
public class WritePathsIT extends SemanticIntegTestCase {

    private static final String BEFORE = "mending a tyre";
    private static final String AFTER = "baking bread";
    private static final String OTHER = "-other";

    /** Writes the title, and something that is no text, to a document. */
    @FunctionalInterface
    private interface Way {

        void write(String index, String id, String title);
    }

    /**
     * @param exists whether the document is there before, with the title {@link #BEFORE}
     * @param unchanged texts for the model where the title stays
     * @param changed texts for the model where it becomes {@link #AFTER}
     */
    private record Row(String name, boolean exists, Way way, int unchanged, int changed) {}

    /**
     * A model that documents are embedded with.
     *
     * @param lookedUp whether vectors of documents that are indexed over are looked up, because embedding takes longer
     * @param oracle what it makes of a text
     */
    private record Maker(String id, boolean lookedUp, Function<String, float[]> oracle) {}

    private static final Maker ON_THE_NODE = new Maker(BUILT_IN, false, SemanticIntegTestCase::oracle);
    private static final Maker ON_A_SERVER = new Maker("letters", true, LetterServer::vector);

    private static LetterServer letters;

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

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        return Stream.concat(super.nodePlugins().stream(), Stream.of(IngestCommonModulePlugin.class)).toList();
    }

    private List<Row> rows(Maker model) {
        List<Row> rows = new ArrayList<>();
        int looked = model.lookedUp ? 0 : 1;
        both(rows, "index", true, looked, 1, (index, id, title) -> new IndexRequest(index).id(id).source(whole(title)));
        both(rows, "index what was read, with its vector", true, 0, 1, (index, id, title) -> {
            Map<String, Object> read = new HashMap<>(client().prepareGet(index, id).get().getSourceAsMap());
            read.putAll(whole(title));
            return new IndexRequest(index).id(id).source(read);
        });
        both(rows, "index, new", false, 1, 1, (index, id, title) -> new IndexRequest(index).id(id).source(whole(title)));
        both(rows, "create, new", false, 1, 1,
                (index, id, title) -> new IndexRequest(index).id(id).create(true).source(whole(title)));
        both(rows, "update, part", true, 0, 1, (index, id, title) -> new UpdateRequest(index, id).doc(part(title)));
        both(rows, "update, part and upsert", true, 0, 1,
                (index, id, title) -> new UpdateRequest(index, id).doc(part(title)).upsert(whole("unused")));
        both(rows, "update, part and upsert, new", false, 1, 1,
                (index, id, title) -> new UpdateRequest(index, id).doc(part("unused")).upsert(whole(title)));
        both(rows, "update, doc_as_upsert", true, 0, 1,
                (index, id, title) -> new UpdateRequest(index, id).doc(part(title)).docAsUpsert(true));
        both(rows, "update, doc_as_upsert, new", false, 1, 1,
                (index, id, title) -> new UpdateRequest(index, id).doc(whole(title)).docAsUpsert(true));
        both(rows, "update, script", true, 0, 1, (index, id, title) -> new UpdateRequest(index, id).script(script(title)));
        both(rows, "update, script and upsert, new", false, 1, 1,
                (index, id, title) -> new UpdateRequest(index, id).script(script("unused")).upsert(whole(title)));
        both(rows, "update, scripted upsert, new", false, 1, 1, (index, id, title) -> new UpdateRequest(index, id)
                .script(script(title)).scriptedUpsert(true).upsert(whole("unused")));
        rows.add(new Row("update by query, script", true, (index, id, title) -> {
            UpdateByQueryRequestBuilder request = new UpdateByQueryRequestBuilder(client(), UpdateByQueryAction.INSTANCE)
                    .source(index).filter(QueryBuilders.idsQuery().addIds(id)).script(script(title));
            refresh(index);
            assertDone(request.get());
        }, 0, 1));
        rows.add(new Row("reindex", true, (index, id, title) -> {
            ReindexRequestBuilder request = new ReindexRequestBuilder(client(), ReindexAction.INSTANCE).source(index)
                    .filter(QueryBuilders.idsQuery().addIds(id)).destination(index + OTHER).script(script(title));
            refresh(index);
            assertDone(request.get());
        }, 0, 1));
        rows.add(new Row("delete and index", true, (index, id, title) -> {
            client().prepareDelete(index, id).get();
            client().prepareIndex(index).setId(id).setSource(whole(title)).get();
        }, 1, 1));
        return rows;
    }

    public void testWithoutPipelines() {
        check("plain", ON_THE_NODE, Settings.EMPTY, "for cyclists");
        check("plain-letters", ON_A_SERVER, Settings.EMPTY, "for cyclists");
    }

    public void testBehindADefaultPipelineThatChangesTheText() {
        putPipeline();
        Settings settings = Settings.builder().put("index.default_pipeline", "shorten").build();
        check("default", ON_THE_NODE, settings, "in short");
        check("default-letters", ON_A_SERVER, settings, "in short");
    }

    public void testBehindAFinalPipelineThatChangesTheText() {
        putPipeline();
        Settings settings = Settings.builder().put("index.final_pipeline", "shorten").build();
        check("final", ON_THE_NODE, settings, "in short");
        check("final-letters", ON_A_SERVER, settings, "in short");
    }

    public void testUpdatingByQueryWithoutAScriptCostsNothing() {
        createBooks("touched", BUILT_IN, Settings.EMPTY);
        for (int i = 0; i < 5; i++) client().prepareIndex("touched").setId("d" + i).setSource(whole(BEFORE + " " + i)).get();
        refresh("touched");
        long before = textsEmbedded();
        BulkByScrollResponse response = new UpdateByQueryRequestBuilder(client(), UpdateByQueryAction.INSTANCE).source("touched")
                .get();
        assertEquals(5, response.getUpdated());
        assertEquals(0, textsEmbedded() - before);
        for (int i = 0; i < 5; i++) assertVectorOf(BEFORE + " " + i + " for cyclists", client(), "touched", "d" + i);
    }

    /** @param body what the pipelines leave of it */
    private void check(String index, Maker model, Settings settings, String body) {
        createBooks(index, model.id, settings);
        createBooks(index + OTHER, model.id, settings);
        Map<String, String> wrong = new LinkedHashMap<>();
        int id = 0;
        for (Row row : rows(model)) {
            for (boolean changed : new boolean[]{false, true}) {
                String name = row.name + (changed ? ", changed" : ", unchanged");
                cell(row, model, changed, index, "d" + id++, body).ifPresent(what -> wrong.put(name, what));
            }
        }
        assertEquals(wrong.entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining("\n", "\n", "\n")), 0,
                wrong.size());
    }

    /** What is wrong. */
    private static Optional<String> cell(Row row, Maker model, boolean changed, String index, String id, String body) {
        String title = changed ? AFTER : BEFORE;
        if (row.exists) client().prepareIndex(index).setId(id).setSource(whole(BEFORE)).get();
        long before = textsEmbedded();
        row.way.write(index, id, title);
        long embedded = textsEmbedded() - before;
        String where = row.name.equals("reindex") ? index + OTHER : index;
        Map<String, Object> source = client().prepareGet(where, id).get().getSourceAsMap();
        if (source == null) return Optional.of("is not there");
        if (!title.equals(source.get("title")) || !body.equals(source.get("body"))) return Optional.of("is " + source);
        float[] expected = model.oracle.apply(title + " " + body);
        float[] stored = stored(client(), where, id).vector();
        for (int i = 0; i < expected.length; i++) {
            if (Math.abs(expected[i] - stored[i]) > 1e-6) return Optional.of("has the vector of another text");
        }
        int allowed = changed ? row.changed : row.unchanged;
        return embedded == allowed ? Optional.empty() : Optional.of(embedded + " texts embedded, expected " + allowed);
    }

    @FunctionalInterface
    private interface Item {

        DocWriteRequest<?> of(String index, String id, String title);
    }

    /** The same request alone and in a bulk. */
    private static void both(List<Row> rows, String name, boolean exists, int unchanged, int changed, Item item) {
        rows.add(new Row(name, exists, (index, id, title) -> {
            DocWriteRequest<?> request = item.of(index, id, title);
            if (request instanceof UpdateRequest update) client().update(update).actionGet();
            else
                client().index((IndexRequest) request).actionGet();
        }, unchanged, changed));
        rows.add(new Row("bulk: " + name, exists, (index, id, title) -> {
            BulkResponse response = client().bulk(new BulkRequest().add(item.of(index, id, title))).actionGet();
            assertFalse(name + ": " + response.buildFailureMessage(), response.hasFailures());
        }, unchanged, changed));
    }

    private static Map<String, Object> whole(String title) {
        return Map.of("title", title, "body", "for cyclists", "views", 1);
    }

    private static Map<String, Object> part(String title) {
        return Map.of("title", title, "views", 2);
    }

    private static Script script(String title) {
        return new Script(ScriptType.INLINE, "painless", "ctx._source.title = params.title; ctx._source.views = 3; "
                + "if (ctx._source.body == 'unused') ctx._source.body = 'for cyclists'", Map.of("title", title));
    }

    private static void assertDone(BulkByScrollResponse response) {
        assertEquals(response.toString(), 1, response.getUpdated() + response.getCreated());
    }

    private static void putPipeline() {
        String pipeline = "{\"processors\": [{\"set\": {\"field\": \"body\", \"value\": \"in short\"}}]}";
        client().admin().cluster().putPipeline(new PutPipelineRequest("shorten", new BytesArray(pipeline), XContentType.JSON))
                .actionGet();
    }

    private void createBooks(String name, String model, Settings settings) {
        createIndex(name, 2, 1, """
                {"properties": {
                  "title": {"type": "text"},
                  "body": {"type": "text"},
                  "views": {"type": "integer"},
                  "meaning": {"type": "embedding", "model": "%s", "source_fields": ["title", "body"]}
                }}""".formatted(model));
        if (!settings.isEmpty()) client().admin().indices().prepareUpdateSettings(name).setSettings(settings).get();
    }
}
