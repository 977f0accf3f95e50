package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.field.StoredForm;
import io.semanticsearch.field.StoredPassages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.opensearch.OpenSearchException;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchRequestBuilder;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.index.reindex.ReindexAction;
import org.opensearch.index.reindex.ReindexRequestBuilder;
import org.opensearch.index.reindex.UpdateByQueryAction;
import org.opensearch.index.reindex.UpdateByQueryRequestBuilder;
import org.opensearch.script.Script;
import org.opensearch.search.SearchHit;
import org.opensearch.search.fetch.subphase.highlight.HighlightBuilder;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/**
 * Long texts found, shown and highlighted by passage, on two nodes of which one runs no models. Longer than other files: all of it is asked
 * of the same long texts.
 */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
public class PassagesIT extends SemanticIntegTestCase {

    private static final String WHOLE = """
            {"properties": {
              "title": {"type": "text"},
              "body": {"type": "text"},
              "group": {"type": "keyword"},
              "meaning": {"type": "embedding", "source_fields": ["title", "body"]}
            }}""";

    private static final String PASSAGES = passages(60, 10);

    private static String passages(int max, int overlap) {
        return WHOLE.replace("]}", "], \"passages\": {\"max_tokens\": " + max + ", \"overlap_tokens\": " + overlap + "}}");
    }

    private static final String[][] ANSWERS = {
        {"tyre", "To mend a flat tyre, take the wheel off and glue a patch on the hole in the inner tube.",
            "how do I repair a bicycle puncture"},
        {"bread", "Knead the dough of flour, water and yeast, let it rise and bake it in a hot oven.", "making a loaf at home"},
        {"baby", "A crying infant calms down when it is rocked gently and sung to until it sleeps.", "soothing a newborn child"},
        {"moon", "The moon shows phases because the sun lights only the half of the moon that faces it.",
            "why the lunar phases change"}};

    /** About so many words of reports that say nothing that anybody asks for. */
    private static String filler(Random random, int words) {
        String[] subjects = {"The committee", "The quarterly report", "Our department", "The regional office", "An auditor"};
        String[] verbs = {"reviewed", "postponed", "approved", "summarised", "forwarded"};
        String[] objects = {"the budget figures", "the meeting agenda", "several invoices", "the annual statement",
            "a staffing plan"};
        StringBuilder text = new StringBuilder();
        for (int written = 0; written < words; written += 8) {
            text.append(subjects[random.nextInt(5)]).append(' ').append(verbs[random.nextInt(5)]).append(' ')
                    .append(objects[random.nextInt(5)]).append(" on page ").append(random.nextInt(900)).append(". ");
        }
        return text.toString();
    }

    @Override
    protected Settings nodeSettings(int nodeOrdinal) {
        // The second node sends its texts to the first.
        return Settings.builder().put(super.nodeSettings(nodeOrdinal)).put("plugins.semantic.local.enabled", nodeOrdinal == 0)
                .build();
    }

    private void fill(String index, String mapping) {
        createIndex(index, 2, 1, mapping);
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        Random random = new Random(42);
        for (String[] answer : ANSWERS) {
            // Past token 3,000, which no model of the usual 512 reads.
            String body = filler(random, 2_800) + answer[1] + " " + filler(random, 300);
            bulk.add(new IndexRequest(index).id(answer[0]).source(Map.of("title", "Notes", "body", body, "group", "answers")));
        }
        for (int i = 0; i < 8; i++) {
            bulk.add(new IndexRequest(index).id("filler" + i)
                    .source(Map.of("title", "Notes", "body", filler(random, 1_500), "group", i % 2 == 0 ? "even" : "odd")));
        }
        // Through the node without models.
        assertFalse(internalCluster().client(nodeWithoutModels()).bulk(bulk).actionGet().hasFailures());
    }

    private static String nodeWithoutModels() {
        return Arrays.stream(internalCluster().getNodeNames())
                .filter(node -> !internalCluster().getInstance(Settings.class, node)
                        .getAsBoolean("plugins.semantic.local.enabled", true))
                .findFirst().orElseThrow();
    }

    private static SearchResponse search(String index, String query) {
        return request(index, query).get();
    }

    private static SearchRequestBuilder request(String index, String query) {
        return client().prepareSearch(index).setQuery(new WrapperQueryBuilder(query));
    }

    private static String clause(String text, String more) {
        return "{\"semantic\": {\"meaning\": {\"query\": \"" + text + "\"" + more + "}}}";
    }

    private static String body(String index, String id) {
        return client().prepareGet(index, id).get().getSourceAsMap().get("body").toString();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> passages(SearchHit hit, String field) {
        return (List<Map<String, Object>>) (List<?>) hit.field(field).getValues();
    }

    private static long count(String index) {
        return client().prepareSearch(index).setSize(0).setTrackTotalHits(true).get().getHits().getTotalHits().value();
    }

    public void testAnAnswerDeepInALongDocumentIsFoundAndShown() {
        fill("long", PASSAGES);
        int truncatedFirst = 0;
        fill("whole",
                WHOLE);
        for (String[] answer : ANSWERS) {
            SearchResponse found = search("long", clause(answer[2], ", \"passages\": 2"));
            SearchHit first = found.getHits().getAt(0);
            assertEquals(answer[0], first.getId());
            assertEquals("each document once", found.getHits().getHits().length, ids(found).stream().distinct().count());
            List<Map<String, Object>> passages = passages(first, "meaning.passages");
            assertEquals(2, passages.size());
            Map<String, Object> best = passages.getFirst();
            assertThat(best.get("text").toString(), containsString(answer[1]));
            String text = "Notes " + body("long", answer[0]);
            assertEquals(text.substring((int) best.get("start"), (int) best.get("end")), best.get("text"));
            assertEquals("the document has the score of its best passage", first.getScore(), (float) best.get("score"), 1e-5f);
            assertTrue((float) passages.get(1).get("score") < (float) best.get("score"));
            if (ids(search("whole", clause(answer[2], ""))).getFirst().equals(answer[0])) truncatedFirst++;
        }
        assertTrue("a truncated embedding found [" + truncatedFirst + "] of the answers", truncatedFirst < ANSWERS.length - 1);
        // Nothing but documents is counted and listed.
        assertEquals(12, count("long"));
        assertEquals(12, client().prepareSearch("long").setSize(100).get().getHits().getHits().length);
        assertEquals(12, client().prepareSearch("long").setSize(0).setQuery(QueryBuilders.existsQuery("meaning")).get().getHits()
                .getTotalHits().value());
        assertEquals(12, client().admin().indices().prepareStats("long").get().getPrimaries().getDocs().getCount()
                - children("long"));
        clauses();
        highlights();
        nothingLeftOver();
    }

    /** Lucene documents that are no documents of the user. */
    private static long children(String index) {
        long passages = 0;
        for (SearchHit hit : client().prepareSearch(index).setSize(100).setFetchSource("meaning", null).get().getHits()) {
            passages += ((StoredPassages) StoredForm.decode(hit.getSourceAsMap().get("meaning").toString())).passages().size();
        }
        return passages;
    }

    private void clauses() {
        String tyre = ANSWERS[0][2];
        assertEquals("k documents, not passages", 3, ids(search("long", clause(tyre, ", \"k\": 3"))).size());
        // Filters are on documents, and never leave fewer than k.
        List<String> even = ids(search("long", clause(tyre, ", \"k\": 4, \"filter\": {\"term\": {\"group\": \"even\"}}")));
        assertEquals(List.of("filler0", "filler2", "filler4", "filler6"), even.stream().sorted().toList());
        assertEquals(List.of("tyre"), ids(search("long", clause(tyre, ", \"min_similarity\": 0.22"))));
        List<Map<String, Object>> near = passages(
                search("long", clause(tyre, ", \"min_similarity\": 0.22, \"passages\": 50")).getHits().getAt(0),
                "meaning.passages");
        assertTrue(near.size() + " passages", near.size() < 4 && near.stream().allMatch(p -> (float) p.get("score") >= 0.61f));
        // Wherever the clause stands, and more than one of it.
        for (String query : List.of(
                "{\"bool\": {\"must\": [" + clause(tyre, ", \"passages\": 1")
                        + "], \"filter\": {\"term\": {\"group\": \"answers\"}}}}",
                "{\"function_score\": {\"query\": " + clause(tyre, ", \"passages\": 1") + ", \"weight\": 2}}",
                "{\"fusion\": {\"queries\": [{\"match\": {\"body\": \"tyre\"}}, " + clause(tyre, ", \"passages\": 1") + "]}}",
                "{\"constant_score\": {\"filter\": " + clause(tyre, ", \"passages\": 1, \"k\": 1") + "}}",
                "{\"dis_max\": {\"queries\": [" + clause(tyre, ", \"passages\": 1, \"boost\": 3") + ", {\"match_all\": {}}]}}")) {
            SearchHit hit = search("long", query).getHits().getAt(0);
            assertEquals(query, "tyre", hit.getId());
            assertThat(passages(hit, "meaning.passages").getFirst().get("text").toString(), containsString(ANSWERS[0][1]));
        }
        SearchHit both = search("long",
                "{\"bool\": {\"should\": [" + clause(tyre, ", \"passages\": 1, \"_name\": \"tyres\"") + ","
                        + clause("invoices", ", \"passages\": 2, \"_name\": \"paper\"") + "]}}")
                .getHits().getAt(0);
        List<Map<String, Object>> shown = passages(both, "meaning.passages");
        // Lucene keeps the clauses of a bool in no order.
        assertEquals(List.of("paper", "paper", "tyres"),
                shown.stream().map(passage -> passage.get("_name").toString()).sorted().toList());
        // Without _source the passages are shown all the same; a search that does not ask shows none.
        SearchHit bare = request("long", clause(tyre, ", \"passages\": 1")).setFetchSource(false).get().getHits().getAt(0);
        assertThat(passages(bare, "meaning.passages").getFirst().get("text").toString(), containsString(ANSWERS[0][1]));
        assertNull(search("long", clause(tyre, "")).getHits().getAt(0).field("meaning.passages"));
        OpenSearchException none = expectThrows(OpenSearchException.class,
                () -> search("whole", clause(tyre, ", \"passages\": 1")));
        assertThat(none.getDetailedMessage(), containsString("mapped without [passages]"));
    }

    private void highlights() {
        String tyre = ANSWERS[0][2];
        HighlightBuilder one = new HighlightBuilder().field(new HighlightBuilder.Field("body").highlighterType("semantic"))
                .preTags("<b>").postTags("</b>").numOfFragments(1);
        SearchHit hit = request("long", clause(tyre, "")).highlighter(one).get().getHits().getAt(0);
        String[] fragments = fragments(hit);
        assertEquals(1, fragments.length);
        assertTrue(fragments[0], fragments[0].startsWith("<b>") && fragments[0].endsWith("</b>"));
        assertThat(fragments[0], containsString(ANSWERS[0][1]));
        assertThat(body("long", "tyre"), containsString(fragments[0].replace("<b>", "").replace("</b>", "")));
        // In the order of the text, or the best first.
        one.numOfFragments(3);
        List<String> inText = List.of(fragments(request("long", clause(tyre, "")).highlighter(one).get().getHits().getAt(0)));
        one.order(HighlightBuilder.Order.SCORE);
        List<String> byScore = List.of(fragments(request("long", clause(tyre, "")).highlighter(one).get().getHits().getAt(0)));
        assertEquals(fragments[0], byScore.getFirst());
        assertEquals(inText.stream().sorted().toList(), byScore.stream().sorted().toList());
        String text = body("long", "tyre");
        List<Integer> starts = inText.stream().map(f -> text.indexOf(f.substring(3, f.length() - 4))).toList();
        assertEquals(starts.stream().sorted().toList(), starts);
        // 0: the whole field.
        one.numOfFragments(0);
        String all = fragments(request("long", clause(tyre, "")).highlighter(one).get().getHits().getAt(0))[0];
        assertEquals(text, all.replace("<b>", "").replace("</b>", ""));
        // A clause that the highlight itself brings, and a field that is no source.
        HighlightBuilder own = new HighlightBuilder().highlightQuery(new WrapperQueryBuilder(clause(ANSWERS[1][2], "")))
                .field(new HighlightBuilder.Field("body").highlighterType("semantic").numOfFragments(1));
        SearchHit bread = client().prepareSearch("long").setQuery(QueryBuilders.idsQuery().addIds("bread")).highlighter(own).get()
                .getHits().getAt(0);
        assertThat(fragments(bread)[0], containsString("<em>"));
        assertThat(fragments(bread)[0], containsString("bake it in a hot oven"));
        HighlightBuilder group = new HighlightBuilder().field(new HighlightBuilder.Field("group").highlighterType("semantic"));
        assertTrue(request("long", clause(tyre, "")).highlighter(group).get().getHits().getAt(0).getHighlightFields().isEmpty());
        OpenSearchException none = expectThrows(OpenSearchException.class,
                () -> request("whole", clause(tyre, "")).highlighter(one).get());
        assertThat(none.getDetailedMessage(), containsString("is mapped without [passages]"));
    }

    private static String[] fragments(SearchHit hit) {
        return Arrays.stream(hit.getHighlightFields().get("body").fragments()).map(Object::toString).toArray(String[]::new);
    }

    /** Passages come and go with their documents. */
    private void nothingLeftOver() {
        client().prepareUpdate("long", "tyre").setDoc(Map.of("body", "Now it is about the moon and nothing else.")).get();
        client().prepareDelete("long", "bread").get();
        client().bulk(new BulkRequest().add(new org.opensearch.action.update.UpdateRequest("long", "baby")
                .script(new Script("ctx._source.body = 'short'")))).actionGet();
        refresh("long");
        SearchHit hit = search("long", clause(ANSWERS[0][2], ", \"passages\": 5")).getHits().getAt(0);
        assertNotEquals("the old passages are gone", "tyre", hit.getId());
        StoredPassages stored = (StoredPassages) StoredForm
                .decode(client().prepareGet("long", "tyre").get().getSourceAsMap().get("meaning").toString());
        assertEquals(1, stored.passages().size());
        assertEquals(11, count("long"));
        assertEquals(11 + children("long"),
                client().admin().indices().prepareStats("long").get().getPrimaries().getDocs().getCount());
        client().prepareDelete("long", "tyre").get();
        client().prepareDelete("long", "baby").get();
        client().prepareDelete("long", "moon").get();
        for (int i = 0; i < 8; i++) client().prepareDelete("long", "filler" + i).get();
        refresh("long");
        assertEquals(0, client().admin().indices().prepareStats("long").get().getPrimaries().getDocs().getCount());
    }

    public void testCopiesKeepTheirPassagesAndOtherCutsMakeTheirOwn() {
        fill("long", PASSAGES);
        createIndex("same", 1, 0, PASSAGES);
        createIndex("other", 1, 0, passages(200, 10));
        createIndex("one", 1, 0,
                WHOLE);
        long before = textsEmbedded();
        reindex("long", "same");
        assertEquals("nothing is embedded again", before, textsEmbedded());
        // Looked for by its own words: where its passages are is the question here, not how good the model is.
        String baby = ANSWERS[2][1];
        assertEquals("baby", ids(search("long", clause(baby, ""))).getFirst());
        assertEquals("baby", ids(search("same", clause(baby, ""))).getFirst());
        reindex("same", "other");
        reindex("other", "one");
        assertTrue(children("other") < children("same") / 2);
        assertTrue(client().prepareGet("one", "tyre").get().getSourceAsMap().get("meaning").toString().startsWith("sv1:"));
        reindex("one", "other");
        assertEquals("baby", ids(search("other", clause(baby, ""))).getFirst());
        before = textsEmbedded();
        new UpdateByQueryRequestBuilder(client(), UpdateByQueryAction.INSTANCE).source("same").refresh(true).get();
        assertEquals(before, textsEmbedded());
        assertEquals("baby", ids(search("same", clause(baby, ""))).getFirst());
    }

    private static void reindex(String from, String to) {
        assertEquals(List.of(),
                new ReindexRequestBuilder(client(), ReindexAction.INSTANCE).source(from).destination(to).refresh(true)
                        .get().getBulkFailures());
    }

    public void testMappingUpdatesAndRestartsLeavePassagesFindable() throws Exception {
        fill("long", PASSAGES);
        // A field that comes up in a document, and one that is mapped: both merge the mapping.
        index(client(), "long", "dynamic", "{\"title\": \"a new field\", \"colour\": \"green\"}");
        client().admin().indices().preparePutMapping("long")
                .setSource("{\"properties\": {\"size\": {\"type\": \"integer\"}}}", XContentType.JSON).get();
        index(client(), "long", "after", "{\"title\": \"Mending a broken umbrella with wire\", \"size\": 3}");
        refresh("long");
        assertEquals("after", ids(search("long", clause("fix my umbrella", ", \"k\": 1"))).getFirst());
        assertEquals(14, count("long"));
        client().admin().indices().prepareFlush("long").get();
        internalCluster().fullRestart();
        ensureGreen("long");
        assertEquals("moon", ids(search("long", clause(ANSWERS[3][2], ""))).getFirst());
        assertEquals(14, count("long"));
        index(client(), "long", "later", "{\"title\": \"Sharpening kitchen knives\"}");
        refresh("long");
        assertEquals("later", ids(search("long", clause("a blunt knife", ", \"k\": 1"))).getFirst());
        client().admin().indices().prepareForceMerge("long").setMaxNumSegments(1).get();
        assertEquals("tyre", ids(search("long", clause(ANSWERS[0][2], ""))).getFirst());
    }

    public void testPassagesOfNestedObjects() {
        createIndex("threads", 1, 0, """
                {"properties": {
                  "subject": {"type": "text"},
                  "comments": {"type": "nested", "properties": {
                    "author": {"type": "keyword"},
                    "text": {"type": "text"},
                    "meaning": {"type": "embedding", "source_fields": ["comments.text"], "passages": {"max_tokens": 40}}}}
                }}""");
        Random random = new Random(3);
        List<Map<String, Object>> comments = new ArrayList<>();
        for (String[] answer : ANSWERS) {
            comments.add(Map.of("author", answer[0], "text", filler(random, 200) + answer[1] + " " + filler(random, 100)));
        }
        client().prepareIndex("threads").setId("two").setSource(Map.of("subject", "b", "comments", comments.subList(2, 4))).get();
        client().prepareIndex("threads").setId("one").setSource(Map.of("subject", "a", "comments", comments.subList(0, 2))).get();
        refresh("threads");
        assertEquals(2, count("threads"));
        for (int i = 0; i < ANSWERS.length; i++) {
            String inner = "{\"semantic\": {\"comments.meaning\": {\"query\": \"" + ANSWERS[i][2]
                    + "\", \"passages\": 1, \"k\": 1}}}";
            SearchHit hit = search("threads",
                    "{\"nested\": {\"path\": \"comments\", \"query\": " + inner + ", \"inner_hits\": {}}}")
                    .getHits().getAt(0);
            assertEquals(i < 2 ? "one" : "two", hit.getId());
            assertThat(passages(hit, "comments.meaning.passages").getFirst().get("text").toString(),
                    containsString(ANSWERS[i][1]));
            SearchHit comment = hit.getInnerHits().get("comments").getAt(0);
            assertEquals(i % 2, comment.getNestedIdentity().getOffset());
            assertThat(passages(comment, "comments.meaning.passages").getFirst().get("text").toString(),
                    containsString(ANSWERS[i][1]));
            String filtered = inner.replace("\"k\": 1", "\"k\": 1, \"filter\": {\"term\": {\"comments.author\": \"moon\"}}");
            SearchHit moon = search("threads",
                    "{\"nested\": {\"path\": \"comments\", \"query\": " + filtered + ", \"inner_hits\": {}}}")
                    .getHits().getAt(0);
            assertEquals("moon", moon.getInnerHits().get("comments").getAt(0).getSourceAsMap().get("author"));
        }
    }

    public void testTextsOfTooManyPassagesAndVectorsOfOtherMakingAreRefused() {
        createIndex("tiny", 1, 0, passages(8, 0));
        Exception many = expectThrows(Exception.class,
                () -> client().prepareIndex("tiny").setId("1").setSource(Map.of("body", filler(new Random(1), 9_000))).get());
        assertThat(org.opensearch.ExceptionsHelper.stackTrace(many),
                containsString("more than [1000] passages of [8] tokens"));
        // A vector that a document brings stands for its whole text.
        float[] brought = oracle("mending a tyre");
        List<Float> numbers = new ArrayList<>();
        for (float x : brought) numbers.add(x);
        client().prepareIndex("tiny").setId("2")
                .setSource(Map.of("body", "Something else entirely, in many words.", "meaning", numbers))
                .setRefreshPolicy(RefreshPolicy.IMMEDIATE).get();
        SearchHit hit = search("tiny", clause("mending a tyre", ", \"passages\": 3")).getHits().getAt(0);
        assertEquals(1f, hit.getScore(), 1e-5f);
        assertEquals("Something else entirely, in many words.", passages(hit, "meaning.passages").getFirst().get("text"));
        client().prepareUpdate("tiny", "2").setDoc(Map.of("body", "Another text.")).setRefreshPolicy(RefreshPolicy.IMMEDIATE)
                .get();
        assertTrue(search("tiny", clause("mending a tyre", "")).getHits().getAt(0).getScore() < 0.9f);
    }
}
