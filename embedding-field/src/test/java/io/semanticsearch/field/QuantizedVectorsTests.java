package io.semanticsearch.field;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.NoLockFactory;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;
import org.opensearch.index.codec.CodecServiceConfig;
import org.opensearch.index.mapper.MapperService;

/** What lies in segments under each quantization, seen by Lucene alone. */
public class QuantizedVectorsTests extends EmbeddingMapperTestCase {

    private static final int DIMENSION = 256;
    /** Lucene builds no graph for fewer than about 650 vectors. */
    private static final int DOCUMENTS = 800;
    private static final String FIELD = "meaning.own";
    private static final String PLAIN_FORMAT = "Lucene99HnswVectorsFormat";
    private static final String QUANTIZED_FORMAT = Lucene104HnswScalarQuantizedVectorsFormat.NAME;

    /** Vectors differ in sixteen directions: without structure there are no neighbours to find. */
    private final List<float[]> directions = Stream.generate(() -> randomVector(DIMENSION)).limit(16).toList();

    private float[] vector() {
        float[] vector = new float[DIMENSION];
        for (float[] direction : directions) {
            float length = (float) random().nextGaussian();
            for (int i = 0; i < vector.length; i++) vector[i] += length * direction[i];
        }
        return vector;
    }

    private static String field(Object quantization, Similarity similarity, String hnsw) {
        return format("""
                {"meaning": {"type": "embedding", "dimension": %d, "quantization": "%s", "similarity": "%s", "hnsw": %s}}""",
                DIMENSION, quantization, similarity, hnsw);
    }

    private static final String GRAPH = "{\"m\": 16, \"ef_construction\": 100}";

    /** An index that is being written. */
    private final class Writing implements AutoCloseable {

        final MapperService index;
        final Directory directory = new ByteBuffersDirectory();
        final IndexWriter writer;
        final List<float[]> written = new ArrayList<>();

        Writing(String properties) throws IOException {
            index = indexOf(properties);
            var codecs = EmbeddingCodecService.factory(index.getIndexSettings()).orElseThrow()
                    .createCodecService(new CodecServiceConfig(index.getIndexSettings(), index, null, List.of()));
            writer = new IndexWriter(directory, new IndexWriterConfig(index.indexAnalyzer()).setCodec(codecs.codec("default")));
        }

        void add(int documents) throws IOException {
            for (int i = 0; i < documents; i++) {
                float[] vector = vector();
                written.add(vector);
                writer.addDocument(parse(index, format("{\"meaning\": \"%s\"}", VectorBytes.encode(vector))).rootDoc());
            }
            writer.flush();
        }

        Writing commit() throws IOException {
            writer.commit();
            return this;
        }

        @Override
        public void close() throws IOException {
            writer.close();
            directory.close();
        }
    }

    private static void assertClean(Directory directory) throws IOException {
        for (var segment : SegmentInfos.readLatestCommit(directory)) {
            assertSame(Lucene104Codec.class, segment.info.getCodec().getClass());
        }
        try (CheckIndex check = new CheckIndex(directory, NoLockFactory.INSTANCE.obtainLock(directory, "check"))) {
            check.setLevel(CheckIndex.Level.MIN_LEVEL_FOR_SLOW_CHECKS);
            assertTrue(check.checkIndex().clean);
        }
    }

    /** Bytes on disk by the name of the file's ending. */
    private static Map<String, Long> bytes(LeafReaderContext leaf) {
        FieldInfo info = leaf.reader().getFieldInfos().fieldInfo(FIELD);
        return ((CodecReader) leaf.reader()).getVectorReader().getOffHeapByteSize(info);
    }

    private static String formatOf(LeafReaderContext leaf) {
        return leaf.reader().getFieldInfos().fieldInfo(FIELD).getAttribute(PerFieldKnnVectorsFormat.PER_FIELD_FORMAT_KEY);
    }

    /** What {@code bits} a number make of a vector: Lucene keeps four terms of four bytes with each. */
    private static long quantized(int bits) {
        return DOCUMENTS * (DIMENSION * bits / 8L + 16);
    }

    public void testEveryQuantizationLiesInLucenesOwnFormat() throws IOException {
        Map<Quantization, Integer> bits = Map.of(Quantization.INT8, 8, Quantization.INT4, 4, Quantization.BINARY, 1);
        for (Quantization quantization : Quantization.values()) {
            for (Similarity similarity : Similarity.values()) {
                try (Writing writing = new Writing(field(quantization, similarity, GRAPH))) {
                    writing.add(DOCUMENTS / 2);
                    writing.add(DOCUMENTS / 2);
                    writing.writer.forceMerge(1);
                    writing.commit();
                    assertClean(writing.directory);
                    try (DirectoryReader reader = DirectoryReader.open(writing.directory)) {
                        LeafReaderContext leaf = getOnlyLeaf(reader);
                        assertEquals(quantization == Quantization.NONE ? PLAIN_FORMAT : QUANTIZED_FORMAT, formatOf(leaf));
                        Map<String, Long> expected = new HashMap<>(Map.of("vec", 4L * DIMENSION * DOCUMENTS));
                        if (bits.containsKey(quantization)) expected.put("veq", quantized(bits.get(quantization)));
                        Map<String, Long> found = new HashMap<>(bytes(leaf));
                        assertTrue("there is a graph", found.remove("vex") > 0);
                        assertEquals(quantization.toString(), expected, found);
                        FloatVectorValues vectors = leaf.reader().getFloatVectorValues(FIELD);
                        Set<List<Float>> kept = new HashSet<>();
                        for (int ord = 0; ord < vectors.size(); ord++) kept.add(numbers(vectors.vectorValue(ord)));
                        for (float[] vector : writing.written) {
                            assertTrue("the numbers themselves are kept", kept.contains(numbers(similarity.prepare(vector))));
                        }
                    }
                }
            }
        }
    }

    private static List<Float> numbers(float[] vector) {
        List<Float> numbers = new ArrayList<>();
        for (float x : vector) numbers.add(x);
        return numbers;
    }

    private static LeafReaderContext getOnlyLeaf(DirectoryReader reader) {
        assertEquals(1, reader.leaves().size());
        return reader.leaves().getFirst();
    }

    public void testFormatsAreFoundByTheNamesThatSegmentsSay() {
        for (Quantization quantization : Quantization.values()) {
            KnnVectorsFormat ours = new VectorFormat(quantization, Hnsw.DEFAULT).lucene();
            assertEquals(ours.getName(), KnnVectorsFormat.forName(ours.getName()).getName());
        }
        assertEquals(List.of(ScalarEncoding.UNSIGNED_BYTE, ScalarEncoding.PACKED_NIBBLE, ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE),
                Arrays.stream(Quantization.values()).flatMap(quantization -> quantization.encoding().stream()).toList());
    }

    public void testStockLuceneFindsNeighboursAmongQuantizedVectors() throws IOException {
        // At least so many of the ten nearest, of a hundred candidates; what is left out full precision finds.
        Map<Quantization, Integer> least = Map.of(
                Quantization.NONE, 97, Quantization.INT8, 93, Quantization.INT4, 80, Quantization.BINARY, 45);
        for (Quantization quantization : Quantization.values()) {
            Similarity similarity = randomFrom(Similarity.values());
            try (Writing writing = new Writing(field(quantization, similarity, GRAPH))) {
                writing.add(DOCUMENTS);
                writing.commit();
                try (DirectoryReader reader = DirectoryReader.open(writing.directory)) {
                    int found = 0;
                    for (int run = 0; run < 20; run++) {
                        float[] to = vector();
                        List<Integer> expected = nearest(writing.written, to, similarity);
                        ScoreDoc[] hits = new IndexSearcher(reader)
                                .search(new KnnFloatVectorQuery(FIELD, similarity.prepare(to), 100), 10).scoreDocs;
                        for (ScoreDoc hit : hits) if (expected.contains(hit.doc)) found++;
                    }
                    assertTrue(quantization + " " + similarity + " recall@10 is [" + found / 200d + "]",
                            found >= 2 * least.get(quantization));
                }
            }
        }
    }

    private static List<Integer> nearest(List<float[]> vectors, float[] to, Similarity similarity) {
        float[] target = similarity.prepare(to);
        return IntStream.range(0, vectors.size()).boxed()
                .sorted(Comparator
                        .comparingDouble(i -> -similarity.function().compare(similarity.prepare(vectors.get(i)), target)))
                .limit(10).toList();
    }

    public void testAFlatFieldHasNoGraphAndFindsAll() throws IOException {
        for (Quantization quantization : Quantization.values()) {
            try (Writing writing = new Writing(field(quantization, Similarity.L2, "false"))) {
                writing.add(DOCUMENTS / 2);
                writing.add(DOCUMENTS / 2);
                if (randomBoolean()) writing.writer.forceMerge(1);
                writing.commit();
                assertClean(writing.directory);
                try (DirectoryReader reader = DirectoryReader.open(writing.directory)) {
                    for (LeafReaderContext leaf : reader.leaves()) assertEquals(0L, (long) bytes(leaf).getOrDefault("vex", 0L));
                    float[] to = vector();
                    int hits = new IndexSearcher(reader).count(new KnnFloatVectorQuery(FIELD, to, DOCUMENTS));
                    assertEquals(DOCUMENTS, hits);
                }
            }
        }
    }

    /** A mapping that changes counts for what is written from then on. */
    public void testAFieldChangesItsFormatSegmentBySegment() throws IOException {
        try (Writing writing = new Writing(field("none", Similarity.COSINE, GRAPH))) {
            writing.add(DOCUMENTS / 2);
            merge(writing.index, field("int4", Similarity.COSINE, GRAPH));
            writing.add(DOCUMENTS / 2);
            writing.commit();
            try (DirectoryReader reader = DirectoryReader.open(writing.directory)) {
                assertEquals(List.of(PLAIN_FORMAT, QUANTIZED_FORMAT),
                        reader.leaves().stream().map(QuantizedVectorsTests::formatOf).toList());
                assertEquals(10, new IndexSearcher(reader).count(new KnnFloatVectorQuery(FIELD, directions.getFirst(), 10)));
            }
            writing.writer.forceMerge(1);
            writing.commit();
            assertClean(writing.directory);
            try (DirectoryReader reader = DirectoryReader.open(writing.directory)) {
                assertEquals(quantized(4), (long) bytes(getOnlyLeaf(reader)).get("veq"));
            }
            merge(writing.index, field("none", Similarity.COSINE, "false"));
            writing.add(1);
            writing.writer.forceMerge(1);
            writing.commit();
            assertClean(writing.directory);
            try (DirectoryReader reader = DirectoryReader.open(writing.directory)) {
                assertEquals(PLAIN_FORMAT, formatOf(getOnlyLeaf(reader)));
                assertNull(bytes(getOnlyLeaf(reader)).get("veq"));
            }
        }
    }
}
