package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import io.semanticsearch.field.VectorBytes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.opensearch.OpenSearchException;
import org.opensearch.action.bulk.BulkItemResponse;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.search.SearchHit;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.transport.client.Client;

/** Searching by meaning on two nodes and two shards, through either node. */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
public class SemanticSearchIT extends SemanticIntegTestCase {

    private void fill() {
        createBooks("books", 2, 0);
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        String[][] books = {
            {"tyre", "mending a flat inner tube", "take the wheel off and patch the hole", "1"},
            {"bread", "baking bread", "flour, water, yeast and a hot oven", "2"},
            {"baby", "soothing an infant", "rock the child gently until it sleeps", "3"},
            {"moon", "why the moon has phases", "the sun lights one half of it as it orbits the earth", "4"}};
        for (String[] book : books) {
            bulk.add(new IndexRequest("books").id(book[0])
                    .source(Map.of("title", book[1], "body", book[2], "views", Integer.valueOf(book[3]))));
        }
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
    }

    public void testQuestionsInOtherWordsFindTheirBookThroughEitherNode() {
        fill();
        for (String node : internalCluster().getNodeNames()) {
            Client client = internalCluster().client(node);
            assertEquals("tyre", ids(semantic(client, "books", "\"my bicycle has a puncture\"")).getFirst());
            assertEquals("baby", ids(semantic(client, "books", "{\"query\": \"calm a crying newborn\", \"k\": 2}")).getFirst());
            assertEquals("moon", ids(semantic(client, "books", "\"astronomy\"")).getFirst());
        }
    }

    public void testScoresAreThoseOfTheSimilarity() {
        fill();
        float[] vector = oracle("baking bread flour, water, yeast and a hot oven");
        SearchResponse response = semantic(client(), "books",
                "{\"vector\": \"" + VectorBytes.encode(vector) + "\", \"boost\": 3, \"_name\": \"m\"}");
        SearchHit best = response.getHits().getAt(0);
        assertEquals("bread", best.getId());
        // The cosine of a vector with itself is 1, its score (1 + 1) / 2.
        assertEquals(3f, best.getScore(), 1e-4f);
        assertArrayEquals(new String[]{"m"}, best.getMatchedQueries());
    }

    public void testAFilterInsideTheClauseDecidesWhatIsFound() {
        fill();
        SearchResponse response = semantic(client(), "books", """
                {"query": "my bicycle has a puncture", "k": 1, "filter": {"range": {"views": {"gte": 2}}}}""");
        assertEquals(1, ids(response).stream().filter(id -> !id.equals("tyre")).limit(1).count());
        assertFalse(ids(response).contains("tyre"));
    }

    public void testMinSimilarityCutsOffWhatIsFar() {
        fill();
        assertEquals(List.of("tyre"), ids(semantic(client(), "books", """
                {"query": "mending a flat inner tube: take the wheel off and patch the hole", "min_similarity": 0.8}""")));
    }

    public void testTheClauseStandsInABool() {
        fill();
        SearchResponse response = client().prepareSearch("books").setQuery(new WrapperQueryBuilder("""
                {"bool": {"must": [{"semantic": {"meaning": "bread"}}], "should": [{"match": {"title": "moon"}}],
                          "filter": [{"range": {"views": {"lte": 3}}}]}}""")).get();
        assertEquals("bread", ids(response).getFirst());
        assertFalse(ids(response).contains("moon"));
    }

    public void testKDefaultsToThePageThatIsAskedFor() {
        createBooks("many", 1, 0);
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < 60; i++) bulk.add(new IndexRequest("many").id("" + i).source(Map.of("title", "book number " + i)));
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
        assertEquals(10, semantic(client(), "many", "\"book\"").getHits().getHits().length);
        SearchResponse page = client().prepareSearch("many")
                .setQuery(new WrapperQueryBuilder("{\"semantic\": {\"meaning\": \"book\"}}"))
                .setFrom(20)
                .setSize(30)
                .get();
        assertEquals(30, page.getHits().getHits().length);
    }

    public void testSourceHoldsNoVectorUnlessAsked() {
        fill();
        SearchHit hit = semantic(client(), "books", "\"bread\"").getHits().getAt(0);
        assertEquals(java.util.Set.of("title", "body", "views"), hit.getSourceAsMap().keySet());
        SearchHit asked = client().prepareSearch("books").setFetchSource(new String[]{"meaning"}, null).get().getHits().getAt(0);
        assertEquals(java.util.Set.of("meaning"), asked.getSourceAsMap().keySet());
        SearchHit all = client().prepareSearch("books").setFetchSource(new String[]{"*"}, null).get().getHits().getAt(0);
        assertTrue(all.getSourceAsMap().containsKey("meaning"));
        SearchHit fields = client().prepareSearch("books").setSource(new SearchSourceBuilder().fetchField("meaning")).get()
                .getHits().getAt(0);
        assertEquals(256, fields.field("meaning").getValues().size());
    }

    public void testExistsFindsDocumentsWithAVector() {
        fill();
        client().prepareIndex("books").setId("empty").setSource(Map.of("views", 9)).setRefreshPolicy(RefreshPolicy.IMMEDIATE)
                .get();
        assertEquals(4, client().prepareSearch("books").setQuery(QueryBuilders.existsQuery("meaning")).get().getHits()
                .getTotalHits().value());
    }

    public void testVectorsOf3072DimensionsAreIndexedAndFound() {
        createIndex("wide", 2, 0, "{\"properties\": {\"meaning\": {\"type\": \"embedding\", \"dimension\": 3072}}}");
        Random random = new Random(3);
        float[][] vectors = new float[40][3072];
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < vectors.length; i++) {
            for (int d = 0; d < 3072; d++) vectors[i][d] = (float) random.nextGaussian();
            Object value = i % 2 == 0 ? VectorBytes.encode(vectors[i]) : vectors[i];
            bulk.add(new IndexRequest("wide").id("" + i).source(Map.of("meaning", value)));
        }
        BulkResponse indexed = client().bulk(bulk).actionGet();
        assertFalse(indexed.buildFailureMessage(), indexed.hasFailures());
        for (int i = 0; i < vectors.length; i++) {
            assertEquals("" + i, ids(semantic(client(), "wide", "{\"vector\": " + Arrays.toString(vectors[i]) + "}")).getFirst());
        }
    }

    public void testUnusableVectorsFailAloneAndSayWhatToDo() {
        createIndex("own", 2, 0, "{\"properties\": {\"meaning\": {\"type\": \"embedding\", \"dimension\": 3}}}");
        Map<String, String> bad = new java.util.LinkedHashMap<>();
        bad.put("[1, 2]", "the vector has [2] dimensions, the field is mapped with [3]");
        bad.put("[1, 2, 1e60]", "expected finite float32 numbers");
        bad.put("[0, 0, 0]", "a vector of zeros has no direction");
        bad.put("\"some text, no vector\"", "a text stands where a vector belongs");
        bad.put("{\"a\": 1}", "expected an array of [3] numbers");
        BulkRequest bulk = new BulkRequest();
        for (String value : bad.keySet()) {
            bulk.add(new IndexRequest("own").source("{\"meaning\": " + value + "}", XContentType.JSON));
            bulk.add(new IndexRequest("own").source("{\"meaning\": [1, 2, 3]}", XContentType.JSON));
        }
        BulkItemResponse[] items = client().bulk(bulk).actionGet().getItems();
        int i = 0;
        for (String message : bad.values()) {
            assertEquals(RestStatus.BAD_REQUEST, items[i].status());
            assertThat(items[i].getFailure().getCause().getCause().getMessage(), containsString(message));
            assertFalse(items[i + 1].isFailed());
            i += 2;
        }
    }

    public void testUnusableClausesAre400AndSayWhatToDo() {
        fill();
        Map<String, String> bad = new java.util.LinkedHashMap<>();
        bad.put("{\"query\": \"x\", \"k\": 0}", "[k] is [0]; expected 1 to 10000");
        bad.put("{\"query\": \"x\", \"colour\": 1}",
                "[semantic] has no parameter [colour]; known are [query, vector, image, like, unlike, k,");
        bad.put("{\"query\": \"x\", \"model\": \"no-such\"}", "unknown model [no-such]; defined are [built-in:english-small]");
        bad.put("{\"vector\": [1, 2]}", "the vector has [2] dimensions, the field is mapped with [256]");
        bad.put("{\"query\": \"x\", \"min_similarity\": 2}", "a cosine lies between -1 and 1");
        bad.put("{\"query\": \"  \"}", "empty [query]");
        bad.put("{}", "neither [query] nor [vector], [image] or [like]");
        bad.forEach((clause, message) -> {
            OpenSearchException failure = expectThrows(OpenSearchException.class, () -> semantic(client(), "books", clause));
            assertEquals(clause + ": " + failure.getDetailedMessage(), RestStatus.BAD_REQUEST, failure.status());
            assertThat(failure.getDetailedMessage(), containsString(message));
        });
    }

    public void testAnUnmappedFieldIsAnErrorUnlessItMayBeMissing() {
        createIndex("plain", 1, 0, "{\"properties\": {\"title\": {\"type\": \"text\"}}}");
        OpenSearchException failure = expectThrows(OpenSearchException.class, () -> semantic(client(), "plain", "\"x\""));
        assertThat(failure.getDetailedMessage(), containsString("is not mapped in this index"));
        assertThat(semantic(client(), "plain", "{\"query\": \"x\", \"ignore_unmapped\": true}").getHits().getTotalHits().value(),
                equalTo(0L));
    }

    public void testATextIsEmbeddedOnceForItsSpaceAndKept() {
        fill();
        semantic(client(), "books", "\"a question asked twice\"");
        long before = textsEmbedded();
        for (int i = 0; i < 5; i++) semantic(internalCluster().smartClient(), "books", "\"a question asked twice\"");
        assertThat(2L, greaterThan(textsEmbedded() - before));
    }

    public void testAWordThatTheModelDoesNotKnowFindsNothing() {
        fill();
        assertEquals(0, semantic(client(), "books", "\"\\u2603\\u2603\"").getHits().getHits().length);
    }
}
