package io.semanticsearch.query;

import io.semanticsearch.query.FoundHits.Hit;
import io.semanticsearch.query.FoundHits.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.join.ScoreMode;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.common.Strings;
import org.opensearch.core.common.io.stream.NamedWriteableAwareStreamInput;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.index.query.BaseQueryRewriteContext;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.MatchAllQueryBuilder;
import org.opensearch.index.query.MatchNoneQueryBuilder;
import org.opensearch.index.query.NestedQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryCoordinatorContext;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.TermQueryBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;

/** The clause as it is read, printed, sent, and settled by the search that it is part of. */
public class FusionQueryBuilderTests extends QueryShardTestCase {

    private static final TermQueryBuilder ONE = new TermQueryBuilder("mapped_int", 1);

    private static FusionRequest settled(QueryBuilder... queries) {
        List<Float> weights = Collections.nCopies(queries.length, 1f);
        return new FusionRequest(List.of(queries), new FusionMethod.MinMax(), Optional.of(weights), OptionalInt.of(100),
                Optional.empty());
    }

    private static FoundHits at(Place place) {
        return new FoundHits(List.of(new Hit(place, "a", 2), new Hit(place, "b", 1)));
    }

    private FusionQueryBuilder sent(FusionQueryBuilder clause) throws IOException {
        BytesStreamOutput out = new BytesStreamOutput();
        clause.writeTo(out);
        return new FusionQueryBuilder(new NamedWriteableAwareStreamInput(out.bytes().streamInput(), namedWriteableRegistry()));
    }

    public void testReadsPrintsAndTravels() throws IOException {
        String everything = """
                {"fusion":{"queries":[{"match_all":{"boost":1.0}},{"semantic":{"meaning":{"query":"tyre","boost":1.0}}}],\
                "method":"rrf","rank_constant":20,"weights":[1.0,0.5],"window_size":30,"filter":{"match_all":{"boost":1.0}},\
                "boost":2.0,"_name":"both"}}""";
        for (String json : List.of(everything, """
                {"fusion":{"queries":[{"match_all":{"boost":1.0}}],"method":"min_max","boost":1.0}}""")) {
            QueryBuilder clause = parse(json);
            assertEquals(json, Strings.toString(MediaTypeRegistry.JSON, clause));
            assertEquals(clause, sent((FusionQueryBuilder) clause));
            assertEquals(clause.hashCode(), sent((FusionQueryBuilder) clause).hashCode());
        }
        FusionQueryBuilder found = new FusionQueryBuilder(settled(ONE), List.of(at(new Place("x", 3)))).boost(3);
        assertEquals(found, sent(found));
        assertNotEquals(found, new FusionQueryBuilder(settled(ONE), List.of(at(new Place("x", 2)))).boost(3));
        assertNotEquals(found, new FusionQueryBuilder(settled(ONE)).boost(3));
    }

    public void testAnotherFormatIsRefused() {
        BytesStreamOutput out = new BytesStreamOutput();
        IOException refused = expectThrows(IOException.class, () -> {
            out.writeFloat(1);
            out.writeOptionalString(null);
            out.writeVInt(7);
            new FusionQueryBuilder(out.bytes().streamInput());
        });
        assertEquals("a [fusion] clause of format [7] came in, this node reads [1]: the nodes run different versions of the"
                + " plugin; finish the upgrade", refused.getMessage());
    }

    private void wrong(String message, String inside) {
        ParsingException refused = expectThrows(ParsingException.class, () -> parse("{\"fusion\": {" + inside + "}}"));
        assertEquals(message, refused.getMessage());
    }

    public void testSaysWhatIsWrong() {
        wrong("[fusion] has no parameter [window], did you mean [window_size]?; known are [queries, method, weights,"
                + " rank_constant, window_size, filter, boost, _name]", "\"window\": 3");
        wrong("[fusion] has no parameter [querys], did you mean [queries]?; known are [queries, method, weights, rank_constant,"
                + " window_size, filter, boost, _name]", "\"querys\": []");
        wrong("[fusion] has [method] [minmax], did you mean [min_max]?; expected one of [min_max, rrf]",
                "\"method\": \"minmax\"");
        wrong("[fusion]: [queries] holds [0] queries; expected 1 to 10", "\"queries\": []");
        String one = "\"queries\": [{\"match_all\": {}}], ";
        wrong("[fusion]: [weights] holds [2] numbers for [1] queries; give one each, in their order",
                one + "\"weights\": [1, 2]");
        wrong("[fusion]: [weights] holds [-1.0]; expected 0 or more", one + "\"weights\": [-1]");
        wrong("[fusion]: [weights] are all 0, so nothing counts", one + "\"weights\": [0]");
        wrong("[fusion] has [weights] [1]; expected a list of numbers, one for each query", one + "\"weights\": \"1\"");
        wrong("[fusion]: [window_size] is [10001]; expected 1 to 10000", one + "\"window_size\": 10001");
        wrong("[fusion] has [window_size] [1.5]; expected a whole number from 1 to 10000", one + "\"window_size\": 1.5");
        wrong("[fusion]: [rank_constant] belongs to [method]: \"rrf\", this is [min_max]", one + "\"rank_constant\": 3");
        wrong("[fusion]: [rank_constant] is [0]; expected 1 to 10000", one + "\"method\": \"rrf\", \"rank_constant\": 0");
    }

    private QueryRewriteContext coordinator(SearchRequest request) {
        return new QueryCoordinatorContext(
                new BaseQueryRewriteContext(xContentRegistry(), namedWriteableRegistry(), null, () -> 0), request);
    }

    private SearchRequest search(String clause, int from, int size) throws IOException {
        return new SearchRequest("index").source(new SearchSourceBuilder().query(parse(clause)).from(from).size(size));
    }

    private FusionQueryBuilder settle(SearchRequest request) throws IOException {
        return (FusionQueryBuilder) request.source().query().rewrite(coordinator(request));
    }

    public void testMeaningWeighsLessHoweverDeepItLies() throws IOException {
        for (String around : List.of(
                "{\"boosting\": {\"positive\": %s, \"negative\": {\"match_all\": {}}, \"negative_boost\": 0.5}}",
                "{\"script_score\": {\"query\": %s, \"script\": {\"source\": \"1\"}}}", "{\"function_score\": {\"query\": %s}}",
                "{\"dis_max\": {\"queries\": [%s]}}", "{\"fusion\": {\"queries\": [%s]}}")) {
            String clause = around.formatted("{\"bool\": {\"must\": [{\"semantic\": {\"meaning\": \"tyre\"}}]}}");
            String settled = Strings.toString(MediaTypeRegistry.JSON,
                    settle(search("{\"fusion\": {\"queries\": [" + clause + "]}}", 0, 10)));
            assertTrue(settled, settled.endsWith("\"weights\":[0.6],\"window_size\":100,\"boost\":1.0}}"));
        }
    }

    public void testMeaningWeighsLessAndTheWindowHoldsThePage() throws IOException {
        String clause = """
                {"fusion": {"queries": [{"match_all": {}}, {"semantic": {"meaning": "tyre"}},
                  {"bool": {"must": [{"semantic": {"meaning": "tyre"}}]}}]}}""";
        assertEquals(
                """
                        {"fusion":{"queries":[{"match_all":{"boost":1.0}},{"semantic":{"meaning":{"query":"tyre","boost":1.0}}},\
                        {"bool":{"must":[{"semantic":{"meaning":{"query":"tyre","boost":1.0}}}],"adjust_pure_negative":true,"boost":1.0}}],\
                        "method":"min_max","weights":[1.0,0.6,0.6],"window_size":100,"boost":1.0}}""",
                Strings.toString(MediaTypeRegistry.JSON, settle(search(clause, 0, 10))));
        assertTrue(Strings.toString(MediaTypeRegistry.JSON, settle(search(clause, 90, 70))).contains("\"window_size\":160"));
        assertTrue(Strings.toString(MediaTypeRegistry.JSON, settle(search(clause, 9_990, 70))).contains("\"window_size\":10000"));
        IllegalArgumentException scroll = expectThrows(IllegalArgumentException.class,
                () -> settle(search(clause, 0, 10).scroll(TimeValue.timeValueMinutes(1))));
        assertTrue(scroll.getMessage(), scroll.getMessage().startsWith("[fusion] needs [window_size] in a scroll"));
    }

    public void testAWindowBelowThePageIsRefusedWhereItIsTheRankingThatIsPaged() throws IOException {
        String clause = """
                {"fusion": {"queries": [{"match_all": {}}], "window_size": 15}}""";
        IllegalArgumentException refused = expectThrows(IllegalArgumentException.class, () -> settle(search(clause, 6, 10)));
        assertEquals("[fusion] has a [window_size] of [15], but [from] + [size] is [16]: what lies beyond the window has no rank;"
                + " raise it to [16] or more", refused.getMessage());
        settle(search(clause, 5, 10));
        SearchRequest sorted = search(clause, 6, 10);
        sorted.source().sort("mapped_int");
        settle(sorted);
    }

    public void testAFilterGoesIntoEachQueryAndIntoTheClausesThatLookForABestFew() throws IOException {
        FusionQueryBuilder clause = settle(search("""
                {"fusion": {"queries": [{"term": {"mapped_int": 2}}, {"semantic": {"meaning": "tyre"}},
                    {"fusion": {"queries": [{"match_all": {}}]}},
                    {"bool": {"should": [{"semantic": {"meaning": "tyre"}}]}}],
                  "filter": {"term": {"mapped_int": 1}}}}""", 0, 10));
        List<QueryBuilder> queries = new ArrayList<>();
        clause.withEachQuery(query -> {
            queries.add(query);
            return query;
        });
        assertEquals(new BoolQueryBuilder().must(new TermQueryBuilder("mapped_int", 2)).filter(ONE), queries.get(0));
        List<Restriction> restricted = List.of(new Restriction("", ONE));
        assertEquals(restricted, ((SemanticQueryBuilder) queries.get(1)).restrictions().beside());
        assertTrue(Strings.toString(MediaTypeRegistry.JSON, queries.get(2)).contains("\"filter\":{\"term\":{\"mapped_int\""));
        BoolQueryBuilder inner = (BoolQueryBuilder) ((BoolQueryBuilder) queries.get(3)).must().getFirst();
        assertEquals(restricted, ((SemanticQueryBuilder) inner.should().getFirst()).restrictions().beside());
    }

    public void testAShardSearchesForItsOwnAndForWhatIsMatchedBesides() throws IOException {
        QueryShardContext shard = createShardContext();
        Place here = Place.of(shard);
        SemanticQueryBuilder nearest = (SemanticQueryBuilder) parse("""
                {"semantic": {"position": {"vector": [1, 2, 3], "_name": "near"}}}""");
        FusionQueryBuilder clause = new FusionQueryBuilder(settled(ONE, nearest), List.of(FoundHits.NONE, at(here)));
        List<BooleanClause> clauses = ((BooleanQuery) clause.toQuery(shard)).clauses();
        assertEquals("the nearest are all in the list, so the graph is not searched again", 2, clauses.size());
        assertEquals(List.of("a", "b"),
                ((FoundHitsQuery) clauses.get(0).query()).listed().stream().map(hit -> hit.id()).toList());
        assertEquals(new BoostQuery(new ConstantScoreQuery(ONE.toQuery(shard)), 0), clauses.get(1).query());
        Query named = shard.copyNamedQueries().get("near");
        assertEquals(2, ((FoundHitsQuery) named).listed().size());
    }

    public void testAShardWithoutAnyCanBeSkipped() throws IOException {
        QueryShardContext shard = createShardContext();
        Place here = Place.of(shard);
        Place other = new Place(here.index(), here.shard() + 1);
        QueryBuilder nearest = parse("{\"semantic\": {\"position\": {\"vector\": [1, 2, 3]}}}");
        QueryBuilder none = new MatchNoneQueryBuilder();
        FusionQueryBuilder elsewhere = new FusionQueryBuilder(settled(nearest, none), List.of(at(other), FoundHits.NONE));
        assertEquals(none, elsewhere.rewrite(shard));
        FusionQueryBuilder one = new FusionQueryBuilder(settled(nearest, none), List.of(at(here), FoundHits.NONE));
        assertSame(one, one.rewrite(shard));
        FusionQueryBuilder matched = new FusionQueryBuilder(settled(nearest, new MatchAllQueryBuilder()),
                List.of(at(other), FoundHits.NONE));
        assertSame(matched, matched.rewrite(shard));
    }

    public void testIsRefusedWithTheReasonWhereNothingCanBeRanked() throws IOException {
        refused("[fusion] cannot stand here, because this place is read on the shard alone (an alias filter, a percolator query),"
                + " and it ranks the hits of all shards together", new FusionQueryBuilder(settled(ONE)));
        refused("[fusion] cannot stand inside of [nested]: it ranks whole documents; put the [nested] queries into its [queries]",
                new NestedQueryBuilder("comments", new FusionQueryBuilder(settled(ONE), List.of(FoundHits.NONE)),
                        ScoreMode.Max));
    }
}
