package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.Similarity;
import io.semanticsearch.query.VectorIndex.Hit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.document.IntField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;
import org.opensearch.test.FieldMaskingReader;
import org.opensearch.test.OpenSearchTestCase;

/** One bit a number finds, the numbers themselves decide: compared with looking at every vector there is. */
public class FullPrecisionQueryTests extends OpenSearchTestCase {

    private static final int DIMENSION = 256;
    private static final int DOCUMENTS = 300;
    private static final float NO_MINIMUM = Float.NEGATIVE_INFINITY;
    private static final float ROUNDING = 1e-5f;

    private final Random random = random();
    /** Vectors differ in sixteen directions, for without structure one bit a number tells nothing. */
    private final List<float[]> directions = Stream.generate(() -> gaussian(DIMENSION)).limit(16).toList();

    /** Lucene's codec with one bit a number. */
    private static final class OneBitCodec extends FilterCodec {

        private final KnnVectorsFormat oneBit = new Lucene104HnswScalarQuantizedVectorsFormat(
                ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE, 16, 100);

        OneBitCodec() {
            super("Lucene104", new Lucene104Codec());
        }

        @Override
        public KnnVectorsFormat knnVectorsFormat() {
            return new PerFieldKnnVectorsFormat() {
                @Override
                public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                    return oneBit;
                }
            };
        }
    }

    private float[] gaussian(int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) vector[i] = (float) random.nextGaussian();
        return vector;
    }

    private float[] vector() {
        float[] vector = new float[DIMENSION];
        for (float[] direction : directions) {
            float length = (float) random.nextGaussian();
            for (int i = 0; i < DIMENSION; i++) vector[i] += length * direction[i];
        }
        return vector;
    }

    private static FieldConfig field(Similarity similarity) {
        return new FieldConfig("meaning", Optional.empty(), "own", DIMENSION, List.of(), similarity);
    }

    /** Three segments, every fifth document without a vector, some deleted. */
    private VectorIndex index(FieldConfig field) throws IOException {
        VectorIndex index = new VectorIndex(field, new OneBitCodec());
        for (int id = 0; id < DOCUMENTS; id++) {
            index.add(id, id % 5 == 4 ? null : vector());
            if (id == 30 || id == 170) index.endSegment();
        }
        index.endSegment();
        for (int id = 0; id < DOCUMENTS; id += 7) index.delete(id);
        return index;
    }

    private static NearestVectorsQuery quantized(FieldConfig field, float[] target, int found, Query filter) {
        return new NearestVectorsQuery(field, field.similarity().prepare(target), found, found, NO_MINIMUM, filter);
    }

    private static FullPrecisionQuery exact(FieldConfig field, float[] target, int found, int k, float minScore, Query filter) {
        return new FullPrecisionQuery(quantized(field, target, found, filter),
                new FullPrecision(field, field.similarity().prepare(target), k, minScore));
    }

    private static void assertHits(List<Hit> expected, List<Hit> found) {
        assertEquals(expected.stream().map(Hit::id).toList(), found.stream().map(Hit::id).toList());
        for (int i = 0; i < found.size(); i++) {
            float score = expected.get(i).score();
            assertEquals(score, found.get(i).score(), ROUNDING * Math.max(1, score));
        }
    }

    public void testTheBestOfWhatWasFoundHaveTheScoresOfFullPrecision() throws IOException {
        for (Similarity similarity : Similarity.values()) {
            FieldConfig field = field(similarity);
            try (VectorIndex index = index(field); DirectoryReader reader = index.open()) {
                assertEquals(3, index.segments(reader));
                for (int run = 0; run < 10; run++) {
                    float[] target = vector();
                    int k = between(1, 30);
                    List<Hit> expected = index.exact(target, k, NO_MINIMUM, id -> true);
                    assertHits(expected, VectorIndex.search(reader, exact(field, target, DOCUMENTS, k, NO_MINIMUM, null)));
                    assertNotEquals("one bit alone is not exact", expected,
                            VectorIndex.search(reader, quantized(field, target, k, null)));
                }
            }
        }
    }

    public void testOnlyWhatWasFoundIsCompared() throws IOException {
        FieldConfig field = field(Similarity.COSINE);
        try (VectorIndex index = index(field); DirectoryReader reader = index.open()) {
            float[] target = vector();
            List<Integer> found = VectorIndex.search(reader, quantized(field, target, 8, null)).stream().map(Hit::id).toList();
            assertHits(index.exact(target, 5, NO_MINIMUM, found::contains),
                    VectorIndex.search(reader, exact(field, target, 8, 5, NO_MINIMUM, null)));
        }
    }

    public void testTheMinimumIsThatOfFullPrecision() throws IOException {
        for (Similarity similarity : Similarity.values()) {
            FieldConfig field = field(similarity);
            try (VectorIndex index = index(field); DirectoryReader reader = index.open()) {
                float[] target = vector();
                List<Hit> all = index.exact(target, DOCUMENTS, NO_MINIMUM, id -> true);
                float between = (all.get(19).score() + all.get(20).score()) / 2;
                assertHits(all.subList(0, 20), VectorIndex.search(reader, exact(field, target, DOCUMENTS, 100, between, null)));
                assertEquals(List.of(), VectorIndex.search(reader, exact(field, target, DOCUMENTS, 100, 1e9f, null)));
            }
        }
    }

    public void testAFilterDecidesWhatMayBeFound() throws IOException {
        FieldConfig field = field(Similarity.DOT_PRODUCT);
        try (VectorIndex index = index(field); DirectoryReader reader = index.open()) {
            float[] target = vector();
            Query narrow = IntField.newRangeQuery("number", 100, 139);
            assertHits(index.exact(target, 10, NO_MINIMUM, id -> id >= 100 && id < 140),
                    VectorIndex.search(reader, exact(field, target, 100, 10, NO_MINIMUM, narrow)));
            assertEquals(List.of(),
                    VectorIndex.search(reader, exact(field, target, 100, 10, NO_MINIMUM, MatchNoDocsQuery.INSTANCE)));
        }
    }

    public void testStandsBesideOtherClauses() throws IOException {
        FieldConfig field = field(Similarity.COSINE);
        try (VectorIndex index = index(field); DirectoryReader reader = index.open()) {
            float[] target = vector();
            List<Hit> hits = index.exact(target, 10, NO_MINIMUM, id -> true);
            Query nearest = exact(field, target, DOCUMENTS, 10, NO_MINIMUM, null);
            int best = hits.getFirst().id();
            assertHits(hits.subList(1, 10), VectorIndex.search(reader, new BooleanQuery.Builder().add(nearest, Occur.MUST)
                    .add(IntField.newExactQuery("number", best), Occur.MUST_NOT).build()));
            List<Hit> doubled = hits.stream().map(hit -> new Hit(hit.id(), 2 * hit.score())).toList();
            assertHits(doubled, VectorIndex.search(reader, new BoostQuery(nearest, 2)));
            // The best are asked for by their scores, so blocks whose highest score is too low are skipped.
            TopDocs three = new IndexSearcher(reader).search(nearest, 3);
            assertEquals(hits.subList(0, 3).stream().map(Hit::id).toList(), ids(reader, three));
            assertEquals(10, new IndexSearcher(reader).count(nearest));
        }
    }

    private static List<Integer> ids(DirectoryReader reader, TopDocs hits) throws IOException {
        List<Integer> ids = new ArrayList<>();
        for (ScoreDoc hit : hits.scoreDocs) ids.add(Integer.valueOf(reader.storedFields().document(hit.doc).get("id")));
        return ids;
    }

    public void testExplainsItsHitsAndOnlyThose() throws IOException {
        FieldConfig field = field(Similarity.COSINE);
        try (VectorIndex index = index(field); DirectoryReader reader = index.open()) {
            IndexSearcher searcher = new IndexSearcher(reader);
            Query query = exact(field, vector(), 40, 5, NO_MINIMUM, null);
            TopDocs hits = searcher.search(query, 100);
            assertEquals(5, hits.scoreDocs.length);
            int explained = 0;
            for (int doc = 0; doc < reader.maxDoc(); doc++) if (searcher.explain(query, doc).isMatch()) explained++;
            assertEquals(5, explained);
            Explanation first = searcher.explain(query, hits.scoreDocs[0].doc);
            assertEquals(hits.scoreDocs[0].score, first.getValue().floatValue(), 0f);
            assertEquals("semantic(meaning, k=40, candidates=40) at full precision, k=5", first.getDescription());
        }
    }

    public void testAFieldThatIsHiddenFindsNothing() throws IOException {
        FieldConfig field = field(Similarity.COSINE);
        try (VectorIndex index = index(field); DirectoryReader open = index.open()) {
            FieldMaskingReader reader = new FieldMaskingReader("meaning", open);
            assertEquals(List.of(), VectorIndex.search(reader, exact(field, vector(), 100, 10, NO_MINIMUM, null)));
        }
    }

    public void testIsEqualWhereItFindsTheSame() {
        FieldConfig field = field(Similarity.COSINE);
        float[] target = vector();
        Query query = exact(field, target, 20, 5, 0.5f, MatchAllDocsQuery.INSTANCE);
        Query same = exact(field, target.clone(), 20, 5, 0.5f, MatchAllDocsQuery.INSTANCE);
        assertEquals(query, same);
        assertEquals(query.hashCode(), same.hashCode());
        for (Query different : List.of(
                exact(field, vector(), 20, 5, 0.5f, MatchAllDocsQuery.INSTANCE),
                exact(field, target, 21, 5, 0.5f, MatchAllDocsQuery.INSTANCE),
                exact(field, target, 20, 6, 0.5f, MatchAllDocsQuery.INSTANCE),
                exact(field, target, 20, 5, 0.6f, MatchAllDocsQuery.INSTANCE),
                exact(field, target, 20, 5, 0.5f, null))) {
            assertNotEquals(query, different);
        }
    }
}
