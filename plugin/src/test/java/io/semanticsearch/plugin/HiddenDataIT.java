package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.lessThan;

import io.semanticsearch.plugin.transport.IndexStatusAction;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.Strings;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.transport.client.Client;

/** Fields and documents that a user may not see, hidden as the security plugin hides them: no clause finds or tells anything of them. */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 1, numClientNodes = 0, supportsDedicatedMasters = false)
public class HiddenDataIT extends SemanticIntegTestCase {

    private static final String MAPPING = """
            {"properties": {
              "owner": {"type": "keyword"},
              "title": {"type": "text"},
              "body": {"type": "text"},
              "meaning": {"type": "embedding", "source_fields": ["title"]},
              "listed": {"type": "embedding", "source_fields": ["title"], "hnsw": false, "quantization": "none"},
              "long": {"type": "embedding", "source_fields": ["body"], "passages": {"max_tokens": 12, "overlap_tokens": 0}},
              "comments": {"type": "nested", "properties": {"text": {"type": "text"},
                "meaning": {"type": "embedding", "source_fields": ["comments.text"]}}},
              "position": {"type": "embedding", "dimension": 3, "similarity": "l2"}
            }}""";

    private static final Map<String, String> WITHOUT_VECTORS = Map.of(HidingReaders.FIELDS,
            "meaning,listed,long,comments.meaning,position");
    private static final Map<String, String> WITHOUT_SECRETS = Map.of(HidingReaders.OWNER, "secret");
    private static final List<String> FIELDS = List.of("meaning", "listed", "long", "comments.meaning");

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        return Stream.concat(super.nodePlugins().stream(), Stream.of(HidingReaders.class)).toList();
    }

    private void fill() {
        createIndex("papers", 1, 0, MAPPING);
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        String[][] papers = {
            {"secret", "mending a flat tyre", "A flat tyre is mended with a patch. Glue the patch over the hole."},
            {"open", "oiling a bicycle chain", "The chain of the bicycle wants oil. So does the hub of the wheel."},
            {"secret", "a puncture in the inner tube", "The inner tube has a puncture. Take the wheel off the bicycle."},
            {"open", "baking bread", "Flour, water and yeast make a dough. Put the dough in a hot oven."}};
        for (int i = 0; i < papers.length; i++) {
            bulk.add(new IndexRequest("papers").id("" + i).source(Map.of("owner", papers[i][0], "title", papers[i][1], "body",
                    papers[i][2], "comments", List.of(Map.of("text", papers[i][1])), "position", List.of(i, 0, 0)),
                    XContentType.JSON));
        }
        BulkResponse written = client().bulk(bulk).actionGet();
        assertFalse(written.buildFailureMessage(), written.hasFailures());
    }

    private static Client with(Map<String, String> headers) {
        return coordinator().filterWithHeader(headers);
    }

    private static SearchResponse search(Map<String, String> headers, String body) throws Exception {
        return with(headers).search(request(body, "papers")).actionGet();
    }

    private static String clause(String field, String rest) {
        String clause = "{\"semantic\": {\"" + field + "\": {" + rest + "}}}";
        return field.startsWith("comments.") ? "{\"nested\": {\"path\": \"comments\", \"query\": " + clause + "}}" : clause;
    }

    private static String asking(String field) {
        return clause(field, "\"query\": \"my tyre has a puncture\", \"k\": 2");
    }

    private static String body(String query) {
        return "{\"query\": " + query + "}";
    }

    public void testAHiddenFieldFindsNothing() throws Exception {
        fill();
        for (String field : FIELDS) {
            assertEquals(field, 2, ids(search(Map.of(), body(asking(field)))).size());
            assertEquals(field, List.of(), ids(search(WITHOUT_VECTORS, body(asking(field)))));
            assertEquals(field, List.of(), ids(search(WITHOUT_VECTORS, body("{\"bool\": {\"must\": [" + asking(field)
                    + "], \"should\": [{\"match_all\": {}}]}}"))));
            String exists = field.startsWith("comments.")
                    ? "{\"nested\": {\"path\": \"comments\", \"query\": {\"exists\": {\"field\": \"" + field + "\"}}}}"
                    : "{\"exists\": {\"field\": \"" + field + "\"}}";
            assertEquals(field, List.of(), ids(search(WITHOUT_VECTORS, body(exists))));
        }
        String near = clause("position", "\"vector\": [0, 0, 0], \"k\": 2");
        assertEquals(List.of("0", "1"), ids(search(Map.of(), body(near))));
        assertEquals(List.of(), ids(search(WITHOUT_VECTORS, body(near))));
    }

    public void testAHiddenFieldTellsNothing() throws Exception {
        fill();
        String rest = ", \"_source\": [\"*\"], \"fields\": [\"meaning\", \"long\", \"position\"],"
                + " \"docvalue_fields\": [\"meaning\", \"position\"], \"explain\": true}";
        String open = Strings.toString(MediaTypeRegistry.JSON, search(Map.of(), "{\"query\": {\"match_all\": {}}" + rest));
        assertThat(open, containsString("sv1:"));
        assertThat(open, containsString("sp1:"));
        SearchResponse hidden = search(WITHOUT_VECTORS, "{\"query\": {\"match_all\": {}}" + rest);
        String json = Strings.toString(MediaTypeRegistry.JSON, hidden);
        assertEquals(4, hidden.getHits().getHits().length);
        assertFalse(json, json.contains("sv1:") || json.contains("sp1:") || json.contains("\"position\"")
                || json.contains("\"meaning\""));

        String passages = "{\"bool\": {\"should\": [{\"match\": {\"body\": \"patch\"}}, "
                + clause("long", "\"query\": \"a patch\", \"k\": 4, \"passages\": 2") + "]}}";
        String highlight = ", \"highlight\": {\"fields\": {\"body\": {\"type\": \"semantic\", \"highlight_query\": "
                + clause("long", "\"query\": \"a patch\", \"k\": 4") + "}}}}";
        String shown = Strings.toString(MediaTypeRegistry.JSON, search(Map.of(), "{\"query\": " + passages + highlight));
        assertThat(shown, containsString("long.passages"));
        assertThat(shown, containsString("\"highlight\""));
        SearchResponse words = search(WITHOUT_VECTORS, "{\"query\": " + passages + highlight);
        assertEquals("found by its words", List.of("0"), ids(words));
        String found = Strings.toString(MediaTypeRegistry.JSON, words);
        assertFalse(found, found.contains("long.passages") || found.contains("\"highlight\""));
    }

    public void testAHiddenFieldGivesNoExample() throws Exception {
        fill();
        String like = clause("meaning", "\"like\": [{\"_id\": \"0\"}], \"k\": 2");
        assertEquals(2, ids(search(Map.of(), body(like))).size());
        Exception refused = expectThrows(Exception.class, () -> search(WITHOUT_VECTORS, body(like)));
        assertThat(rootMessage(refused), containsString("has no vector there, or none that you may see"));
        Exception absent = expectThrows(Exception.class, () -> search(WITHOUT_SECRETS, body(like)));
        assertThat(rootMessage(absent), containsString("is not there, not refreshed yet, or not yours to see"));
    }

    /** What the status counts is what its reader can search. */
    public void testTheStatusCountsWhatItsReaderMaySee() throws Exception {
        fill();
        assertEquals(4, number(status(Map.of()), "fresh"));
        assertEquals(0, number(status(WITHOUT_VECTORS), "fresh"));
        assertEquals(2, number(status(WITHOUT_SECRETS), "fresh"));
        assertEquals(2, number(status(WITHOUT_SECRETS), "documents"));
    }

    private static Object status(Map<String, String> headers) {
        Map<?, ?> body = with(headers).execute(IndexStatusAction.TYPE, new IndexStatusAction.Request("papers")).actionGet()
                .body();
        Map<?, ?> indices = (Map<?, ?>) body.get("indices");
        return ((Map<?, ?>) ((Map<?, ?>) indices.get("papers")).get("fields")).get("meaning");
    }

    public void testHiddenDocumentsAreNotFoundAndLeaveRoomForOthers() throws Exception {
        fill();
        for (String field : FIELDS) {
            assertEquals(field, Set.of("0", "2"), Set.copyOf(ids(search(Map.of(), body(asking(field))))));
            assertEquals(field, Set.of("1", "3"), Set.copyOf(ids(search(WITHOUT_SECRETS, body(asking(field))))));
            assertFalse(field, with(WITHOUT_SECRETS).prepareExplain("papers", "0")
                    .setQuery(new WrapperQueryBuilder(asking(field))).get().isMatch());
        }
        String fusion = "{\"fusion\": {\"queries\": [{\"match\": {\"title\": \"tyre\"}}, " + asking("meaning") + "]}}";
        assertEquals(Set.of("1", "3"), Set.copyOf(ids(search(WITHOUT_SECRETS, body(fusion)))));
        String passages = clause("long", "\"query\": \"a patch over the hole\", \"k\": 4, \"passages\": 5");
        String json = Strings.toString(MediaTypeRegistry.JSON, search(WITHOUT_SECRETS, body(passages)));
        assertFalse(json, json.contains("patch"));
    }

    /** Enough documents that a graph is walked, and the nearest of all are hidden. */
    public void testHiddenDocumentsAreNotFoundInAGraph() throws Exception {
        createIndex("papers", 1, 0, MAPPING);
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < 5_000; i++) {
            bulk.add(new IndexRequest("papers").id("" + i).source("{\"owner\": \"" + (i < 50 ? "secret" : "open")
                    + "\", \"position\": [" + i * 0.01 + ", 0.5, " + i * i * 0.00001 + "]}", XContentType.JSON));
        }
        // Up to 8,192 documents a shard is compared as a whole.
        for (int i = 5_000; i <= 8_192; i++) bulk.add(new IndexRequest("papers").id("" + i).source(Map.of("owner", "open")));
        BulkResponse written = client().bulk(bulk).actionGet();
        assertFalse(written.buildFailureMessage(), written.hasFailures());
        client().admin().indices().prepareForceMerge("papers").setMaxNumSegments(1).get();
        String near = clause("position", "\"vector\": [0, 0.5, 0], \"k\": 5, \"num_candidates\": 20");
        assertEquals(List.of("0", "1", "2", "3", "4"), ids(search(Map.of(), body(near))));
        SearchResponse found = search(WITHOUT_SECRETS, "{\"profile\": true, \"query\": " + near + "}");
        assertEquals(List.of("50", "51", "52", "53", "54"), ids(found));
        String profile = Strings.toString(MediaTypeRegistry.JSON, found);
        Matcher visited = Pattern.compile("vectors visited \\[(\\d+)\\]").matcher(profile);
        assertTrue(profile, visited.find());
        assertThat("by comparing with all it would be 4,950", Integer.parseInt(visited.group(1)), lessThan(1_000));
    }
}
