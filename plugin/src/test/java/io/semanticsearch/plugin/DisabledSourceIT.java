package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.ReembedAction;
import io.semanticsearch.plugin.transport.ReembedRequest;
import java.util.Map;
import java.util.Optional;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** Indices that do not keep the source of their documents, or only a part of it. */
@ClusterScope(scope = Scope.TEST, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
public class DisabledSourceIT extends KeptVectorsTestCase {

    private void createBooks(String index, String source, String more) {
        createIndex(index, 1, 1, """
                {"_source": %s, "properties": {
                  "title": {"type": "text"},
                  "body": {"type": "text"},
                  "views": {"type": "integer"},
                  "meaning": {"type": "embedding", "source_fields": ["title", "body"]%s}
                }}""".formatted(source, more));
    }

    private void assertSearched(String index) {
        texts(" in short").forEach((id, text) -> {
            assertFound(index, id, text, "_primary");
            assertFound(index, id, text, "_replica");
        });
        assertEquals("baby", ids(semantic(client(), index, "\"calming a baby\"")).getFirst());
        assertEquals("bread", ids(client().prepareSearch(index).setQuery(new WrapperQueryBuilder(
                "{\"semantic\": {\"meaning\": {\"query\": \"a loaf\", \"k\": 1, \"filter\": {\"match\": {\"body\": \"short\"}}}}}"))
                .addDocValueField("meaning").get()).getFirst());
    }

    public void testWithoutSourceDocumentsAreSearchedAndStayAsTheyAre() throws Exception {
        createBooks("books", "{\"enabled\": false}", "");
        write("books");
        assertSearched("books");
        Exception refused = expectThrows(Exception.class,
                () -> client().prepareUpdate("books", "tyre").setDoc(Map.of("body", "at length")).get());
        assertThat(refused.getMessage(), containsString("document source missing"));
        // The whole document written again is embedded again.
        index(client(), "books", "bread", "{\"title\": \"sharpening kitchen knives\"}");
        refresh("books");
        assertFound("books", "bread", "sharpening kitchen knives", null);
        internalCluster().fullRestart();
        ensureGreen("books");
        assertFound("books", "bread", "sharpening kitchen knives", null);
    }

    public void testWhatTheSourceLeavesOutIsMadeAnew() {
        createBooks("books", "{\"excludes\": [\"meaning\"]}", "");
        write("books");
        assertSearched("books");
        assertFalse(client().prepareGet("books", "tyre").get().getSourceAsMap().containsKey("meaning"));
        long before = textsEmbedded();
        client().prepareUpdate("books", "tyre").setDoc(Map.of("views", 3)).get();
        refresh("books");
        assertEquals("nothing says what the vector was of", 1, textsEmbedded() - before);
        assertFound("books", "tyre", "mending a flat inner tube in short", null);
    }

    public void testDocumentsAreNotWrittenAnewFromASourceThatLacksAPart() {
        client().execute(PutModelAction.TYPE,
                new ModelRequest("small", Map.of("provider", "local", "model", BUILT_IN, "dimensions", 64))).actionGet();
        Map<String, Boolean> sources = Map.of("{\"enabled\": false}", false, "{\"excludes\": [\"views\"]}", false,
                "{\"includes\": [\"title\", \"body\"]}", false,
                "{\"excludes\": [\"meaning\"]}", true);
        sources.forEach((source, possible) -> {
            createBooks("books", source, "");
            write("books");
            ReembedRequest move = ReembedRequest.start(new String[]{"books"}, Optional.empty(), Optional.of("small"), 0, true,
                    Optional.of(TimeValue.timeValueSeconds(30)));
            if (possible) {
                client().execute(ReembedAction.TYPE, move).actionGet();
                refresh("books");
                assertEquals("baby", ids(semantic(client(), "books", "{\"query\": \"calming a baby\", \"model\": \"small\"}"))
                        .getFirst());
            } else {
                Exception refused = expectThrows(Exception.class, () -> client().execute(ReembedAction.TYPE, move).actionGet());
                assertThat(refused.getMessage(),
                        containsString("index [books] does not keep the whole [_source] of its documents"));
                assertSearched("books");
            }
            client().admin().indices().prepareDelete("books").get();
        });
    }
}
