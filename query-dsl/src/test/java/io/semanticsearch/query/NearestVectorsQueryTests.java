package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.Similarity;
import io.semanticsearch.query.VectorIndex.Hit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import org.apache.lucene.document.IntField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterDirectoryReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.opensearch.test.FieldMaskingReader;
import org.opensearch.test.OpenSearchTestCase;

/** The nearest vectors, compared with looking at every vector there is. All on one set of vectors, hence its length. */
public class NearestVectorsQueryTests extends OpenSearchTestCase {

    private static final int DOCUMENTS = 400;
    private static final float NO_MINIMUM = Float.NEGATIVE_INFINITY;
    /** Scores are computed one by one or many at once, in different orders of adding. */
    private static final float ROUNDING = 1e-5f;

    private static FieldConfig field(Similarity similarity) {
        return new FieldConfig("meaning", Optional.empty(), "own", 8, List.of(), similarity);
    }

    private static final FieldConfig COSINE = field(Similarity.COSINE);

    private static float[] vector(Random random) {
        float[] vector = new float[8];
        for (int i = 0; i < vector.length; i++) vector[i] = (float) random.nextGaussian();
        return vector;
    }

    /** Segments of several sizes, every fifth document without a vector, some deleted. */
    private static VectorIndex index(FieldConfig field, Random random) throws IOException {
        VectorIndex index = new VectorIndex(field);
        for (int id = 0; id < DOCUMENTS; id++) {
            index.add(id, id % 5 == 4 ? null : vector(random));
            if (id == 20 || id == 100 || id == 250) index.endSegment();
        }
        index.endSegment();
        for (int id = 0; id < DOCUMENTS; id += 7) index.delete(id);
        return index;
    }

    private static NearestVectorsQuery query(FieldConfig field,
            float[] target,
            int k,
            int candidates,
            float minScore,
            Query filter) {
        return new NearestVectorsQuery(field, field.similarity().prepare(target), k, candidates, minScore, filter);
    }

    private static void assertHits(List<Hit> expected, List<Hit> found) {
        assertEquals(expected.stream().map(Hit::id).toList(), found.stream().map(Hit::id).toList());
        for (int i = 0; i < found.size(); i++) assertEquals(expected.get(i).score(), found.get(i).score(), ROUNDING);
    }

    public void testFindsWhatComparingWithAllFinds() throws IOException {
        for (Similarity similarity : Similarity.values()) {
            FieldConfig field = field(similarity);
            try (VectorIndex index = index(field, random()); DirectoryReader reader = index.open()) {
                assertEquals(4, index.segments(reader));
                for (int run = 0; run < 20; run++) {
                    float[] target = vector(random());
                    int k = between(1, 50);
                    Query query = query(field, target, k, DOCUMENTS, NO_MINIMUM, null);
                    assertHits(index.exact(target, k, NO_MINIMUM, id -> true), VectorIndex.search(reader, query));
                }
            }
        }
    }

    public void testAHundredCandidatesFindTheBestTenOfASmallIndex() throws IOException {
        // The graph is always the same for the same vectors, so what is found is, too.
        Random random = new Random(42);
        try (VectorIndex index = index(COSINE, random); DirectoryReader reader = index.open()) {
            for (int run = 0; run < 50; run++) {
                float[] target = vector(random);
                assertHits(index.exact(target, 10, NO_MINIMUM, id -> true),
                        VectorIndex.search(reader, query(COSINE, target, 10, 100, NO_MINIMUM, null)));
            }
        }
    }

    public void testAFilterDecidesWhatMayBeFound() throws IOException {
        try (VectorIndex index = index(COSINE, random()); DirectoryReader reader = index.open()) {
            for (int run = 0; run < 20; run++) {
                float[] target = vector(random());
                int from = between(0, DOCUMENTS - 1);
                int to = between(from, DOCUMENTS);
                IntPredicate passes = id -> id >= from && id <= to;
                Query query = query(COSINE, target, 10, DOCUMENTS, NO_MINIMUM, IntField.newRangeQuery("number", from, to));
                assertHits(index.exact(target, 10, NO_MINIMUM, passes), VectorIndex.search(reader, query));
            }
        }
    }

    public void testWithFewerCandidatesThanPassTheFilterTheBestAreFound() throws IOException {
        Random random = new Random(42);
        try (VectorIndex index = index(COSINE, random); DirectoryReader reader = index.open()) {
            for (int run = 0; run < 20; run++) {
                float[] target = vector(random);
                Query query = query(COSINE, target, 5, 50, NO_MINIMUM, IntField.newRangeQuery("number", 100, 350));
                assertHits(index.exact(target, 5, NO_MINIMUM, id -> id >= 100 && id <= 350), VectorIndex.search(reader, query));
            }
        }
    }

    public void testAFilterThatNothingPassesFindsNothing() throws IOException {
        try (VectorIndex index = index(COSINE, random()); DirectoryReader reader = index.open()) {
            float[] target = vector(random());
            assertEquals(List.of(),
                    VectorIndex.search(reader, query(COSINE, target, 10, 100, NO_MINIMUM, MatchNoDocsQuery.INSTANCE)));
            Query beyond = IntField.newRangeQuery("number", DOCUMENTS, Integer.MAX_VALUE);
            assertEquals(List.of(), VectorIndex.search(reader, query(COSINE, target, 10, 100, NO_MINIMUM, beyond)));
        }
    }

    public void testKeepsKOfTheCandidates() throws IOException {
        try (VectorIndex index = index(COSINE, random()); DirectoryReader reader = index.open()) {
            float[] target = vector(random());
            IndexSearcher searcher = new IndexSearcher(reader);
            assertEquals(3, searcher.count(query(COSINE, target, 3, 100, NO_MINIMUM, null)));
            assertEquals("k counts over all segments", 3,
                    searcher.search(query(COSINE, target, 3, 3, NO_MINIMUM, null), 100).scoreDocs.length);
            int vectors = index.exact(target, DOCUMENTS, NO_MINIMUM, id -> true).size();
            assertEquals(vectors, searcher.count(query(COSINE, target, DOCUMENTS, DOCUMENTS, NO_MINIMUM, null)));
        }
    }

    public void testBelowTheMinimumNothingIsKept() throws IOException {
        for (Similarity similarity : Similarity.values()) {
            FieldConfig field = field(similarity);
            try (VectorIndex index = index(field, random()); DirectoryReader reader = index.open()) {
                float[] target = vector(random());
                List<Hit> all = index.exact(target, DOCUMENTS, NO_MINIMUM, id -> true);
                float between = (all.get(29).score() + all.get(30).score()) / 2;
                assertHits(all.subList(0, 30), VectorIndex.search(reader, query(field, target, 100, DOCUMENTS, between, null)));
                assertHits(all.subList(0, 20), VectorIndex.search(reader, query(field, target, 20, DOCUMENTS, between, null)));
                assertEquals(List.of(), VectorIndex.search(reader, query(field, target, 20, 100, 1e6f, null)));
            }
        }
    }

    /** A reader that hides a field hides it by name and leaves the vectors, which have another name. */
    public void testAFieldThatIsHiddenFindsNothing() throws IOException {
        try (VectorIndex index = index(COSINE, random()); DirectoryReader open = index.open()) {
            FieldMaskingReader reader = new FieldMaskingReader("meaning", open);
            assertEquals("the vectors are there", 4, index.segments(reader));
            float[] target = vector(random());
            List<Query> filters = List.of(
                    MatchAllDocsQuery.INSTANCE, IntField.newExactQuery("number", 1), IntField.newRangeQuery("number", 0, 390));
            assertEquals(List.of(), VectorIndex.search(reader, query(COSINE, target, 10, 100, NO_MINIMUM, null)));
            for (Query filter : filters) {
                assertEquals(filter.toString(), List.of(),
                        VectorIndex.search(reader, query(COSINE, target, 10, 100, NO_MINIMUM, filter)));
            }
        }
    }

    /** Hides documents as security plugins do: as if they were deleted. */
    private static final class OnlyEven extends FilterDirectoryReader {

        OnlyEven(DirectoryReader in) throws IOException {
            super(in, new SubReaderWrapper() {
                @Override
                public LeafReader wrap(LeafReader segment) {
                    return evenOf(segment);
                }
            });
        }

        private static LeafReader evenOf(LeafReader segment) {
            FixedBitSet shown = new FixedBitSet(segment.maxDoc());
            try {
                for (int doc = 0; doc < segment.maxDoc(); doc++) {
                    boolean live = segment.getLiveDocs() == null || segment.getLiveDocs().get(doc);
                    int id = Integer.parseInt(segment.storedFields().document(doc, Set.of("id")).get("id"));
                    if (live && id % 2 == 0) shown.set(doc);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new FilterLeafReader(segment) {
                @Override
                public Bits getLiveDocs() {
                    return shown;
                }

                @Override
                public int numDocs() {
                    return shown.cardinality();
                }

                @Override
                public CacheHelper getCoreCacheHelper() {
                    return in.getCoreCacheHelper();
                }

                @Override
                public CacheHelper getReaderCacheHelper() {
                    return null;
                }
            };
        }

        @Override
        protected DirectoryReader doWrapDirectoryReader(DirectoryReader reader) throws IOException {
            return new OnlyEven(reader);
        }

        @Override
        public CacheHelper getReaderCacheHelper() {
            return null;
        }
    }

    public void testDocumentsThatAreHiddenLeaveKOthers() throws IOException {
        Random random = new Random(42);
        try (VectorIndex index = index(COSINE, random);
                DirectoryReader open = index.open();
                OnlyEven reader = new OnlyEven(open)) {
            for (int run = 0; run < 20; run++) {
                float[] target = vector(random);
                assertHits(index.exact(target, 10, NO_MINIMUM, id -> id % 2 == 0),
                        VectorIndex.search(reader, query(COSINE, target, 10, 50, NO_MINIMUM, null)));
                assertHits(index.exact(target, 10, NO_MINIMUM, id -> id % 2 == 0 && id >= 100),
                        VectorIndex.search(reader,
                                query(COSINE, target, 10, 50, NO_MINIMUM, IntField.newRangeQuery("number", 100, DOCUMENTS))));
            }
        }
    }

    public void testNarrowFiltersAreThoseThatCostLessThanTheGraph() {
        assertTrue("few enough to be candidates", NarrowFilter.isNarrow(100, 100, 1_000_000));
        assertTrue("5 %", NarrowFilter.isNarrow(100, 5_000, 100_000));
        assertFalse("50 %", NarrowFilter.isNarrow(100, 50_000, 100_000));
        assertFalse("nothing is filtered", NarrowFilter.isNarrow(100, 100_000, 100_000));
        assertTrue("a small segment", NarrowFilter.isNarrow(100, 1_000, 1_000));
        assertTrue("one document", NarrowFilter.isNarrow(100, 1, 1));
    }

    public void testAnIndexWithoutTheFieldFindsNothing() throws IOException {
        try (VectorIndex index = new VectorIndex(COSINE)) {
            index.add(0, null);
            try (DirectoryReader reader = index.open()) {
                Query query = query(COSINE, vector(random()), 10, 100, NO_MINIMUM, null);
                assertEquals(List.of(), VectorIndex.search(reader, query));
            }
        }
    }

    public void testStandsBesideOtherClauses() throws IOException {
        try (VectorIndex index = index(COSINE, random()); DirectoryReader reader = index.open()) {
            float[] target = vector(random());
            Query nearest = query(COSINE, target, 10, DOCUMENTS, NO_MINIMUM, null);
            List<Hit> hits = index.exact(target, 10, NO_MINIMUM, id -> true);
            int best = hits.getFirst().id();
            Query both = new BooleanQuery.Builder().add(nearest, Occur.MUST)
                    .add(IntField.newExactQuery("number", best), Occur.FILTER).build();
            assertHits(hits.subList(0, 1), VectorIndex.search(reader, both));
            Query others = new BooleanQuery.Builder().add(nearest, Occur.MUST)
                    .add(IntField.newExactQuery("number", best), Occur.MUST_NOT).build();
            assertHits(hits.subList(1, 10), VectorIndex.search(reader, others));
        }
    }

    public void testExplainsItsHitsAndOnlyThose() throws IOException {
        try (VectorIndex index = index(COSINE, random()); DirectoryReader reader = index.open()) {
            IndexSearcher searcher = new IndexSearcher(reader);
            Query query = query(COSINE, vector(random()), 5, 100, NO_MINIMUM, null);
            TopDocs hits = searcher.search(query, 5);
            for (int doc = 0; doc < reader.maxDoc(); doc++) {
                int id = doc;
                Explanation explanation = searcher.explain(query, doc);
                boolean hit = Arrays.stream(hits.scoreDocs).anyMatch(found -> found.doc == id);
                assertEquals(hit, explanation.isMatch());
            }
            assertEquals(hits.scoreDocs[0].score, searcher.explain(query, hits.scoreDocs[0].doc).getValue().floatValue(),
                    ROUNDING);
        }
    }

    public void testSaysWhatItSearches() {
        assertEquals("semantic(meaning, k=5, candidates=100)",
                query(COSINE, new float[]{1, 0, 0, 0, 0, 0, 0, 0}, 5, 100, 0.5f, MatchAllDocsQuery.INSTANCE).toString());
    }

    public void testIsEqualWhereItFindsTheSame() {
        float[] target = {1, 0, 0, 0, 0, 0, 0, 0};
        Query query = query(COSINE, target, 5, 100, 0.5f, MatchAllDocsQuery.INSTANCE);
        Query same = query(COSINE, target.clone(), 5, 100, 0.5f, MatchAllDocsQuery.INSTANCE);
        assertEquals(query, same);
        assertEquals(query.hashCode(), same.hashCode());
        FieldConfig other = new FieldConfig("sense", Optional.empty(), "own", 8, List.of(), Similarity.COSINE);
        for (Query different : List.of(
                query(COSINE, new float[]{0, 1, 0, 0, 0, 0, 0, 0}, 5, 100, 0.5f, MatchAllDocsQuery.INSTANCE),
                query(COSINE, target, 6, 100, 0.5f, MatchAllDocsQuery.INSTANCE),
                query(COSINE, target, 5, 101, 0.5f, MatchAllDocsQuery.INSTANCE),
                query(COSINE, target, 5, 100, 0.6f, MatchAllDocsQuery.INSTANCE),
                query(COSINE, target, 5, 100, 0.5f, null),
                query(other, target, 5, 100, 0.5f, MatchAllDocsQuery.INSTANCE))) {
            assertNotEquals(query, different);
        }
    }
}
