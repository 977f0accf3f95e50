package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.plugin.FusedByHand.Doc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.admin.indices.alias.IndicesAliasesRequest.AliasActions;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.CreatePitAction;
import org.opensearch.action.search.CreatePitRequest;
import org.opensearch.action.search.DeletePitAction;
import org.opensearch.action.search.DeletePitRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.search.SearchType;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.common.action.ActionFuture;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.SearchHit;
import org.opensearch.search.aggregations.bucket.filter.Filter;
import org.opensearch.search.aggregations.bucket.terms.Terms;
import org.opensearch.search.aggregations.metrics.ValueCount;
import org.opensearch.search.builder.PointInTimeBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.tasks.Task;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/**
 * Fusion over indices and shards on two nodes, beside the same computed from all documents at once. Longer than other files, because
 * everything is compared with one computation of the same documents.
 */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
public class FusionIT extends SemanticIntegTestCase {

    /** Two queries whose scores are the numbers [a] and [b] of a document; a document without the number is not found. */
    private static final String BY_A = """
            {"function_score": {"query": {"exists": {"field": "a"}}, "field_value_factor": {"field": "a"}, "boost_mode": "replace"}}""";
    private static final String BY_B = BY_A.replace("\"a\"", "\"b\"");

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        return Stream.concat(super.nodePlugins().stream(), Stream.of(HeldSearches.class)).toList();
    }

    private final List<Doc> docs = new ArrayList<>();

    private void fill() {
        for (String index : List.of("one", "two")) {
            createIndex(index, index.equals("one") ? 3 : 2, 1, """
                    {"properties": {"a": {"type": "float"}, "b": {"type": "float"}, "group": {"type": "integer"},
                      "key": {"type": "keyword"},
                      "parts": {"type": "nested", "properties": {"n": {"type": "integer"}}}}}""");
        }
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        // Halves, so that every score is exact and many are equal.
        for (int i = 0; i < 300; i++) {
            Doc doc = new Doc(randomFrom("one", "two"), "id" + between(0, 60), "r" + between(0, 9),
                    rarely() ? 0 : between(1, 5000) / 2.0, randomBoolean() ? 0 : between(1, 300) / 2.0, between(0, 4));
            docs.removeIf(other -> other.key().equals(doc.key()));
            docs.add(doc);
            bulk.add(new IndexRequest(doc.index()).id(doc.id()).routing(doc.routing()).source(doc.source()));
        }
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
        // Two documents whose routing leads to one shard have one id there: the later one stays.
        SearchResponse all = client().prepareSearch("one", "two").setSize(1000).addDocValueField("key").get();
        List<String> kept = keys(all);
        docs.removeIf(doc -> !kept.contains(doc.key()));
        assertEquals(kept.size(), docs.size());
    }

    private static List<String> keys(SearchResponse response) {
        return Arrays.stream(response.getHits().getHits()).map(FusionIT::key).toList();
    }

    private static String key(SearchHit hit) {
        return hit.getSourceAsMap().get("key").toString();
    }

    private static SearchResponse search(String body, String... indices) throws IOException {
        SearchResponse response = coordinator().search(request(body, indices)).actionGet();
        assertEquals(0, response.getFailedShards());
        return response;
    }

    private static Exception refused(String body, String... indices) {
        return expectThrows(Exception.class, () -> search(body, indices));
    }

    private static void assertScores(Map<String, Double> expected, SearchResponse response) {
        Map<String, Double> found = new LinkedHashMap<>();
        for (SearchHit hit : response.getHits().getHits()) assertNull(found.put(key(hit), (double) hit.getScore()));
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((key, score) -> assertEquals(key, score, found.get(key), 1e-6));
    }

    private static String fusion(String rest) {
        return "{\"fusion\": {\"queries\": [" + BY_A + ", " + BY_B + "]" + rest + "}}";
    }

    private static String all(String query) {
        return "{\"size\": 1000, \"query\": " + query + "}";
    }

    public void testTheWholeRankingIsThatOfAllDocumentsAtOnce() throws Exception {
        fill();
        // As many as there are: equal scores at the edge of a window may be cut either way.
        String window = ", \"window_size\": 1000";
        SearchResponse minMax = search(all(fusion(window)), "one", "two");
        assertScores(FusedByHand.scores(docs, 1000, false, 1, 1), minMax);
        assertEquals(FusedByHand.scores(docs, 1000, false, 1, 1).size(), minMax.getHits().getTotalHits().value());
        assertScores(FusedByHand.scores(docs, 1000, true, 1, 1),
                search(all(fusion(window + ", \"method\": \"rrf\"")), "one", "two"));
        assertScores(FusedByHand.scores(docs, 1000, false, 0.25, 2),
                search(all(fusion(window + ", \"weights\": [0.25, 2]")), "one", "two"));
        // One index, one shard of it, and through the other node.
        List<Doc> inOne = docs.stream().filter(doc -> doc.index().equals("one")).toList();
        assertScores(FusedByHand.scores(inOne, 1000, false, 1, 1), search(all(fusion(window)), "one"));
        SearchRequest routed = request(all(fusion(window)), "two").routing("r3");
        SearchResponse sameShard = coordinator().search(new SearchRequest("two").routing("r3")
                .source(new SearchSourceBuilder().size(1000))).actionGet();
        List<String> keys = keys(sameShard);
        assertScores(FusedByHand.scores(docs.stream().filter(doc -> keys.contains(doc.key())).toList(), 1000, false, 1, 1),
                coordinator().search(routed).actionGet());

        checkWindow();
        checkFilters();
        checkPlaces();
        checkPaging();
        checkExplanation();
        checkRefusals();
    }

    /** What lies beyond the window is matched and counted, and comes last. */
    private void checkWindow() throws IOException {
        String body = """
                {"size": 1000, "sort": ["_score", "key"], "track_scores": true, "query": %s,
                 "aggs": {"groups": {"terms": {"field": "group"}}}}"""
                .formatted("{\"bool\": {\"must\": [" + fusion(", \"window_size\": 20") + "]}}");
        SearchResponse response = search(body, "one", "two");
        List<Doc> matched = docs.stream().filter(doc -> doc.a() > 0 || doc.b() > 0).toList();
        assertEquals(matched.size(), response.getHits().getTotalHits().value());
        Terms groups = response.getAggregations().get("groups");
        for (Terms.Bucket group : groups.getBuckets()) {
            assertEquals(matched.stream().filter(doc -> doc.group() == group.getKeyAsNumber().intValue()).count(),
                    group.getDocCount());
        }
        long ranked = Arrays.stream(response.getHits().getHits()).filter(hit -> hit.getScore() > 0).count();
        assertTrue(ranked + " of 20 to 40", ranked >= 20 && ranked <= 40);

        assertEquals(matched.size(), coordinator().search(request("{\"size\": 0, \"track_total_hits\": true, \"query\": "
                + fusion(", \"window_size\": 5") + "}", "one", "two")).actionGet().getHits().getTotalHits().value());
    }

    /** A filter inside, beside, and by an alias: the best are found among what is left. */
    private void checkFilters() throws IOException {
        Predicate<Doc> wanted = doc -> doc.group() >= 3;
        List<Doc> left = docs.stream().filter(wanted).toList();
        String filter = "{\"range\": {\"group\": {\"gte\": 3}}}";
        assertScores(FusedByHand.scores(left, 1000, false, 1, 1),
                search(all(fusion(", \"window_size\": 1000, \"filter\": " + filter)), "one", "two"));
        assertScores(FusedByHand.scores(left, 1000, true, 1, 1),
                search(all(fusion(", \"method\": \"rrf\", \"window_size\": 1000, \"filter\": [" + filter + "]")), "one", "two"));
        assertTrue(client().admin().indices().prepareAliases()
                .addAliasAction(AliasActions.add().indices("one", "two").alias("some").filter(filter)).get().isAcknowledged());
        assertScores(FusedByHand.scores(left, 1000, false, 1, 1), search(all(fusion(", \"window_size\": 1000")), "some"));
    }

    private void checkPlaces() throws IOException {
        Map<String, Double> scores = FusedByHand.scores(docs, 1000, false, 1, 1);
        String fusion = fusion(", \"window_size\": 1000, \"_name\": \"f\"");
        Map<String, Double> doubled = new HashMap<>(scores);
        doubled.replaceAll((key, score) -> 2 * score);
        assertScores(doubled, search(all(fusion(", \"window_size\": 1000, \"boost\": 2")), "one", "two"));
        SearchResponse inBool = search(all("""
                {"bool": {"must": [%s], "filter": [{"range": {"group": {"lt": 3}}}]}}""".formatted(fusion)), "one", "two");
        assertScores(FusedByHand.scores(docs.stream().filter(doc -> doc.group() < 3).toList(), 1000, false, 1, 1), inBool);
        assertArrayEquals(new String[]{"f"}, inBool.getHits().getAt(0).getMatchedQueries());
        Map<String, Double> tripled = new HashMap<>(scores);
        tripled.replaceAll((key, score) -> 3 * score);
        assertScores(tripled, search(all("""
                {"function_score": {"query": %s, "weight": 3}}""".formatted(fusion)), "one", "two"));
        Map<String, Double> constant = new HashMap<>(scores);
        constant.replaceAll((key, score) -> 1.5);
        assertScores(constant, search(all("""
                {"constant_score": {"filter": %s, "boost": 1.5}}""".formatted(fusion)), "one", "two"));
        SearchResponse counted = search("""
                {"size": 0, "aggs": {"found": {"filter": %s, "aggs": {"n": {"value_count": {"field": "key"}}}}}}"""
                .formatted(fusion), "one", "two");
        Filter found = counted.getAggregations().get("found");
        assertEquals(scores.size(), ((ValueCount) found.getAggregations().get("n")).getValue());
        // A fusion of fusions.
        Map<String, Double> again = new HashMap<>(scores);
        double most = scores.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        double least = scores.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        again.replaceAll((key, score) -> Math.max(1e-6, (score - least) / (most - least)));
        assertScores(again, search(all("{\"fusion\": {\"window_size\": 1000, \"queries\": [" + fusion + "]}}"), "one", "two"));
        assertTrue(client().admin().indices().prepareValidateQuery("one", "two")
                .setQuery(QueryBuilders.wrapperQuery(fusion)).get().isValid());
    }

    private void checkPaging() throws Exception {
        Map<String, Double> scores = FusedByHand.scores(docs, 1000, false, 1, 1);
        List<String> ranking = scores.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey).toList();
        String sorted = "\"sort\": [\"_score\", \"key\"], \"query\": " + fusion(", \"window_size\": 1000");
        List<String> pages = new ArrayList<>();
        for (int from = 0; from < ranking.size(); from += 70)
            pages.addAll(keys(search("{\"from\": " + from + ", \"size\": 70, " + sorted + "}", "one", "two")));
        assertSameOrder(ranking, pages, scores);

        CreatePitRequest pit = new CreatePitRequest(TimeValue.timeValueMinutes(1), true, "one", "two");
        String id = client().execute(CreatePitAction.INSTANCE, pit).get().getId();
        client().prepareIndex("one").setId("late").setSource(Map.of("a", 9999, "key", "late"))
                .setRefreshPolicy(RefreshPolicy.IMMEDIATE).get();
        List<String> after = new ArrayList<>();
        Object[] last = null;
        while (true) {
            SearchRequest next = request("{\"size\": 70, " + sorted + "}");
            next.source().pointInTimeBuilder(new PointInTimeBuilder(id).setKeepAlive(TimeValue.timeValueMinutes(1)));
            if (last != null) next.source().searchAfter(last);
            SearchResponse page = coordinator().search(next).actionGet();
            if (page.getHits().getHits().length == 0) break;
            after.addAll(keys(page));
            last = page.getHits().getAt(page.getHits().getHits().length - 1).getSortValues();
        }
        assertSameOrder(ranking, after, scores);
        client().execute(DeletePitAction.INSTANCE, new DeletePitRequest(id)).get();
        client().prepareDelete("one", "late").setRefreshPolicy(RefreshPolicy.IMMEDIATE).get();

        List<String> scrolled = new ArrayList<>();
        SearchResponse batch = coordinator()
                .search(request("{\"size\": 50, \"query\": " + fusion(", \"window_size\": 1000") + "}",
                        "one", "two").scroll(TimeValue.timeValueMinutes(1)))
                .actionGet();
        while (batch.getHits().getHits().length > 0) {
            scrolled.addAll(keys(batch));
            batch = client().prepareSearchScroll(batch.getScrollId()).setScroll(TimeValue.timeValueMinutes(1)).get();
        }
        clearScroll(batch.getScrollId());
        assertSameOrder(ranking, scrolled, scores);
    }

    /** Equal scores may change places. */
    private static void assertSameOrder(List<String> expected, List<String> found, Map<String, Double> scores) {
        assertEquals(Set.copyOf(expected), Set.copyOf(found));
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++)
            assertEquals("at " + i, scores.get(expected.get(i)), scores.get(found.get(i)), 1e-6);
    }

    private void checkExplanation() throws IOException {
        SearchResponse response = search("""
                {"explain": true, "size": 1, "query": %s}""".formatted(fusion(", \"window_size\": 1000, \"weights\": [1, 0]")),
                "one", "two");
        SearchHit best = response.getHits().getAt(0);
        Doc doc = docs.stream().filter(other -> other.key().equals(key(best))).findFirst().orElseThrow();
        String said = best.getExplanation().toString();
        assertThat(said, containsString("fusion by [min_max], sum of:"));
        assertThat(said, containsString("query [1], weight [1.0]: rank [1] of ["));
        assertThat(said, containsString("score [" + (float) doc.a() + "]"));
        assertEquals(best.getScore(), best.getExplanation().getValue().floatValue(), 1e-6f);
        assertTrue(client().prepareExplain(doc.index(), doc.id()).setRouting(doc.routing())
                .setQuery(QueryBuilders.wrapperQuery(fusion(""))).get().getExplanation().isMatch());
    }

    private void checkRefusals() {
        assertThat(
                rootMessage(refused(
                        all("{\"nested\": {\"path\": \"parts\", \"query\": " + fusion(", \"window_size\": 1000") + "}}"), "one")),
                containsString("[fusion] cannot stand inside of [nested]: it ranks whole documents"));
        assertThat(rootMessage(refused(all(fusion(", \"window_size\": 10")), "one")), containsString(
                "[fusion] has a [window_size] of [10], but [from] + [size] is [1000]"));
        Exception alias = expectThrows(Exception.class, () -> client().admin().indices().prepareAliases()
                .addAliasAction(AliasActions.add().index("one").alias("ranked").filter(fusion(""))).get());
        assertThat(alias.getCause().getMessage(),
                containsString("[fusion] cannot stand here, because this place is read on the shard alone"));
        assertThat(rootMessage(expectThrows(Exception.class, () -> coordinator().search(
                request("{\"query\": " + fusion("") + "}", "one").scroll(TimeValue.timeValueMinutes(1))).actionGet())),
                containsString("[fusion] needs [window_size] in a scroll"));
        assertThat(rootMessage(refused("{\"query\": " + fusion("").replace(BY_B, "{\"semantic\": {\"a\": \"x\"}}") + "}", "one")),
                containsString("[semantic] field [a] is of type [float]"));
    }

    /** Meaning and keywords together, and the text embedded once. */
    public void testMeaningAndKeywords() throws IOException {
        createBooks("books", 3, 1);
        String[] subjects = {"mending a flat inner tube", "baking bread in a hot oven", "calming a newborn baby",
            "phases of the moon",
            "how volcanoes erupt", "painting a wooden fence"};
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < 60; i++) {
            bulk.add(new IndexRequest("books").id("" + i).source(Map.of("title", subjects[i % subjects.length], "body",
                    "volume " + i, "views", i)));
        }
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
        long before = textsEmbedded();
        SearchResponse response = search(
                """
                        {"size": 30, "explain": true, "query": {"fusion": {
                          "queries": [{"match": {"title": {"query": "volcanoes", "_name": "words"}}},
                                      {"semantic": {"meaning": {"query": "mend the flat inner tube of a bicycle", "k": 10, "_name": "meaning"}}}],
                          "window_size": 30}}}""",
                "books");
        assertEquals(before + 1, textsEmbedded());
        // Ten documents have the word; ten others are the nearest by any model.
        assertEquals(20, response.getHits().getTotalHits().value());
        Map<String, List<SearchHit>> byTitle = Arrays.stream(response.getHits().getHits())
                .collect(Collectors.groupingBy(hit -> hit.getSourceAsMap().get("title").toString()));
        assertEquals(10, byTitle.get(subjects[4]).size());
        assertEquals(10, byTitle.get(subjects[0]).size());
        for (SearchHit hit : byTitle.get(subjects[0])) assertArrayEquals(new String[]{"meaning"}, hit.getMatchedQueries());
        for (SearchHit hit : byTitle.get(subjects[4])) assertArrayEquals(new String[]{"words"}, hit.getMatchedQueries());
        String said = response.getHits().getAt(0).getExplanation().toString();
        assertThat(said, containsString("query [words], weight [1.0]"));
        assertThat(said, containsString("query [meaning], weight [0.6]"));

        SearchResponse filtered = search(
                """
                        {"size": 5, "query": {"fusion": {"queries": [{"match": {"title": "volcanoes"}}, {"semantic": {"meaning": "a puncture"}}],
                          "filter": {"range": {"views": {"gte": 54}}}}}}""",
                "books");
        assertEquals(6, filtered.getHits().getTotalHits().value());
        assertEquals("58", filtered.getHits().getAt(0).getId());
    }

    /** They are its own in every respect, and end with it. */
    public void testSubSearchesAreThoseOfTheirSearch() throws Exception {
        createIndex("held", 2, 0, "{\"properties\": {\"a\": {\"type\": \"float\"}, \"b\": {\"type\": \"float\"}}}");
        HeldSearches.index = "held";
        try {
            SearchRequest request = request(
                    "{\"timeout\": \"55s\", \"from\": 3, \"size\": 4, \"sort\": [\"a\"], \"derived\": {\"d\": {\"type\":"
                            + " \"keyword\", \"script\": \"emit('x')\"}}, \"query\": " + fusion(", \"window_size\": 30") + "}",
                    "held")
                    .routing("r").preference("p").searchType(SearchType.DFS_QUERY_THEN_FETCH)
                    .indicesOptions(IndicesOptions.lenientExpandOpen());
            request.setCancelAfterTimeInterval(TimeValue.timeValueMinutes(7));
            ActionFuture<SearchResponse> answer = coordinator().filterWithHeader(Map.of(Task.X_OPAQUE_ID, "me")).search(request);
            assertBusy(() -> assertEquals(2, HeldSearches.HELD.size()));
            TaskId outer = HeldSearches.HELD.getFirst().request().getParentTask();
            for (HeldSearches.Held held : HeldSearches.HELD) {
                SearchRequest sub = held.request();
                assertEquals(outer, sub.getParentTask());
                assertEquals("me", held.opaqueId());
                assertEquals("r", sub.routing());
                assertEquals("p", sub.preference());
                assertEquals(SearchType.DFS_QUERY_THEN_FETCH, sub.searchType());
                assertEquals(IndicesOptions.lenientExpandOpen(), sub.indicesOptions());
                assertEquals(TimeValue.timeValueMinutes(7), sub.getCancelAfterTimeInterval());
                assertEquals("_none", sub.pipeline());
                assertEquals(TimeValue.timeValueSeconds(55), sub.source().timeout());
                assertEquals(Set.of("d"), sub.source().getDerivedFieldsObject().keySet());
                assertEquals(30, sub.source().size());
                assertTrue(sub.source().from() <= 0);
                assertNull(sub.source().sorts());
                assertFalse(sub.source().fetchSource().fetchSource());
                assertFalse(held.task().isCancelled());
            }
            assertEquals(1, client().admin().cluster().prepareCancelTasks().setTaskId(outer).get().getTasks().size());
            assertBusy(() -> HeldSearches.HELD.forEach(held -> assertTrue(held.task().isCancelled())));
            HeldSearches.HELD.forEach(held -> held.goOn().run());
            Exception cancelled = expectThrows(Exception.class, answer::actionGet);
            assertNotNull(cancelled.toString(), ExceptionsHelper.unwrap(cancelled, TaskCancelledException.class));
        } finally {
            HeldSearches.index = "";
            HeldSearches.HELD.clear();
        }
    }
}
