package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.field.VectorBytes;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.admin.indices.alias.IndicesAliasesRequest;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.CreatePitAction;
import org.opensearch.action.search.CreatePitRequest;
import org.opensearch.action.search.DeletePitAction;
import org.opensearch.action.search.DeletePitRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.search.builder.PointInTimeBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** [like] and [unlike] on two nodes and two shards. */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
public class SearchByExampleIT extends SemanticIntegTestCase {

    private static final String[][] BOOKS = {
        {"tyre", "mending a flat inner tube", "take the wheel off and patch the hole"},
        {"bicycle", "oiling a bicycle chain", "clean the wheel and the chain of the bicycle"},
        {"bread", "baking bread", "flour, water, yeast and a hot oven"},
        {"cake", "baking a cake", "butter, sugar and flour in the oven"},
        {"baby", "soothing an infant", "rock the child gently until it sleeps"},
        {"moon", "why the moon has phases", "the sun lights one half of it as it orbits the earth"},
        {"sun", "why the sun shines", "hydrogen burns to helium in the star that the earth orbits"}};

    private void fill(String index) {
        createBooks(index, 2, 0);
        add(index);
    }

    private static void add(String index) {
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (String[] book : BOOKS)
            bulk.add(new IndexRequest(index).id(book[0]).source(Map.of("title", book[1], "body", book[2])));
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
    }

    private static float[] vector(String book) {
        String[] found = Arrays.stream(BOOKS).filter(row -> row[0].equals(book)).findFirst().orElseThrow();
        return oracle(found[1] + " " + found[2]);
    }

    /** Searches with a weighted sum of unit vectors that is computed here; what is left out is taken out of the answer. */
    private static List<String> expected(String index, Map<float[], Double> weights, String... leftOut) {
        double[] sum = new double[256];
        weights.forEach((vector, weight) -> {
            double norm = 0;
            for (float x : vector) norm += x * x;
            for (int i = 0; i < sum.length; i++) sum[i] += weight * vector[i] / Math.sqrt(norm);
        });
        float[] target = new float[256];
        for (int i = 0; i < sum.length; i++) target[i] = (float) sum[i];
        List<String> ids = new ArrayList<>(
                ids(semantic(client(), index, "{\"vector\": \"" + VectorBytes.encode(target) + "\"}")));
        ids.removeAll(List.of(leftOut));
        return ids;
    }

    private static void refused(String message, String index, String clause) {
        Exception failure = expectThrows(Exception.class, () -> client().prepareSearch(index.split(","))
                .setQuery(new WrapperQueryBuilder("{\"semantic\": {\"meaning\": " + clause + "}}")).get());
        assertEquals(failure.toString(), RestStatus.BAD_REQUEST, ExceptionsHelper.status(ExceptionsHelper.unwrapCause(failure)));
        assertThat(ExceptionsHelper.unwrapCause(failure).getMessage(), containsString(message));
    }

    public void testADocumentFindsItsLikeWithoutEmbeddingAndIsNoHitItself() {
        fill("books");
        long before = textsEmbedded();
        for (String id : List.of("bread", "moon", "tyre")) {
            List<String> found = ids(semantic(client(), "books", "{\"like\": {\"_id\": \"" + id + "\"}}"));
            assertEquals(expected("books", Map.of(vector(id), 1.0), id), found);
            assertEquals(BOOKS.length - 1, found.size());
        }
        assertEquals("cake", ids(semantic(client(), "books", "{\"like\": {\"_id\": \"bread\"}, \"k\": 1}")).getFirst());
        assertEquals("sun", ids(semantic(client(), "books", "{\"like\": [{\"_id\": \"moon\"}]}")).getFirst());
        assertEquals("ids cost no embedding", before, textsEmbedded());
    }

    public void testExamplesOfAllKindsCountByTheirWeights() {
        fill("books");
        Map<float[], Double> weights = new LinkedHashMap<>();
        weights.put(vector("bread"), 1.0);
        weights.put(oracle("a warm night"), 2.0);
        weights.put(vector("moon"), 0.25);
        weights.put(vector("cake"), -0.5);
        weights.put(oracle("sugar"), -0.75);
        assertEquals(expected("books", weights, "bread", "cake"), ids(semantic(client(), "books", """
                {"like": [{"_id": "bread"}, {"text": "a warm night", "weight": 2}, {"vector": "%s", "weight": 0.25}],
                 "unlike": [{"_id": "cake"}, {"text": "sugar", "weight": 0.75}]}""".formatted(
                VectorBytes.encode(vector("moon"))))));
        assertEquals("a string is a text", ids(semantic(client(), "books", "\"bread\"")),
                ids(semantic(client(), "books", "{\"like\": \"bread\"}")));
    }

    public void testAFilterStaysAndExamplesAreLeftOutInAnyPlace() {
        fill("books");
        assertEquals(List.of("cake"), ids(semantic(client(), "books", """
                {"like": {"_id": "bread"}, "k": 1, "filter": {"match": {"title": "baking"}}}""")));
        SearchResponse combined = client().prepareSearch("books").setQuery(new WrapperQueryBuilder("""
                {"bool": {"must": [{"semantic": {"meaning": {"like": {"_id": "bread"}, "k": 3, "_name": "alike"}}}],
                          "should": [{"match": {"title": {"query": "bread baking", "_name": "words"}}}]}}""")).get();
        assertFalse(ids(combined).contains("bread"));
        assertEquals("cake", ids(combined).getFirst());
        assertArrayEquals(new String[]{"alike", "words"},
                Arrays.stream(combined.getHits().getAt(0).getMatchedQueries()).sorted().toArray());
    }

    public void testADocumentOfAnotherIndexAndOneThatIsInTwo() {
        fill("books");
        fill("novels");
        index(client(), "novels", "only", "{\"title\": \"a bicycle with a puncture\"}");
        client().admin().indices().prepareRefresh("novels").get();
        List<String> found = ids(
                semantic(client(), "books", "{\"like\": {\"_id\": \"only\", \"_index\": \"novels\"}, \"k\": 2}"));
        assertTrue(found.toString(), Set.of("tyre", "bicycle").contains(found.getFirst()));
        assertEquals("the document of the same id in this index is another one", "tyre", ids(semantic(client(), "books",
                "{\"like\": {\"_id\": \"tyre\", \"_index\": \"novels\"}, \"k\": 1}")).getFirst());
        SearchResponse both = client().prepareSearch("books", "novels").setQuery(new WrapperQueryBuilder(
                "{\"semantic\": {\"meaning\": {\"like\": {\"_id\": \"tyre\", \"_index\": \"novels\"}, \"k\": 5}}}")).get();
        assertTrue(Arrays.stream(both.getHits().getHits())
                .anyMatch(hit -> hit.getId().equals("tyre") && hit.getIndex().equals("books")));
        assertTrue(Arrays.stream(both.getHits().getHits())
                .noneMatch(hit -> hit.getId().equals("tyre") && hit.getIndex().equals("novels")));
        refused("document [tyre] is in [", "books,novels", "{\"like\": {\"_id\": \"tyre\"}}");
        assertTrue(ids(semantic(client(), "*", "{\"like\": {\"_id\": \"only\"}}")).size() > 5);
        Exception absent = expectThrows(Exception.class, () -> semantic(client(), "books",
                "{\"like\": {\"_id\": \"tyre\", \"_index\": \"films\"}}"));
        assertEquals(RestStatus.NOT_FOUND, ExceptionsHelper.status(ExceptionsHelper.unwrapCause(absent)));
    }

    public void testRoutingTellsDocumentsOfOneIdApart() {
        createBooks("books", 2, 0);
        // These two values lead to different shards.
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < 8; i++) {
            bulk.add(new IndexRequest("books").id("same").routing("r" + i).source(Map.of("title",
                    i == 0 ? "baking bread in an oven" : "the moon and the stars")));
        }
        bulk.add(new IndexRequest("books").id("cake").source(Map.of("title", "flour for a cake")));
        bulk.add(new IndexRequest("books").id("night").source(Map.of("title", "the sky at night")));
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
        refused("document [same] is there more than once, with different routing; say in [routing] which is meant", "books",
                "{\"like\": {\"_id\": \"same\"}}");
        SearchResponse found = semantic(client(), "books", "{\"like\": {\"_id\": \"same\", \"routing\": \"r7\"}}");
        assertEquals("the others of that id are hits", 2 + distinct() - 1, ids(found).size());
    }

    /** How many documents of the id [same] are in different shards, and so not replaced by one another. */
    private static int distinct() {
        return (int) client().prepareSearch("books").setQuery(QueryBuilders.idsQuery().addIds("same")).get().getHits()
                .getTotalHits().value();
    }

    public void testWhatCannotServeAsAnExampleSaysWhy() {
        fill("books");
        createIndex("plain", 1, 0, "{\"properties\": {\"title\": {\"type\": \"text\"}}}");
        index(client(), "plain", "p", "{\"title\": \"x\"}");
        index(client(), "books", "empty", "{\"views\": 3}");
        client().admin().indices().prepareRefresh("books", "plain").get();
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("{\"like\": {\"_id\": \"absent\"}}", "[semantic] field [meaning]: document [absent] is not found in [books], so"
                + " nothing can be like it: it is not there, not refreshed yet, or not yours to see");
        bad.put("{\"like\": {\"_id\": \"empty\"}}", "document [empty] of [books] has no vector there, or none that you may see");
        bad.put("{\"like\": {\"_id\": \"p\", \"_index\": \"plain\"}}", "[plain] has no field [meaning] of type [embedding]");
        bad.put("{\"like\": {\"vector\": [1, 2]}}", "an example has a vector of [2] dimensions, the field is mapped with [256]");
        bad.put("{\"like\": {\"_id\": \"moon\"}, \"unlike\": {\"_id\": \"moon\", \"weight\": 1}}", "cancel each other out");
        bad.put("{\"like\": {\"text\": \"x\"}, \"model\": \"no-such\"}", "unknown model [no-such]");
        bad.forEach((clause, message) -> refused(message, "books", clause));
        assertEquals(0, ids(semantic(client(), "books", "{\"like\": \"\\u2603\"}")).size());
    }

    public void testSpacesAreKeptApart() {
        client().execute(PutModelAction.TYPE, new ModelRequest("small",
                Map.of("provider", "local", "model", BUILT_IN, "dimensions", 64))).actionGet();
        fill("books");
        createIndex("short", 1, 0, """
                {"properties": {"title": {"type": "text"}, "body": {"type": "text"},
                  "meaning": {"type": "embedding", "model": "small", "source_fields": ["title", "body"]}}}""");
        add("short");
        refused("another model made it, so it cannot serve as an example", "books", """
                {"like": {"_id": "moon", "_index": "short"}}""");
        refused("none of the documents in [like] has a vector in the space [", "books,short", """
                {"like": {"_id": "moon", "_index": "short"}}""");
        // A text counts in both, the document in its own.
        SearchResponse both = client().prepareSearch("books", "short").setSize(20).setQuery(new WrapperQueryBuilder("""
                {"semantic": {"meaning": {"like": [{"_id": "moon", "_index": "short"}, "baking in an oven"]}}}""")).get();
        List<String> inBooks = Arrays.stream(both.getHits().getHits()).filter(hit -> hit.getIndex().equals("books"))
                .map(hit -> hit.getId()).toList();
        assertEquals(expected("books", Map.of(oracle("baking in an oven"), 1.0)), inBooks);
        assertTrue(Arrays.stream(both.getHits().getHits()).noneMatch(hit -> hit.getIndex().equals("short")
                && hit.getId().equals("moon")));
    }

    public void testVectorsThatTheSourceDoesNotKeepAreReadFromTheIndex() {
        createIndex("lean", 2, 0, """
                {"_source": {"excludes": ["meaning"]}, "properties": {"title": {"type": "text"}, "body": {"type": "text"},
                  "meaning": {"type": "embedding", "source_fields": ["title", "body"]}}}""");
        createIndex("none", 2, 0, """
                {"_source": {"enabled": false}, "properties": {"title": {"type": "text"}, "body": {"type": "text"},
                  "meaning": {"type": "embedding", "source_fields": ["title", "body"]}}}""");
        for (String index : List.of("lean", "none")) {
            add(index);
            assertEquals(expected(index, Map.of(vector("bread"), 1.0), "bread"),
                    ids(semantic(client(), index, "{\"like\": {\"_id\": \"bread\"}}")));
        }
        assertEquals("beside others as well", 2 * BOOKS.length, client().prepareSearch("lean", "none").get().getHits()
                .getTotalHits().value());
        SearchResponse numbers = client().prepareSearch("none").setQuery(QueryBuilders.idsQuery().addIds("moon"))
                .addDocValueField("meaning").get();
        List<Object> values = numbers.getHits().getAt(0).field("meaning").getValues();
        float[] vector = vector("moon");
        for (int i = 0; i < vector.length; i++) assertEquals(vector[i], ((Number) values.get(i)).floatValue(), 1e-6f);
    }

    public void testVectorsOfTheUsersOwnByDistance() {
        createIndex("points", 2, 0, """
                {"properties": {"meaning": {"type": "embedding", "dimension": 2, "similarity": "l2"}}}""");
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < 5; i++)
            bulk.add(new IndexRequest("points").id("" + i).source("{\"meaning\": [" + i + ", 0]}", XContentType.JSON));
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
        // The middle of 0 and 4 is 2.
        assertEquals("2", ids(semantic(client(), "points", "{\"like\": [{\"_id\": \"0\"}, {\"_id\": \"4\"}]}")).getFirst());
        // (2 · 1 - 1 · 0) / (2 - 1) is 2
        assertEquals(List.of("2", "3", "4"), ids(semantic(client(), "points",
                "{\"like\": {\"_id\": \"1\", \"weight\": 2}, \"unlike\": {\"_id\": \"0\", \"weight\": 1}}")));
        refused("under [l2] [like] must outweigh [unlike]", "points",
                "{\"like\": {\"_id\": \"1\"}, \"unlike\": [{\"_id\": \"0\"}, {\"_id\": \"2\"}]}");
    }

    public void testThroughAliasesNestedObjectsPointsInTimeAndSeveralSearches() throws Exception {
        fill("books");
        client().admin().indices().aliases(new IndicesAliasesRequest().addAliasAction(
                IndicesAliasesRequest.AliasActions.add().index("books").alias("bakery")
                        .filter("{\"match\": {\"title\": \"baking\"}}")))
                .actionGet();
        assertEquals(List.of("cake"), ids(semantic(client(), "bakery", "{\"like\": {\"_id\": \"bread\"}, \"k\": 1}")));
        refused("document [moon] is not found in [bakery]", "bakery", "{\"like\": {\"_id\": \"moon\"}}");
        assertEquals("the alias names where it is", "sun", ids(semantic(client(), "books",
                "{\"like\": {\"_id\": \"moon\", \"_index\": \"books\"}}")).getFirst());

        String pit = client().execute(CreatePitAction.INSTANCE,
                new CreatePitRequest(TimeValue.timeValueMinutes(1), true, "books")).get().getId();
        client().prepareDelete("books", "bread").setRefreshPolicy(RefreshPolicy.IMMEDIATE).get();
        SearchResponse then = client().search(new SearchRequest().source(new SearchSourceBuilder()
                .pointInTimeBuilder(new PointInTimeBuilder(pit))
                .query(new WrapperQueryBuilder("{\"semantic\": {\"meaning\": {\"like\": {\"_id\": \"bread\"}}}}")))).actionGet();
        assertEquals("cake", ids(then).getFirst());
        assertFalse(ids(then).contains("bread"));
        client().execute(DeletePitAction.INSTANCE, new DeletePitRequest(pit)).get();

        createIndex("talks", 2, 0, """
                {"properties": {"comments": {"type": "nested", "properties": {
                  "text": {"type": "text"}, "meaning": {"type": "embedding", "source_fields": ["comments.text"]}}}}}""");
        index(client(), "talks", "a", "{\"comments\": [{\"text\": \"baking bread\"}, {\"text\": \"flour in the oven\"}]}");
        index(client(), "talks", "b", "{\"comments\": [{\"text\": \"baking a cake\"}, {\"text\": \"the moon at night\"}]}");
        index(client(), "talks", "c", "{\"comments\": [{\"text\": \"stars\"}, {\"text\": \"the moon at night\"}]}");
        client().admin().indices().prepareRefresh("talks").get();
        SearchResponse talks = client().prepareSearch("talks").setQuery(new WrapperQueryBuilder("""
                {"nested": {"path": "comments", "score_mode": "max", "inner_hits": {}, "query":
                  {"semantic": {"comments.meaning": {"like": {"_id": "a"}, "_name": "alike"}}}}}""")).get();
        assertEquals(List.of("b", "c"), ids(talks));
        assertArrayEquals(new String[]{"alike"}, talks.getHits().getAt(0).getInnerHits().get("comments").getAt(0)
                .getMatchedQueries());
        assertEquals("baking a cake", talks.getHits().getAt(0).getInnerHits().get("comments").getAt(0).getSourceAsMap()
                .get("text"));
    }
}
