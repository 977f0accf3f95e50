package io.semanticsearch.query;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.index.query.ExistsQueryBuilder;
import org.opensearch.index.query.QueryBuilder;

/** The clause on fields of the k-NN plugin: what becomes of it is read, and made into a search, by that plugin's own classes. */
public class KnnVectorFieldTests extends KnnShardTestCase {

    public KnnVectorFieldTests() {
        super(KnnPlugin.class);
    }

    private String query(String field, String parameters) throws IOException {
        return parse("{\"semantic\": {\"%s\": {\"vector\": [1, 2, 3]%s}}}".formatted(field, parameters))
                .toQuery(createShardContext()).toString();
    }

    private void refused(String message, String field, String parameters) throws IOException {
        refused(message, parse("{\"semantic\": {\"%s\": {%s}}}".formatted(field, parameters)));
    }

    public void testKnnReadsWhatBecomesOfTheClause() throws IOException {
        Nearest nearest = new Nearest(OptionalInt.of(7), OptionalInt.of(70), Optional.empty(), Optional.empty(), Optional.empty(),
                false);
        String json = KnnVectorField.json("angle", new float[]{0.1f, -2, 3e-20f}, nearest, true).utf8ToString();
        assertEquals("""
                {"knn":{"angle":{"vector":[0.1,-2.0,3.0E-20],"k":7,"method_parameters":{"ef_search":70}}}}""", json);
        assertEquals(parse("""
                {"knn": {"angle": {"vector": [0.1, -2, 3e-20], "k": 7, "method_parameters": {"ef_search": 70}}}}"""),
                parse(json));
        assertEquals("org.opensearch.knn.index.query.KNNQueryBuilder", parse(json).getClass().getName());
        String flat = KnnVectorField.json("angle", new float[]{1}, nearest, false).utf8ToString();
        assertEquals("""
                {"knn":{"angle":{"vector":[1.0],"k":7}}}""", flat);
    }

    public void testTheClauseIsKnnsOwnSearch() throws IOException {
        assertEquals("explores what it does by default", "OSKnnFloatVectorQuery:angle[1.0,...][100]",
                query("angle", ", \"k\": 7"));
        assertEquals("explores more", "OSKnnFloatVectorQuery:angle[1.0,...][170]",
                query("angle", ", \"k\": 7, \"num_candidates\": 170"));
        assertEquals("by another name", "OSKnnFloatVectorQuery:angle[1.0,...][100]", query("same", ", \"k\": 7"));
    }

    public void testTheFilterIsThatOfKnn() throws IOException {
        assertEquals("OSKnnFloatVectorQuery:angle[1.0,...][100][ConstantScore(FieldExistsQuery [field=mapped_string])]",
                query("angle", ", \"filter\": {\"exists\": {\"field\": \"mapped_string\"}}"));
        SemanticQueryBuilder clause = (SemanticQueryBuilder) parse("""
                {"semantic": {"angle": {"vector": [1, 2, 3], "filter": {"exists": {"field": "mapped_string"}}}}}""");
        QueryBuilder beside = new ExistsQueryBuilder("mapped_int");
        assertEquals("with what stands beside the clause", "OSKnnFloatVectorQuery:angle[1.0,...][100]"
                + "[+ConstantScore(FieldExistsQuery [field=mapped_string]) #ConstantScore(FieldExistsQuery [field=mapped_int])]",
                clause.restrictedTo(List.of(new Restriction("", beside))).toQuery(createShardContext()).toString());
    }

    public void testBoostIsAppliedOnce() throws IOException {
        assertEquals("(OSKnnFloatVectorQuery:angle[1.0,...][100])^3.0", query("angle", ", \"boost\": 3"));
    }

    public void testALeastSimilarityIsALeastScore() throws IOException {
        assertTrue(query("angle", ", \"min_similarity\": 0.4").startsWith(
                "function score (OSKnnFloatVectorQuery:angle[1.0,...][100]"));
        refused("[semantic] field [angle]: [min_similarity] is [1.5]; a cosine lies between -1 and 1", "angle",
                "\"vector\": [1, 2, 3], \"min_similarity\": 1.5");
        // Minus the distance, as no other space has it.
        refused("[semantic] field [flat]: [min_similarity] is [0.5]; under [l2] the similarity is minus the distance, so never above"
                + " 0: for vectors within a distance of 0.5 say [-0.5]", "flat",
                "\"vector\": [1, 2, 3], \"min_similarity\": 0.5");
        assertTrue(query("floats", ", \"min_similarity\": 0.4").startsWith("function score"));
        assertNotNull(query("product", ", \"min_similarity\": 2.5"));
    }

    public void testAVectorOfAnotherLengthIsRefused() throws IOException {
        refused("[semantic] field [angle]: the vector has [2] dimensions, the field is mapped with [3]; name the [model] that its"
                + " vectors were made with", "angle", "\"vector\": [1, 2]");
    }

    public void testAFieldOfBytesIsRefused() throws IOException {
        refused("[semantic] field [bytes]: its vectors are of [data_type] [byte], and models make [float]; search it with the [knn]"
                + " query", "bytes", "\"vector\": [1, 2, 3]");
    }

    public void testATextIsEmbeddedBeforeItComesToAShard() throws IOException {
        refused("[semantic] field [angle]: a text cannot be embedded here, because this place is read on the shard alone (an alias"
                + " filter, a percolator query); give a [vector]", "angle", "\"query\": \"flat tyre\", \"model\": \"english\"");
        Nearest nearest = new Nearest(OptionalInt.of(5), OptionalInt.empty(), Optional.empty(), Optional.empty(),
                Optional.of("english"), false);
        SemanticQueryBuilder embedded = new SemanticQueryBuilder("angle",
                new Subject.Embedded("flat tyre", Map.of("own", new float[]{1, 0, 0})), nearest, QueryPlugin.VECTORS);
        assertEquals("OSKnnFloatVectorQuery:angle[1.0,...][100]", embedded.toQuery(createShardContext()).toString());
        SemanticQueryBuilder nothing = new SemanticQueryBuilder("angle",
                new Subject.Embedded("§", Map.of("own", new float[0])), nearest, QueryPlugin.VECTORS);
        assertEquals("MatchNoDocsQuery(\"the text means nothing to the model for [angle]\")",
                nothing.toQuery(createShardContext()).toString());
        SemanticQueryBuilder elsewhere = new SemanticQueryBuilder("angle",
                new Subject.Embedded("flat tyre", Map.of("aaaaaaaaaaaaaaaa", new float[]{1, 0, 0})), nearest,
                QueryPlugin.VECTORS);
        refused("[semantic] field [angle]: the text was not embedded for a field of type [knn_vector]; name the [model] that its"
                + " vectors were made with, or give a [vector]", elsewhere);
    }

    public void testHitsThatAllShardsFoundTogetherAreNotSearchedForAgain() throws IOException {
        SemanticQueryBuilder clause = (SemanticQueryBuilder) parse("{\"semantic\": {\"same\": {\"vector\": [1, 2, 3]}}}");
        FoundHits.Place here = FoundHits.Place.of(createShardContext());
        FoundHits hits = new FoundHits(List.of(new FoundHits.Hit(here, "a", 0.9f),
                new FoundHits.Hit(new FoundHits.Place("another", 0), "b", 0.8f)));
        FoundHitsQuery query = (FoundHitsQuery) clause.counting(new Counted.Whole(hits)).toQuery(createShardContext());
        assertEquals(List.of("a"), query.listed().stream().map(FoundHitsQuery.Listed::id).toList());
    }

    /** The parser of k-NN itself must be able to refuse, or the tests above say nothing. */
    public void testKnnRefusesWhatItDoesNotKnow() {
        expectThrows(Exception.class, () -> parse("""
                {"knn": {"angle": {"vector": [1, 2, 3], "k": 7, "num_candidates": 70}}}"""));
        expectThrows(Exception.class, () -> KnnPlugin.parse(createParser(JsonXContent.jsonXContent, """
                {"angle": {"vector": [1, 2, 3]}}""")));
    }
}
