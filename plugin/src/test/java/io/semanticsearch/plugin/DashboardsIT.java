package io.semanticsearch.plugin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.fieldcaps.FieldCapabilities;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.CreatePitAction;
import org.opensearch.action.search.CreatePitRequest;
import org.opensearch.action.search.DeletePitAction;
import org.opensearch.action.search.DeletePitRequest;
import org.opensearch.action.search.MultiSearchRequest;
import org.opensearch.action.search.MultiSearchResponse;
import org.opensearch.action.search.PutSearchPipelineRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.reindex.BulkByScrollResponse;
import org.opensearch.index.reindex.DeleteByQueryAction;
import org.opensearch.index.reindex.DeleteByQueryRequestBuilder;
import org.opensearch.search.SearchHit;
import org.opensearch.search.aggregations.bucket.MultiBucketsAggregation;
import org.opensearch.search.builder.PointInTimeBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/**
 * What OpenSearch Dashboards sends from Discover and from visualizations, through the default search pipeline of an index: found by
 * meaning, counted by histogram and terms, within the time and the filters that the user set. Longer than other files, because all bodies
 * are sent to one album of documents.
 */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
public class DashboardsIT extends SemanticIntegTestCase {

    private static final Path BODIES = Path.of(System.getProperty("semantic.data", "../../shared"), "dashboards");

    private static final String MAPPING = """
            {"properties": {
              "@timestamp": {"type": "date"},
              "title": {"type": "text"},
              "body": {"type": "text"},
              "category": {"type": "keyword"},
              "lang": {"type": "keyword"},
              "status": {"type": "keyword"},
              "meaning": {"type": "embedding", "source_fields": ["title", "body"]}
            }}""";

    private static final String QUESTION = "engine will not start in the cold";

    /** About cars that do not start; none of them shares a word with the question. */
    private static final Set<String> ABOUT = Set.of("battery", "motor");

    /** id, time, title, body, category, lang, status. */
    private static final String[][] DOCUMENTS = {
        {"battery", "2026-01-10T08:00:00Z", "Motors that never begin running when it is freezing",
            "Charge its battery and crank.",
            "cars", "en", "published"},
        {"motor", "2026-01-10T09:10:00Z", "Cranking a frozen motor", "It refuses to begin running; warm it up.", "cars", "en",
            "published"},
        {"draft", "2026-01-11T08:00:00Z", "Jump starting a vehicle motor during winter frost", "Connect red clamps first.",
            "cars", "en", "draft"},
        {"german", "2026-01-12T08:00:00Z", "Starting a car when it freezes", "Diesel gels; crank its motor until it runs.",
            "cars",
            "de", "published"},
        {"old", "2024-01-10T08:00:00Z", "Car battery empty, motor refuses ignition when freezing", "A cold winter.", "cars", "en",
            "published"},
        {"garden", "2026-02-01T08:00:00Z", "Frozen pipes: a pump refuses to run on icy winter mornings",
            "Thaw it slowly, check its"
                    + " battery and motor.",
            "garden", "en", "published"},
        {"soup", "2026-02-02T08:00:00Z", "Tomato soup", "Fry onions, add tomatoes and basil.", "cooking", "en", "published"},
        {"verbs", "2026-02-03T08:00:00Z", "Modal verbs", "The word in question: will, not shall.", "language", "en", "published"},
        {"opera", "2026-02-04T08:00:00Z", "An evening at the opera", "Singers, violins and applause.", "music", "en",
            "published"},
        {"tax", "2026-02-05T08:00:00Z", "Filing a tax return", "Income, deductions and receipts.", "money", "en", "published"}};

    private void fill(String index, String mode) throws IOException {
        pipeline("by-meaning-" + mode, "{\"field\": \"meaning\", \"mode\": \"" + mode + "\"}");
        fill(index, Settings.builder().put("index.search.default_pipeline", "by-meaning-" + mode), MAPPING);
    }

    private void fill(String index, Settings.Builder settings, String mapping) {
        assertTrue(client().admin().indices().prepareCreate(index)
                .setSettings(settings.put("index.number_of_shards", 2).put("index.number_of_replicas", 0)).setMapping(mapping)
                .get()
                .isAcknowledged());
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (String[] d : DOCUMENTS) {
            bulk.add(new IndexRequest(index).id(d[0])
                    .source(Map.of("@timestamp", d[1], "title", d[2], "body", d[3], "category", d[4],
                            "lang", d[5], "status", d[6])));
        }
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
    }

    private static void pipeline(String name, String processor) {
        client().admin().cluster().putSearchPipeline(new PutSearchPipelineRequest(name,
                new BytesArray("{\"request_processors\": [{\"semantic_rewrite\": " + processor + "}]}"), MediaTypeRegistry.JSON))
                .actionGet();
    }

    private static String body(String name) throws IOException {
        Path file = BODIES.resolve(name + ".json");
        assumeTrue("no bodies of OpenSearch Dashboards in [" + BODIES.toAbsolutePath() + "]", Files.exists(file));
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private SearchRequest request(String index, String body) throws IOException {
        try (XContentParser parser = XContentType.JSON.xContent().createParser(xContentRegistry(),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION, body)) {
            // As Dashboards asks: indices that are gone are no error.
            return new SearchRequest(index).source(SearchSourceBuilder.fromXContent(parser))
                    .indicesOptions(IndicesOptions.lenientExpandOpen()).preference("1763722800000");
        }
    }

    private SearchResponse send(String index, String body) throws IOException {
        SearchResponse response = client().search(request(index, body)).actionGet();
        assertEquals(Arrays.toString(response.getShardFailures()), 0, response.getFailedShards());
        return response;
    }

    private static Set<String> found(SearchResponse response) {
        return new TreeSet<>(ids(response));
    }

    private static long counted(SearchResponse response) {
        MultiBucketsAggregation buckets = response.getAggregations().get("2");
        return buckets.getBuckets().stream().mapToLong(MultiBucketsAggregation.Bucket::getDocCount).sum();
    }

    private static float similarity(String question, String[] document) {
        float[] a = oracle(question);
        float[] b = oracle(document[2] + " " + document[3]);
        float sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }

    /** What is near enough to a question, by brute force, among the documents of a time and more. */
    private static Set<String> near(String question, Predicate<String[]> among) {
        Set<String> near = new TreeSet<>();
        for (String[] document : DOCUMENTS) {
            if (among.test(document) && similarity(question, document) >= 0.25f) near.add(document[0]);
        }
        return near;
    }

    private static boolean isOf2026(String[] document) {
        return document[1].startsWith("2026");
    }

    private static void assertAboutCarsInTheCold(Set<String> found) {
        assertTrue(found.toString(), found.containsAll(ABOUT));
        assertFalse(found.toString(), found.contains("soup") || found.contains("tax") || found.contains("old"));
    }

    private static Set<String> ids(Predicate<String[]> among) {
        return Arrays.stream(DOCUMENTS).filter(among).map(document -> document[0]).collect(Collectors.toCollection(TreeSet::new));
    }

    public void testFreeTextFindsByMeaningWithinTheTimeInBothSyntaxes() throws IOException {
        fill("notes", "replace");
        Set<String> expected = near(QUESTION, DashboardsIT::isOf2026);
        assertAboutCarsInTheCold(expected);
        for (String body : List.of("discover-dql-free-text", "discover-lucene-free-text")) {
            SearchResponse response = send("notes", body(body));
            assertEquals(body, expected, found(response));
            assertEquals(expected.size(), response.getHits().getTotalHits().value());
            assertEquals("the histogram counts what was found", expected.size(), counted(response));
            List<String> times = new ArrayList<>();
            for (SearchHit hit : response.getHits()) {
                times.add(hit.getSourceAsMap().get("@timestamp").toString());
                assertFalse("a vector in the answer", hit.getSourceAsMap().containsKey("meaning"));
                assertEquals(1, hit.field("@timestamp").getValues().size());
            }
            List<String> newestFirst = new ArrayList<>(times);
            newestFirst.sort(Comparator.reverseOrder());
            assertEquals(newestFirst, times);
        }
    }

    public void testWithoutATimeFieldTheNearestComeFirst() throws IOException {
        fill("notes", "replace");
        String lucene = body("discover-no-time-field");
        String dql = lucene.replaceFirst("(?s)\"must\": \\[.*?\\],\\s*\"filter\": \\[\\]",
                "\"must\": [], \"filter\": [{\"multi_match\": {\"query\": \"" + QUESTION + "\", \"lenient\": true}}]");
        assertNotEquals(lucene, dql);
        List<String> nearestFirst = Arrays.stream(DOCUMENTS).filter(document -> similarity(QUESTION, document) >= 0.25f)
                .sorted(Comparator.comparing(document -> -similarity(QUESTION, document))).map(document -> document[0]).toList();
        for (String body : List.of(lucene, dql)) {
            SearchResponse response = send("notes", body);
            assertEquals(nearestFirst, ids(response));
            String[] best = Arrays.stream(DOCUMENTS).filter(d -> d[0].equals(nearestFirst.getFirst())).findFirst().orElseThrow();
            assertEquals((1 + similarity(QUESTION, best)) / 2, response.getHits().getAt(0).getScore(), 1e-3f);
        }
    }

    public void testAVisualizationCountsWhatIsFoundByMeaning() throws IOException {
        fill("notes", "replace");
        SearchResponse response = send("notes", body("visualization-terms-over-search"));
        Map<String, Long> expected = Arrays.stream(DOCUMENTS)
                .filter(document -> near(QUESTION, DashboardsIT::isOf2026).contains(document[0]))
                .collect(Collectors.groupingBy(document -> document[4], Collectors.counting()));
        MultiBucketsAggregation terms = response.getAggregations().get("2");
        assertEquals(expected, terms.getBuckets().stream().collect(Collectors.toMap(
                MultiBucketsAggregation.Bucket::getKeyAsString, MultiBucketsAggregation.Bucket::getDocCount)));
        assertTrue(expected.toString(), expected.get("cars") >= 3);
    }

    public void testAFieldIsSearchedForWordsUnlessThePipelineNamesIt() throws IOException {
        fill("notes", "replace");
        String body = body("discover-dql-field-and-filter-pill");
        assertEquals("words of the field [body], none of which is there", Set.of(), found(send("notes", body)));
        pipeline("by-meaning-replace", "{\"field\": \"meaning\", \"fields\": [\"body\"]}");
        Set<String> expected = near("engine will not start", document -> isOf2026(document) && document[5].equals("en")
                && document[4].equals("cars") && !document[6].equals("draft"));
        assertEquals(ABOUT, expected);
        SearchResponse response = send("notes", body);
        assertEquals(expected, found(response));
        assertEquals(expected.size(), counted(response));
    }

    public void testAFilterPillBesideTheWordsIsRespected() throws IOException {
        fill("notes", "replace");
        String pills = "\"filter\": [{\"match_phrase\": {\"category\": \"cars\"}}, {\"match_phrase\": {\"lang\": \"en\"}}, ";
        String body = body("discover-dql-free-text").replaceFirst("\"filter\": \\[", pills);
        body = body.replaceFirst("\"must_not\": \\[", "\"must_not\": [{\"match_phrase\": {\"status\": \"draft\"}}");
        SearchResponse response = send("notes", body);
        assertEquals(ABOUT, found(response));
        assertEquals(2, counted(response));
    }

    public void testFiltersDecideWhileItIsSearched() throws IOException {
        fill("notes", "replace");
        // The nearest of all is of another time: found first and filtered then, it would leave no hit.
        pipeline("by-meaning-replace", "{\"field\": \"meaning\", \"k\": 1}");
        String body = body("discover-dql-free-text");
        String[] nearest = Arrays.stream(DOCUMENTS).max(Comparator.comparing(document -> similarity(QUESTION, document)))
                .orElseThrow();
        String without = body.replaceFirst("\"must_not\": \\[",
                "\"must_not\": [{\"ids\": {\"values\": [\"" + nearest[0] + "\"]}}");
        Set<String> found = found(send("notes", without));
        assertFalse(found.isEmpty());
        assertFalse(found.contains(nearest[0]));
    }

    public void testASemanticPillNeedsNoPipeline() throws IOException {
        fill("notes", Settings.builder(), MAPPING);
        SearchResponse response = send("notes", body("discover-semantic-filter-pill"));
        // Without a least similarity the 50 nearest are all there are.
        assertEquals(ids(DashboardsIT::isOf2026), found(response));
        assertEquals(found(response).size(), counted(response));
    }

    public void testAnEmptySearchBarShowsEverythingOfTheTime() throws IOException {
        fill("notes", "replace");
        SearchResponse response = send("notes", body("discover-empty-search-bar"));
        assertEquals(ids(DashboardsIT::isOf2026), found(response));
        assertEquals(9, counted(response));
    }

    public void testHybridFindsByMeaningOrByWords() throws IOException {
        fill("notes", "hybrid");
        for (String body : List.of("discover-dql-free-text", "discover-lucene-free-text")) {
            Set<String> words = found(client().search(request("notes", body(body)).pipeline("_none")).actionGet());
            assertTrue(words.toString(), words.contains("verbs"));
            Set<String> expected = near(QUESTION, DashboardsIT::isOf2026);
            assertFalse("found by words alone", expected.contains("verbs"));
            expected.addAll(words);
            SearchResponse response = send("notes", body(body));
            assertEquals(expected, found(response));
            assertEquals(expected.size(), counted(response));
            SearchHit verbs = Arrays.stream(response.getHits().getHits()).filter(hit -> hit.getId().equals("verbs")).findFirst()
                    .orElseThrow();
            assertTrue("words are marked", verbs.getHighlightFields().get("body").toString()
                    .contains("@opensearch-dashboards-highlighted-field@will@/opensearch-dashboards-highlighted-field@"));
        }
    }

    public void testQueriesAboutWordsStayAsTheyAre() throws IOException {
        fill("notes", "replace");
        String body = body("discover-lucene-free-text");
        for (String typed : List.of("category:cars", "\\\\\"in question\\\\\"", "batt*", "battery OR soup", "diesel AND gels",
                "*")) {
            String changed = body.replaceFirst("\"query\": \"engine[^\"]*\"", "\"query\": \"" + typed + "\"");
            SearchResponse plain = client().search(request("notes", changed).pipeline("_none")).actionGet();
            assertFalse(typed, found(plain).isEmpty());
            assertEquals(typed, found(plain), found(send("notes", changed)));
        }
    }

    public void testASearchThatServesDeletingIsAboutWords() throws IOException {
        fill("notes", "replace");
        Set<String> words = found(client().search(new SearchRequest("notes").pipeline("_none")
                .source(new SearchSourceBuilder().query(QueryBuilders.queryStringQuery(QUESTION)).size(100))).actionGet());
        assertFalse(words.isEmpty());
        assertTrue("what is about it is something else", difference(near(QUESTION, document -> true), words).size() >= 2);
        BulkByScrollResponse deleted = new DeleteByQueryRequestBuilder(client(), DeleteByQueryAction.INSTANCE).source("notes")
                .filter(QueryBuilders.queryStringQuery(QUESTION)).refresh(true).get();
        assertEquals(words.size(), deleted.getDeleted());
        assertEquals(words, difference(ids(document -> true), found(client().prepareSearch("notes").setSize(100).get())));
    }

    private static Set<String> difference(Set<String> from, Set<String> less) {
        Set<String> left = new TreeSet<>(from);
        left.removeAll(less);
        return left;
    }

    public void testDashboardsAsksForAllFieldsAndForSeveralSearchesAtOnce() throws IOException {
        fill("notes", "replace");
        String body = body("discover-dql-free-text").replaceFirst("\"size\": 500", "\"size\": 500, \"fields\": [\"*\"]");
        for (SearchHit hit : send("notes", body).getHits()) assertEquals(1, hit.field("title").getValues().size());
        Map<String, FieldCapabilities> meaning = client().prepareFieldCaps("notes").setFields("*").get().getField("meaning");
        assertEquals(Set.of("embedding"), meaning.keySet());
        assertTrue(meaning.get("embedding").isSearchable());
        assertFalse("nothing to split a chart by", meaning.get("embedding").isAggregatable());
        MultiSearchRequest several = new MultiSearchRequest().add(request("notes", body))
                .add(request("notes", body("visualization-terms-over-search")))
                .add(request("notes", body("discover-empty-search-bar")));
        for (MultiSearchResponse.Item item : client().multiSearch(several).actionGet()) {
            assertNull(item.getFailureMessage(), item.getFailure());
        }
    }

    public void testAScrollPassesThroughThePipelineAndAPointInTimeDoesNot() throws IOException {
        fill("notes", "replace");
        String body = body("discover-dql-free-text");
        SearchResponse scroll = client().search(request("notes", body).scroll(TimeValue.timeValueMinutes(1))).actionGet();
        assertEquals("as reports in CSV ask", near(QUESTION, DashboardsIT::isOf2026), found(scroll));
        client().prepareClearScroll().addScrollId(scroll.getScrollId()).get();
        String id = client().execute(CreatePitAction.INSTANCE,
                new CreatePitRequest(TimeValue.timeValueMinutes(1), false, "notes")).actionGet().getId();
        SearchRequest pointInTime = request("notes", body);
        pointInTime.source().pointInTimeBuilder(new PointInTimeBuilder(id));
        SearchResponse words = client().search(request("notes", body).pipeline("_none")).actionGet();
        assertEquals(found(words), found(client().search(new SearchRequest().source(pointInTime.source())).actionGet()));
        client().execute(DeletePitAction.INSTANCE, new DeletePitRequest(id)).actionGet();
    }

    public void testPatternsOverSeveralIndices() throws IOException {
        fill("notes-1", "replace");
        Set<String> expected = near(QUESTION, DashboardsIT::isOf2026);
        String body = body("discover-dql-free-text");
        // No pipeline of its own: that of the other is used for both.
        fill("notes-2", Settings.builder(), MAPPING);
        SearchResponse both = send("notes-*", body);
        assertEquals(expected, found(both));
        assertEquals(2 * expected.size(), both.getHits().getTotalHits().value());
        // No such field: nothing of it is found by meaning.
        client().admin().indices().prepareDelete("notes-2").get();
        fill("notes-3", Settings.builder(), "{\"properties\": {\"@timestamp\": {\"type\": \"date\"}}}");
        assertEquals(expected.size(), send("notes-*", body).getHits().getTotalHits().value());
        Set<String> words = found(client().search(request("notes-3", body).pipeline("_none")).actionGet());
        assertFalse(words.isEmpty());
        assertEquals("alone it is searched as ever", words,
                found(client().search(request("notes-3", body).pipeline("by-meaning-replace")).actionGet()));
        // Another pipeline: OpenSearch uses neither.
        client().admin().indices().prepareDelete("notes-3").get();
        pipeline("another", "{\"field\": \"meaning\"}");
        fill("notes-4", Settings.builder().put("index.search.default_pipeline", "another"), MAPPING);
        assertEquals(words, found(send("notes-*", body)));
    }

    public void testAPipelineThatCannotBeIsRefused() {
        refused("[field] required property is missing", "{}");
        refused("[mode] is [both]; expected [replace] or [hybrid]", "{\"field\": \"meaning\", \"mode\": \"both\"}");
        refused("[k] is [0]; expected 1 to 10000", "{\"field\": \"meaning\", \"k\": 0}");
        refused("[min_similarity] is [much]; expected a number", "{\"field\": \"meaning\", \"min_similarity\": \"much\"}");
        refused("processor [semantic_rewrite] doesn't support one or more provided configuration parameters: [min_score]",
                "{\"field\": \"meaning\", \"min_score\": 0.5}");
    }

    private static void refused(String message, String processor) {
        Exception refused = expectThrows(Exception.class, () -> pipeline("wrong", processor));
        assertEquals(message, ExceptionsHelper.unwrapCause(refused).getMessage());
    }
}
