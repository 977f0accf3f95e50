package io.semanticsearch.query;

import static org.hamcrest.Matchers.lessThan;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.Similarity;
import io.semanticsearch.query.VectorIndex.Hit;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;
import org.apache.lucene.search.join.QueryBitSetProducer;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;
import org.opensearch.test.OpenSearchTestCase;

/** One document that is unlike all others, which are much alike. */
public class SmallShardTests extends OpenSearchTestCase {

    private static final int DIMENSION = 64;
    private static final int ALIKE = 5_000;
    private static final int UNLIKE = 0;
    private static final int CANDIDATES = 100;
    private static final float NO_MINIMUM = Float.NEGATIVE_INFINITY;
    private static final FieldConfig FIELD = new FieldConfig(
            "meaning", Optional.empty(), "own", DIMENSION, List.of(), Similarity.COSINE);

    /** So that graphs are the same each time. */
    private final Random random = new Random(7);
    private final float[] bread = direction();
    private final float[] water = direction();
    private final float[] infant = direction();

    private float[] direction() {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) vector[i] = (float) random.nextGaussian();
        return vector;
    }

    private float[] near(float[] vector, float distance) {
        float[] other = vector.clone();
        for (int i = 0; i < DIMENSION; i++) other[i] += distance * (float) random.nextGaussian();
        return Similarity.COSINE.prepare(other);
    }

    private float[] alike(int id) {
        return near(id % 2 == 0 ? bread : water, 0.3f);
    }

    private VectorIndex index() throws IOException {
        VectorIndex index = new VectorIndex(FIELD);
        index.add(UNLIKE, near(infant, 0.3f));
        for (int id = 1; id <= ALIKE; id++) index.add(id, alike(id));
        index.endSegment();
        return index;
    }

    private static NearestVectorsQuery nearest(float[] target) {
        return new NearestVectorsQuery(FIELD, target, 10, CANDIDATES, NO_MINIMUM, null);
    }

    private static boolean isFound(List<Hit> hits) {
        return hits.stream().anyMatch(hit -> hit.id() == UNLIKE);
    }

    public void testWhatIsUnlikeAllOthersIsFound() throws IOException {
        try (VectorIndex index = index(); DirectoryReader reader = index.open()) {
            float[] target = near(infant, 0.3f);
            Query graph = new KnnFloatVectorQuery(FIELD.luceneName(), target, CANDIDATES);
            assertFalse("the graph misses it, or this shows nothing", isFound(VectorIndex.search(reader, graph)));
            NearestVectorsQuery query = nearest(target);
            assertEquals(index.exact(target, 10, NO_MINIMUM, id -> true).stream().map(Hit::id).toList(),
                    VectorIndex.search(reader, query).stream().map(Hit::id).toList());
            assertEquals(ALIKE + 1, query.visits().cost(0).vectors());
        }
    }

    public void testALargeShardIsSearchedByItsGraph() throws IOException {
        try (VectorIndex index = index()) {
            index.addWithoutVector(SmallShard.MOST_DOCUMENTS);
            try (DirectoryReader reader = index.open()) {
                NearestVectorsQuery query = nearest(near(bread, 0.3f));
                assertEquals(10, VectorIndex.search(reader, query).size());
                assertEquals(1, query.visits().cost(0).graphSegments());
                assertThat(query.visits().cost(0).vectors(), lessThan((long) ALIKE / 2));
            }
        }
    }

    public void testAnObjectThatIsUnlikeAllOthersIsFound() throws IOException {
        try (Directory directory = new ByteBuffersDirectory();
                IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig().setCodec(TestUtil.getDefaultCodec()))) {
            writer.addDocuments(List.of(object(near(infant, 0.3f)), whole(UNLIKE)));
            for (int id = 1; id <= ALIKE; id += 2)
                writer.addDocuments(List.of(object(alike(id)), object(alike(id + 1)), whole(id)));
            writer.forceMerge(1);
            try (DirectoryReader reader = DirectoryReader.open(writer)) {
                BitSetProducer whole = new QueryBitSetProducer(new TermQuery(new Term("kind", "whole")));
                float[] target = near(infant, 0.3f);
                Query graph = new DiversifyingChildrenFloatKnnVectorQuery(FIELD.luceneName(), target, null, CANDIDATES, whole);
                assertNotEquals("the graph misses it, or this shows nothing", 0, best(reader, graph));
                assertEquals("Lucene's first document", 0,
                        best(reader, new NearestObjectsQuery(FIELD, target, 10, CANDIDATES, NO_MINIMUM, null, whole)));
            }
        }
    }

    private static int best(DirectoryReader reader, Query query) throws IOException {
        TopDocs found = new IndexSearcher(reader).search(query, 10);
        return found.scoreDocs[0].doc;
    }

    private static Document object(float[] vector) {
        Document object = new Document();
        object.add(new KnnFloatVectorField(FIELD.luceneName(), vector, FIELD.similarity().function()));
        object.add(new NumericDocValuesField(FIELD.path(), 1));
        return object;
    }

    private static Document whole(int id) {
        Document document = new Document();
        document.add(new StringField("id", Integer.toString(id), Field.Store.YES));
        document.add(new StringField("kind", "whole", Field.Store.NO));
        return document;
    }
}
