package io.semanticsearch.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.SearchHit;
import org.opensearch.test.OpenSearchSingleNodeTestCase;

/**
 * Searches of a whole node for vectors that k-NN's own mapper indexed and k-NN's own query finds, by its Lucene engine. Words are places in
 * a vector: documents with the same words are near.
 */
public class KnnSearchTests extends OpenSearchSingleNodeTestCase {

    private static final List<String> TEXTS = List.of("flat tyre", "flat tyre bicycle", "tyre", "bread oven", "bread",
            "baby sleep",
            "moon", "moon night");

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return List.of(NodePlugin.class, KnnPlugin.class);
    }

    @Override
    protected boolean resetNodeAfterTest() {
        return true;
    }

    private void fill(String index, String type) {
        createIndexWithMappingSource(index,
                Settings.builder().put("index.number_of_shards", 3).put("index.knn", type.contains("knn")).build(),
                "{\"properties\": {\"number\": {\"type\": \"integer\"}, \"meaning\": " + type + "}}");
        for (int i = 0; i < TEXTS.size(); i++) {
            float[] vector = WordModels.vector(WordModels.ENGLISH, TEXTS.get(i));
            List<Float> numbers = new ArrayList<>();
            for (float x : vector) numbers.add(x);
            client().prepareIndex(index).setId(index + i).setSource(Map.of("number", i, "meaning", numbers))
                    .setRefreshPolicy(RefreshPolicy.IMMEDIATE).get();
        }
    }

    private void fillKnn() {
        fill("vectors", """
                {"type": "knn_vector", "dimension": 8,
                 "method": {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil"}}""");
    }

    private SearchResponse search(String query, String... indices) {
        return client().prepareSearch(indices).setQuery(new WrapperQueryBuilder(query)).setSize(50).get();
    }

    private static List<String> ids(SearchResponse response) {
        return Arrays.stream(response.getHits().getHits()).map(SearchHit::getId).toList();
    }

    private static float cosine(String a, String b) {
        float[] x = WordModels.vector(WordModels.ENGLISH, a);
        float[] y = WordModels.vector(WordModels.ENGLISH, b);
        float sum = 0;
        for (int i = 0; i < x.length; i++) sum += x[i] * y[i];
        return sum;
    }

    public void testATextFindsWhatIsNearestByItsModel() {
        fillKnn();
        SearchResponse response = search("""
                {"semantic": {"meaning": {"query": "flat tyre", "model": "english", "k": 3}}}""", "vectors");
        assertEquals("the k hits are those of all three shards", 3, response.getHits().getHits().length);
        assertEquals("vectors0", ids(response).getFirst());
        for (SearchHit hit : response.getHits()) {
            float expected = (1 + cosine("flat tyre", TEXTS.get(Integer.parseInt(hit.getId().substring("vectors".length())))))
                    / 2;
            assertEquals(expected, hit.getScore(), 1e-4f);
        }
    }

    public void testWhatStandsBesideTheClauseAndItsFilterDecideWhatIsFound() {
        fillKnn();
        assertEquals(Set.of("vectors1", "vectors2"), new TreeSet<>(ids(search("""
                {"semantic": {"meaning": {"query": "flat tyre", "model": "english", "k": 2,
                  "filter": {"range": {"number": {"gte": 1, "lte": 2}}}}}}""", "vectors"))));
        SearchResponse counted = client().prepareSearch("vectors").setQuery(new WrapperQueryBuilder("""
                {"bool": {"must": [{"semantic": {"meaning": {"query": "flat tyre", "model": "english", "k": 2}}}],
                          "should": [{"term": {"number": 0}}]}}""")).get();
        assertEquals("combined with others it finds k of all shards", 2, counted.getHits().getTotalHits().value());
    }

    public void testALeastSimilarityLeavesOutWhatIsFarther() {
        fillKnn();
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < TEXTS.size(); i++) if (cosine("flat tyre", TEXTS.get(i)) >= 0.6f) expected.add("vectors" + i);
        assertTrue(expected.toString(), expected.size() >= 2 && expected.size() < TEXTS.size());
        assertEquals(expected, new TreeSet<>(ids(search("""
                {"semantic": {"meaning": {"query": "flat tyre", "model": "english", "k": 8, "min_similarity": 0.6}}}""",
                "vectors"))));
    }

    public void testOneSearchSpansFieldsOfBothPlugins() {
        fillKnn();
        fill("ours", "{\"type\": \"embedding\", \"model\": \"english\"}");
        createIndex("neither");
        // Other words may have the same places in a vector.
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < TEXTS.size(); i++) {
            if (cosine("flat tyre", TEXTS.get(i)) > 0.999f) expected.addAll(List.of("ours" + i, "vectors" + i));
        }
        SearchResponse response = search("""
                {"semantic": {"meaning": {"query": "flat tyre", "model": "english", "k": %s, "ignore_unmapped": true}}}"""
                .formatted(expected.size()), "vectors", "ours", "neither");
        assertEquals(0, response.getFailedShards());
        assertTrue(expected.toString(), expected.containsAll(List.of("ours0", "vectors0")));
        assertEquals(expected, new TreeSet<>(ids(response)));
    }

    public void testErrorsSayWhatToDo() {
        fillKnn();
        refused("[semantic] field [meaning] takes vectors only and has no model to embed the text with; give a [vector], or a [model]",
                """
                        {"semantic": {"meaning": "flat tyre"}}""");
        refused("[semantic] field [meaning]: the vector has [16] dimensions, the field is mapped with [8]; name the [model] that its"
                + " vectors were made with", """
                        {"semantic": {"meaning": {"query": "flat tyre", "model": "french"}}}""");
    }

    private void refused(String message, String query) {
        Exception refused = expectThrows(Exception.class, () -> search(query, "vectors"));
        Throwable cause = ExceptionsHelper.unwrapCause(refused);
        while (cause.getCause() != null && !cause.getMessage().startsWith("[semantic]"))
            cause = cause.getCause();
        assertEquals(message, cause.getMessage());
    }
}
