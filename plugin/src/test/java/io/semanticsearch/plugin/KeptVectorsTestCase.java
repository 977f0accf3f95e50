package io.semanticsearch.plugin;

import io.semanticsearch.field.VectorBytes;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.index.query.WrapperQueryBuilder;

/** A few documents whose vectors must stay those of their texts, whatever happens to their index. */
public abstract class KeptVectorsTestCase extends SemanticIntegTestCase {

    protected static final Map<String, String> TITLES = Map.of(
            "tyre", "mending a flat inner tube", "bread", "baking bread", "baby", "soothing an infant", "moon",
            "phases of the moon",
            "car", "driving an automobile in snow", "cash", "opening a savings account");

    /** Creates the index and writes the documents. */
    protected void fill(String index, int shards, int replicas) {
        createBooks(index, shards, replicas);
        write(index);
    }

    /** Writes the documents, each with its title and [in short]. */
    protected static void write(String index) {
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        TITLES.forEach(
                (id, title) -> bulk.add(new IndexRequest(index).id(id).source(Map.of("title", title, "body", "in short"))));
        BulkResponse written = client().bulk(bulk).actionGet();
        assertFalse(written.buildFailureMessage(), written.hasFailures());
    }

    /** Every document has the vector of its text, in its source and in the index of its primary. */
    protected static void assertRight(String index, Map<String, String> texts) {
        client().admin().indices().prepareRefresh(index).get();
        texts.forEach((id, text) -> {
            assertVectorOf(text, client(), index, id);
            assertFound(index, id, text, "_primary");
        });
    }

    /** Its own vector finds a document, in the copies that are preferred. */
    protected static void assertFound(String index, String id, String text, String preference) {
        SearchResponse found = client().prepareSearch(index).setPreference(preference).setQuery(new WrapperQueryBuilder(
                "{\"semantic\": {\"meaning\": {\"vector\": \"" + VectorBytes.encode(oracle(text)) + "\"}}}")).get();
        assertEquals(found.toString(), 0, found.getFailedShards());
        assertFalse("nothing is found by the vector of " + text, ids(found).isEmpty());
        assertEquals(text, id, ids(found).getFirst());
        assertEquals("score of " + text, 1f, found.getHits().getAt(0).getScore(), 1e-4f);
    }

    /** The texts of the documents by id, each a title and then the suffix. */
    protected static Map<String, String> texts(String suffix) {
        Map<String, String> texts = new TreeMap<>();
        TITLES.forEach((id, title) -> texts.put(id, title + suffix));
        return texts;
    }
}
