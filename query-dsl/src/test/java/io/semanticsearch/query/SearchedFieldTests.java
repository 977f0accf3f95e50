package io.semanticsearch.query;

import io.semanticsearch.field.VectorBytes;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;

/** What a shard makes of a clause for the field that it has, and what it says where they do not fit. */
public class SearchedFieldTests extends QueryShardTestCase {

    private static final String EIGHT = "[1, 0, 0, 0, 0, 0, 0, 0]";

    private static SemanticQueryBuilder embedded(String field, Map<String, float[]> vectors) {
        Nearest nearest = new Nearest(
                OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
        return new SemanticQueryBuilder(field, new Subject.Embedded("flat tyre", vectors), nearest, QueryPlugin.VECTORS);
    }

    private Query toQuery(String clause) throws IOException {
        return parse(clause).toQuery(createShardContext());
    }

    private void refused(String message, String clause) throws IOException {
        refused(message, parse(clause));
    }

    public void testAFieldThatIsNotMappedIsRefused() throws IOException {
        refused("[semantic] field [absent] is not mapped in this index; map it with type [embedding], or say [ignore_unmapped]: true",
                """
                        {"semantic": {"absent": {"vector": [1]}}}""");
    }

    public void testAFieldThatIsNotMappedFindsNothingWhereItMayBeMissing() throws IOException {
        Query query = toQuery("""
                {"semantic": {"absent": {"vector": [1], "ignore_unmapped": true}}}""");
        assertEquals("MatchNoDocsQuery(\"field [absent] is not mapped here\")", query.toString());
    }

    public void testAFieldOfAnotherTypeIsRefused() throws IOException {
        refused("[semantic] field [mapped_string] is of type [text]; expected a field of type [embedding]", """
                {"semantic": {"mapped_string": {"vector": [1]}}}""");
    }

    public void testAVectorOfAnotherLengthIsRefused() throws IOException {
        refused("[semantic] field [meaning]: the vector has [3] dimensions, the field is mapped with [8]", """
                {"semantic": {"meaning": {"vector": [1, 2, 3]}}}""");
    }

    public void testAVectorOfZerosHasNoAngle() throws IOException {
        refused("[semantic] field [meaning]: a vector of zeros has no direction, so [cosine] cannot compare it; leave it out or use"
                + " [dot_product] or [l2]", """
                        {"semantic": {"meaning": {"vector": [0, 0, 0, 0, 0, 0, 0, 0]}}}""");
    }

    public void testAMinimumThatNoVectorHasIsRefused() throws IOException {
        refused("[semantic] field [meaning]: [min_similarity] is [1.5]; a cosine lies between -1 and 1", """
                {"semantic": {"meaning": {"vector": %s, "min_similarity": 1.5}}}""".formatted(EIGHT));
        refused("[semantic] field [position]: [min_similarity] is [1.5]; under [l2] the similarity is minus the distance, so never above"
                + " 0: for vectors within a distance of 1.5 say [-1.5]", """
                        {"semantic": {"position": {"vector": [1, 2, 3], "min_similarity": 1.5}}}""");
    }

    public void testATextThatWasNotEmbeddedForTheSpaceIsRefused() {
        refused("[semantic] field [meaning] lives in the space [aaaaaaaaaaaaaaaa], for which the text was not embedded; give a [model] of"
                + " that space or a [vector]", embedded("meaning", Map.of("bbbbbbbbbbbbbbbb", new float[8])));
    }

    public void testATextSearchesWithTheVectorOfTheFieldsSpace() throws IOException {
        float[] english = WordModels.vector(WordModels.ENGLISH, "flat tyre");
        float[] french = WordModels.vector(WordModels.FRENCH, "flat tyre");
        Query query = embedded("meaning", Map.of("aaaaaaaaaaaaaaaa", english, "bbbbbbbbbbbbbbbb", french))
                .toQuery(createShardContext());
        assertArrayEquals(english, nearest(query).getTargetCopy(), 0f);
        assertEquals("semantic(meaning, k=10, candidates=100)", query.toString());
    }

    public void testATextThatMeansNothingFindsNothing() throws IOException {
        Query query = embedded("meaning", Map.of("aaaaaaaaaaaaaaaa", new float[0])).toQuery(createShardContext());
        assertEquals("MatchNoDocsQuery(\"the text means nothing to the model of [meaning]\")", query.toString());
    }

    public void testAFieldAliasSearchesItsField() throws IOException {
        Query query = toQuery("""
                {"semantic": {"sense": {"vector": %s, "k": 3}}}""".formatted(EIGHT));
        assertEquals("semantic(meaning, k=3, candidates=100)", query.toString());
        assertEquals("meaning.aaaaaaaaaaaaaaaa", nearest(query).getField());
    }

    public void testAFieldWithinAPlainObjectNeedsNoNestedQuery() throws IOException {
        assertEquals("semantic(author.meaning, k=10, candidates=100)", toQuery("""
                {"semantic": {"author.meaning": {"vector": %s}}}""".formatted(EIGHT)).toString());
    }

    public void testAFilterGoesIntoTheSearch() throws IOException {
        NearestVectorsQuery query = nearest(toQuery("""
                {"semantic": {"meaning": {"vector": %s, "filter": {"match_none": {}}}}}""".formatted(EIGHT)));
        assertTrue(query.getFilter().toString(), query.getFilter() instanceof MatchNoDocsQuery);
    }

    public void testCandidatesAreTheLargerOfAHundredAndK() throws IOException {
        assertEquals("semantic(meaning, k=250, candidates=250)", toQuery("""
                {"semantic": {"meaning": {"vector": %s, "k": 250}}}""".formatted(EIGHT)).toString());
        assertEquals("semantic(meaning, k=3, candidates=20)", toQuery("""
                {"semantic": {"meaning": {"vector": %s, "k": 3, "num_candidates": 20}}}""".formatted(EIGHT)).toString());
    }

    private static String large(String field, String rest) {
        return "{\"semantic\": {\"" + field + "\": {\"vector\": \"" + VectorBytes.encode(ONE_OF_256) + "\"" + rest + "}}}";
    }

    private static final float[] ONE_OF_256 = new float[256];
    static {
        ONE_OF_256[0] = 1;
    }

    public void testWhatQuantizedVectorsFoundIsComparedAtFullPrecision() throws IOException {
        assertEquals("semantic(small_bits, k=150, candidates=150) at full precision, k=10",
                toQuery(large("small_bits", "")).toString());
        assertEquals("semantic(small_bits, k=7, candidates=100) at full precision, k=3",
                toQuery(large("small_bits", ", \"k\": 3, \"rescore\": {\"oversample\": 2.1}")).toString());
        assertEquals("semantic(small_bits, k=250, candidates=250) at full precision, k=10",
                toQuery(large("small_bits", ", \"num_candidates\": 20, \"rescore\": {\"oversample\": 25}")).toString());
        assertEquals("semantic(small_bits, k=10, candidates=100)",
                toQuery(large("small_bits", ", \"rescore\": false")).toString());
        assertEquals(toQuery(large("small_bits", "")), toQuery(large("small_bits", ", \"rescore\": true")));
        assertEquals(toQuery(large("small_bits", "")), toQuery(large("small_bits", ", \"rescore\": {}")));
    }

    public void testNoMoreAreComparedThanAShardMayFind() throws IOException {
        assertEquals("semantic(small_bits, k=10000, candidates=10000) at full precision, k=5000",
                toQuery(large("small_bits", ", \"k\": 5000")).toString());
    }

    public void testTheNumbersThemselvesAreNotComparedTwice() throws IOException {
        assertEquals("semantic(numbers, k=10, candidates=100)",
                toQuery(large("numbers", ", \"rescore\": {\"oversample\": 4}")).toString());
    }

    public void testTheMinimumIsLeftToFullPrecision() throws IOException {
        FullPrecisionQuery query = (FullPrecisionQuery) search(large("small_bits", ", \"min_similarity\": 0.5"));
        assertNotEquals(query, search(large("small_bits", ", \"min_similarity\": 0.6")));
        assertEquals(query.found(), ((FullPrecisionQuery) search(large("small_bits", ""))).found());
    }

    private Query search(String clause) throws IOException {
        return ((SemanticSearch) toQuery(clause)).search();
    }

    private static NearestVectorsQuery nearest(Query query) {
        Query search = ((SemanticSearch) query).search();
        return search instanceof NearestPassingQuery passing ? passing.search() : (NearestVectorsQuery) search;
    }
}
