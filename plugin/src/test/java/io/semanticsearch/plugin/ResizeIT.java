package io.semanticsearch.plugin;

import java.util.List;
import java.util.Map;
import org.opensearch.action.admin.indices.shrink.ResizeType;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** Indices made of the segments of another one: shrunk, split, cloned. Passages are documents of Lucene's that must go where theirs goes. */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 1, numClientNodes = 0, supportsDedicatedMasters = false)
public class ResizeIT extends KeptVectorsTestCase {

    private static void resize(String from, String to, ResizeType how, int shards) {
        client().admin().indices().prepareResizeIndex(from, to).setResizeType(how).setSettings(Settings.builder()
                .putNull("index.blocks.write").put("index.number_of_shards", shards).put("index.number_of_replicas", 0).build())
                .get();
    }

    private void resizeAll(String from) {
        client().admin().indices().prepareUpdateSettings(from).setSettings(Settings.builder().put("index.blocks.write", true))
                .get();
        resize(from, from + "-shrunk", ResizeType.SHRINK, 1);
        resize(from, from + "-split", ResizeType.SPLIT, 8);
        resize(from, from + "-cloned", ResizeType.CLONE, 2);
        ensureGreen(from + "-*");
    }

    public void testVectorsAreThoseOfTheirTexts() {
        fill("books", 2, 0);
        client().prepareUpdate("books", "tyre").setDoc(Map.of("body", "at length")).get();
        client().prepareDelete("books", "cash").get();
        Map<String, String> texts = texts(" in short");
        texts.put("tyre", "mending a flat inner tube at length");
        texts.remove("cash");
        assertRight("books", texts);
        resizeAll("books");
        for (String index : List.of("books-shrunk", "books-split", "books-cloned")) {
            assertRight(index, texts);
            client().prepareUpdate(index, "bread").setDoc(Map.of("body", "at length")).get();
            assertVectorOf("baking bread at length", client(), index, "bread");
        }
    }

    public void testPassagesStayWithTheirDocuments() {
        createIndex("long", 2, 0,
                """
                        {"properties": {"title": {"type": "text"}, "body": {"type": "text"}, "meaning": {
                          "type": "embedding", "source_fields": ["title", "body"], "passages": {"max_tokens": 20, "overlap_tokens": 0}}}}""");
        for (int i = 0; i < 40; i++) {
            StringBuilder body = new StringBuilder();
            for (int sentence = 0; sentence < 6; sentence++) {
                body.append("Page ").append(i).append(" has a dull sentence about paper and ink. ");
            }
            if (i % 10 == 3) body.append("Number ").append(i).append(" tells how to calm a crying baby at night. ");
            index(client(), "long", "d" + i, "{\"title\": \"page\", \"body\": \"" + body + "\"}");
        }
        refresh("long");
        List<String> found = calming("long");
        assertEquals(List.of("d13", "d23", "d3", "d33"), found);
        resizeAll("long");
        for (String index : List.of("long-shrunk", "long-split", "long-cloned")) {
            assertEquals(40, client().prepareSearch(index).setSize(0).get().getHits().getTotalHits().value());
            assertEquals(index, found, calming(index));
            index(client(), index, "d13", "{\"title\": \"nothing of that any more\"}");
            refresh(index);
            assertEquals(index, List.of("d23", "d3", "d33"), calming(index).stream().filter(found::contains).filter(
                    id -> !id.equals("d13")).toList());
            assertEquals("none is left behind", 40,
                    client().prepareSearch(index).setSize(0).get().getHits().getTotalHits().value());
        }
    }

    private static List<String> calming(String index) {
        SearchResponse response = semantic(client(), index,
                "{\"query\": \"soothing an infant that cries\", \"k\": 4, \"passages\": 1}");
        assertEquals(response.toString(), 0, response.getFailedShards());
        return ids(response).stream().sorted().toList();
    }
}
