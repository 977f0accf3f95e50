package io.semanticsearch.field;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.hnsw.HnswGraphProvider;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldPostingsFormat;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.codec.CodecService;
import org.opensearch.index.codec.CodecServiceConfig;
import org.opensearch.index.mapper.MapperService;

/** What our codec writes: large vectors and graphs of the field's own, in segments that stock Lucene reads. */
public class EmbeddingCodecTests extends EmbeddingMapperTestCase {

    /** Lucene builds no graph for fewer than about 650 vectors. */
    private static final int DOCUMENTS = 800;

    private static final String FIELDS = """
            {"wide": {"type": "embedding", "dimension": 3072, "similarity": "l2", "quantization": "none", "hnsw": {"m": 8, "ef_construction": 60}},
             "plain": {"type": "embedding", "dimension": 8},
             "page": {"properties": {"meaning": {"type": "embedding", "dimension": 8, "hnsw": {"m": 8, "ef_construction": 60}}}},
             "title": {"type": "text"}, "suggest": {"type": "completion", "analyzer": "default"}}""";

    /** Eight directions in which the vectors differ; without structure, no graph finds neighbours among 3,072 dimensions. */
    private final List<float[]> directions = Stream.generate(() -> randomVector(3_072)).limit(8).toList();

    private float[] wideVector() {
        float[] vector = new float[3_072];
        for (float[] direction : directions) {
            float length = random().nextFloat() * 2 - 1;
            for (int i = 0; i < vector.length; i++) vector[i] += length * direction[i];
        }
        return vector;
    }

    private static CodecService codecs(MapperService index) {
        return EmbeddingCodecService.factory(index.getIndexSettings()).orElseThrow()
                .createCodecService(new CodecServiceConfig(index.getIndexSettings(), index, null, List.of()));
    }

    private static PerFieldKnnVectorsFormat vectors(Codec codec) {
        return (PerFieldKnnVectorsFormat) codec.knnVectorsFormat();
    }

    private List<float[]> write(MapperService index, Directory directory, boolean merge) throws IOException {
        IndexWriterConfig config = new IndexWriterConfig(index.indexAnalyzer()).setCodec(codecs(index).codec("default"));
        List<float[]> written = new ArrayList<>();
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (int i = 0; i < DOCUMENTS; i++) {
                float[] vector = wideVector();
                written.add(vector);
                writer.addDocument(parse(index, format("""
                        {"wide": "%s", "plain": %s, "page": {"meaning": %s}, "title": "number %d"}""", VectorBytes.encode(vector),
                        json(randomVector(8)), json(randomVector(8)), i)).rootDoc());
                if (merge && i == DOCUMENTS / 2) writer.flush();
            }
            if (merge) writer.forceMerge(1);
        }
        return written;
    }

    private static List<Integer> nearest(List<float[]> vectors, float[] to, int k) {
        return IntStream.range(0, vectors.size()).boxed()
                .sorted(Comparator.comparingDouble(i -> -Similarity.L2.function().compare(vectors.get(i), to))).limit(k).toList();
    }

    private static HnswGraph graph(LeafReaderContext leaf, String field) throws IOException {
        var reader = (PerFieldKnnVectorsFormat.FieldsReader) ((CodecReader) leaf.reader()).getVectorReader();
        return ((HnswGraphProvider) reader.getFieldReader(field)).getGraph(field);
    }

    public void testStockLuceneReadsWhatIsWritten() throws IOException {
        boolean merge = randomBoolean();
        try (Directory directory = new ByteBuffersDirectory()) {
            List<float[]> written = write(indexOf(FIELDS), directory, merge);
            SegmentInfos segments = SegmentInfos.readLatestCommit(directory);
            assertEquals(1, segments.size());
            assertSame(Lucene104Codec.class, segments.info(0).info.getCodec().getClass());
            try (CheckIndex check = new CheckIndex(directory)) {
                check.setLevel(CheckIndex.Level.MIN_LEVEL_FOR_SLOW_CHECKS);
                CheckIndex.Status status = check.checkIndex();
                assertTrue(status.clean);
                assertEquals(3 * DOCUMENTS, status.segmentInfos.getFirst().vectorValuesStatus.totalVectorValues);
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                int found = 0;
                for (int i = 0; i < 20; i++) {
                    float[] to = wideVector();
                    List<Integer> expected = nearest(written, to, 10);
                    ScoreDoc[] hits = new IndexSearcher(reader).search(new KnnFloatVectorQuery("wide.own", to, 100),
                            10).scoreDocs;
                    for (ScoreDoc hit : hits) if (expected.contains(hit.doc)) found++;
                }
                assertTrue("recall@10 is [" + found / 200d + "]", found >= 190);
            }
        }
    }

    public void testEachFieldHasItsOwnGraph() throws IOException {
        boolean merge = randomBoolean();
        try (Directory directory = new ByteBuffersDirectory()) {
            write(indexOf(FIELDS), directory, merge);
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                LeafReaderContext leaf = reader.leaves().getFirst();
                assertEquals(8, graph(leaf, "wide.own").maxConn());
                assertEquals(16, graph(leaf, "plain.own").maxConn());
                assertEquals(8, graph(leaf, "page.meaning.own").maxConn());
                for (String field : List.of("wide.own", "plain.own", "page.meaning.own")) {
                    var attributes = leaf.reader().getFieldInfos().fieldInfo(field).attributes();
                    assertEquals("Lucene99HnswVectorsFormat", attributes.get(PerFieldKnnVectorsFormat.PER_FIELD_FORMAT_KEY));
                }
            }
        }
    }

    public void testOnlyEmbeddingFieldsTakeMoreDimensions() throws IOException {
        PerFieldKnnVectorsFormat vectors = vectors(codecs(indexOf(FIELDS)).codec("default"));
        assertEquals(8_192, vectors.getMaxDimensions("wide.own"));
        assertEquals(8_192, vectors.getMaxDimensions("page.meaning.own"));
        for (String other : List.of("wide", "wide.a1", "wide.own.x", "other", "page.meaning", "title", "own", ".own", "")) {
            assertEquals(other, 1_024, vectors.getMaxDimensions(other));
        }
    }

    public void testAFieldThatIsMappedLaterIsKnown() throws IOException {
        MapperService index = open(metadata(Settings.EMPTY, null));
        PerFieldKnnVectorsFormat vectors = vectors(codecs(index).codec("default"));
        assertEquals(1_024, vectors.getMaxDimensions("wide.own"));
        merge(index, FIELDS);
        assertEquals(8_192, vectors.getMaxDimensions("wide.own"));
    }

    /** Lucene writes the fields of one format object into one file. */
    public void testFieldsOfEqualGraphsShareAFormat() throws IOException {
        CodecService codecs = codecs(indexOf(FIELDS));
        PerFieldKnnVectorsFormat vectors = vectors(codecs.codec("default"));
        assertSame(vectors.getKnnVectorsFormatForField("wide.own"), vectors.getKnnVectorsFormatForField("page.meaning.own"));
        assertSame(vectors.getKnnVectorsFormatForField("wide.own"),
                vectors(codecs.codec("best_compression")).getKnnVectorsFormatForField("wide.own"));
        assertNotSame(vectors.getKnnVectorsFormatForField("wide.own"), vectors.getKnnVectorsFormatForField("plain.own"));
    }

    public void testOtherFieldsKeepTheirFormats() throws IOException {
        MapperService index = indexOf(FIELDS);
        CodecService stock = new CodecService(index, index.getIndexSettings(), null, List.of());
        for (String name : List.of("default", "lz4", "best_compression", "zlib", "lucene_default")) {
            Codec ours = codecs(index).codec(name);
            Codec theirs = stock.codec(name);
            assertEquals(theirs.getName(), ours.getName());
            assertEquals(theirs.docValuesFormat().getName(), ours.docValuesFormat().getName());
            assertSame(theirs.storedFieldsFormat().getClass(), ours.storedFieldsFormat().getClass());
            assertSame(theirs.postingsFormat().getClass().getSuperclass(), ours.postingsFormat().getClass().getSuperclass());
        }
        for (String field : List.of("title", "suggest", "_id")) {
            assertEquals(postings(stock, field), postings(codecs(index), field));
        }
        assertNotEquals(postings(codecs(index), "suggest"), postings(codecs(index), "title"));
        assertEquals(vectors(stock.codec("default")).getKnnVectorsFormatForField("other").toString(),
                vectors(codecs(index).codec("default")).getKnnVectorsFormatForField("other").toString());
    }

    private static String postings(CodecService codecs, String field) {
        return ((PerFieldPostingsFormat) codecs.codec("default").postingsFormat()).getPostingsFormatForField(field).getName();
    }

    /** OpenSearch asks so when it wants to know no more than the codec's name. */
    public void testWithoutMappingsTheCodecIsOpenSearchs() throws IOException {
        MapperService index = indexOf(FIELDS);
        CodecService codecs = EmbeddingCodecService.factory(index.getIndexSettings()).orElseThrow()
                .createCodecService(new CodecServiceConfig(index.getIndexSettings(), null, null, List.of()));
        for (String name : List.of("default", "lz4", "best_compression", "zlib")) {
            assertSame(Lucene104Codec.class, codecs.codec(name).getClass());
        }
        assertEquals("failed to find codec [unheard]",
                expectThrows(IllegalArgumentException.class, () -> codecs.codec("unheard")).getMessage());
    }
}
