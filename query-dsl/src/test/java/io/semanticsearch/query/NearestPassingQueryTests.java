package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.Similarity;
import io.semanticsearch.query.VectorIndex.Hit;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.document.IntField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.FilterWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.opensearch.test.FieldMaskingReader;
import org.opensearch.test.OpenSearchTestCase;

/** The nearest of what passes a filter, narrow or not, compared with looking at every vector that passes. */
public class NearestPassingQueryTests extends OpenSearchTestCase {

    private static final int DIMENSION = 8;
    private static final int DOCUMENTS = 4_000;
    private static final float NO_MINIMUM = Float.NEGATIVE_INFINITY;
    private static final float ROUNDING = 1e-5f;
    private static final FieldConfig FIELD = new FieldConfig(
            "meaning", Optional.empty(), "own", DIMENSION, List.of(), Similarity.COSINE);

    private final Random random = random();

    private float[] vector() {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) vector[i] = (float) random.nextGaussian();
        return vector;
    }

    /** Two segments with a graph, one without vectors, every fifth document without a vector, some deleted. */
    private VectorIndex index() throws IOException {
        VectorIndex index = new VectorIndex(FIELD);
        index.add(DOCUMENTS, null);
        index.endSegment();
        for (int id = 0; id < DOCUMENTS; id++) {
            index.add(id, id % 5 == 4 ? null : vector());
            if (id == DOCUMENTS / 3) index.endSegment();
        }
        index.endSegment();
        for (int id = 0; id < DOCUMENTS; id += 7) index.delete(id);
        return index;
    }

    /** The same on a shard that is worth to be searched by its graphs. */
    private VectorIndex largeIndex() throws IOException {
        VectorIndex index = index();
        index.addWithoutVector(SmallShard.MOST_DOCUMENTS);
        return index;
    }

    private static NearestPassingQuery query(float[] target, int k, float minScore, Query filter) {
        float[] prepared = FIELD.similarity().prepare(target);
        return new NearestPassingQuery(
                new NearestVectorsQuery(FIELD, prepared, 2 * k, 2 * k, NO_MINIMUM, filter),
                new FullPrecision(FIELD, prepared, k, minScore), true);
    }

    private static Query below(int number) {
        return IntField.newRangeQuery("number", 0, number - 1);
    }

    private static void assertHits(List<Hit> expected, List<Hit> found) {
        assertEquals(expected.stream().map(Hit::id).toList(), found.stream().map(Hit::id).toList());
        for (int i = 0; i < found.size(); i++) assertEquals(expected.get(i).score(), found.get(i).score(), ROUNDING);
    }

    /** How many live documents with a vector have a lower number. */
    private static int vectorsBelow(VectorIndex index, int number) {
        return index.exact(new float[]{1, 0, 0, 0, 0, 0, 0, 0}, DOCUMENTS, NO_MINIMUM, id -> id < number).size();
    }

    public void testAllThatPassesANarrowFilterIsCompared() throws IOException {
        try (VectorIndex index = index(); DirectoryReader reader = index.open()) {
            for (int passing : new int[]{1, 3, 40, 200}) {
                float[] target = vector();
                NearestPassingQuery query = query(target, 10, NO_MINIMUM, below(passing));
                assertHits(index.exact(target, 10, NO_MINIMUM, id -> id < passing), VectorIndex.search(reader, query));
                Cost cost = query.search().visits().cost(0);
                assertEquals(vectorsBelow(index, passing), cost.vectors());
                assertEquals(0, cost.graphSegments());
                assertEquals(2, cost.exactSegments());
                assertTrue("nothing is left to compare again", query.search().visits().isAtFullPrecision());
            }
        }
    }

    public void testAWideFilterLeavesTheGraph() throws IOException {
        try (VectorIndex index = largeIndex(); DirectoryReader reader = index.open()) {
            float[] target = vector();
            NearestPassingQuery query = query(target, 10, NO_MINIMUM, below(DOCUMENTS - 500));
            List<Hit> hits = VectorIndex.search(reader, query);
            assertEquals(10, hits.size());
            assertHits(index.exact(target, 10, NO_MINIMUM, id -> hits.stream().anyMatch(hit -> hit.id() == id)), hits);
            Cost cost = query.search().visits().cost(0);
            assertTrue(cost.toString(), cost.graphSegments() > 0);
            assertTrue(cost.toString(), cost.vectors() < vectorsBelow(index, DOCUMENTS - 500));
            assertFalse(query.search().visits().isAtFullPrecision());
        }
    }

    public void testTheFilterIsAskedOnce() throws IOException {
        try (VectorIndex index = largeIndex(); DirectoryReader reader = index.open()) {
            for (int passing : new int[]{50, DOCUMENTS - 500}) {
                AtomicInteger asked = new AtomicInteger();
                IndexSearcher searcher = new IndexSearcher(reader);
                searcher.setQueryCache(null);
                searcher.rewrite(query(vector(), 10, NO_MINIMUM, new Asked(below(passing), asked)));
                assertEquals("once in each segment", reader.leaves().size(), asked.get());
            }
        }
    }

    /** Counts how often what it matches is looked for. */
    private static final class Asked extends Query {

        private final Query query;
        private final AtomicInteger asked;

        Asked(Query query, AtomicInteger asked) {
            this.query = query;
            this.asked = asked;
        }

        @Override
        public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost) throws IOException {
            return new FilterWeight(this, query.createWeight(searcher, mode, boost)) {
                @Override
                public ScorerSupplier scorerSupplier(LeafReaderContext segment) throws IOException {
                    asked.incrementAndGet();
                    return super.scorerSupplier(segment);
                }
            };
        }

        @Override
        public void visit(QueryVisitor visitor) {
            query.visit(visitor);
        }

        @Override
        public String toString(String field) {
            return query.toString(field);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    public void testBelowTheMinimumNothingIsKept() throws IOException {
        try (VectorIndex index = index(); DirectoryReader reader = index.open()) {
            float[] target = vector();
            List<Hit> all = index.exact(target, 50, NO_MINIMUM, id -> id < 200);
            float between = (all.get(4).score() + all.get(5).score()) / 2;
            assertHits(all.subList(0, 5), VectorIndex.search(reader, query(target, 10, between, below(200))));
            assertHits(all.subList(0, 3), VectorIndex.search(reader, query(target, 3, between, below(200))));
            assertEquals(List.of(), VectorIndex.search(reader, query(target, 10, 2, below(200))));
        }
    }

    public void testFiltersThatAllOrNothingPasses() throws IOException {
        try (VectorIndex index = largeIndex(); DirectoryReader reader = index.open()) {
            float[] target = vector();
            assertEquals(List.of(), VectorIndex.search(reader, query(target, 10, NO_MINIMUM, MatchNoDocsQuery.INSTANCE)));
            assertEquals("documents without a vector", List.of(),
                    VectorIndex.search(reader, query(target, 10, NO_MINIMUM, IntField.newExactQuery("number", 4))));
            assertEquals(10, VectorIndex.search(reader, query(target, 10, NO_MINIMUM, MatchAllDocsQuery.INSTANCE)).size());
        }
    }

    public void testAFieldThatIsHiddenFindsNothing() throws IOException {
        try (VectorIndex index = largeIndex(); DirectoryReader open = index.open()) {
            FieldMaskingReader reader = new FieldMaskingReader("meaning", open);
            for (int passing : new int[]{50, DOCUMENTS - 500}) {
                assertEquals(List.of(), VectorIndex.search(reader, query(vector(), 10, NO_MINIMUM, below(passing))));
            }
        }
    }

    public void testASearchThatIsOutOfTimeEnds() throws IOException {
        try (VectorIndex index = index(); DirectoryReader reader = index.open()) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setTimeout(() -> true);
            NearestPassingQuery query = query(vector(), 10, NO_MINIMUM, below(400));
            query.rewrite(searcher);
            long compared = query.search().visits().cost(0).vectors();
            assertTrue(compared + " were compared", compared < vectorsBelow(index, 400));
        }
    }

    public void testHowManyNumbersAreReadAtFullPrecision() {
        assertTrue("5 % of 100,000 vectors of the built-in model", NarrowFilter.isFewNumbers(5_000 * 256));
        assertTrue(NarrowFilter.isFewNumbers(1 << 21));
        assertFalse("more than 8 MB", NarrowFilter.isFewNumbers((1 << 21) + 1));
    }

    public void testIsEqualWhereItFindsTheSame() {
        float[] target = vector();
        Query query = query(target, 5, 0.5f, MatchAllDocsQuery.INSTANCE);
        Query same = query(target.clone(), 5, 0.5f, MatchAllDocsQuery.INSTANCE);
        assertEquals(query, same);
        assertEquals(query.hashCode(), same.hashCode());
        assertEquals("semantic(meaning, k=10, candidates=10) at full precision, k=5", query.toString());
        for (Query different : List.of(query(vector(), 5, 0.5f, MatchAllDocsQuery.INSTANCE),
                query(target, 6, 0.5f, MatchAllDocsQuery.INSTANCE), query(target, 5, 0.6f, MatchAllDocsQuery.INSTANCE),
                query(target, 5, 0.5f, below(3)))) {
            assertNotEquals(query, different);
        }
    }
}
