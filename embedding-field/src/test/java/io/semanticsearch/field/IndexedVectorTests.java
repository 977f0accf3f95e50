package io.semanticsearch.field;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.opensearch.common.CheckedConsumer;
import org.opensearch.index.mapper.MapperService;

/** Mapped documents in a Lucene index, written by the codec of any index. */
public class IndexedVectorTests extends EmbeddingMapperTestCase {

    private void search(MapperService index, List<String> documents, CheckedConsumer<IndexSearcher, IOException> test)
            throws IOException {
        try (Directory directory = new ByteBuffersDirectory()) {
            try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(index.indexAnalyzer()))) {
                for (String document : documents) writer.addDocuments(parse(index, document).docs());
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                test.accept(new IndexSearcher(reader));
            }
        }
    }

    private Query exists(MapperService index, String field) {
        return index.fieldType(field).existsQuery(createQueryShardContext(index));
    }

    public void testExistsFindsTheDocumentsWithAVector() throws IOException {
        MapperService index = index(OWN);
        search(index, List.of("{}", "{\"meaning\": [1, 2, 3]}", "{\"meaning\": null}", "{\"meaning\": [3, 2, 1]}", "{\"x\": 1}"),
                searcher -> assertEquals(2, searcher.count(exists(index, "meaning"))));
    }

    public void testExistsFindsTheNestedDocumentsWithAVector() throws IOException {
        MapperService index = indexOf("{\"comments\": {\"type\": \"nested\", \"properties\": {\"meaning\": " + OWN + "}}}");
        search(index, List.of("{\"comments\": [{\"meaning\": [1, 2, 3]}, {\"x\": 1}, {\"meaning\": [3, 2, 1]}]}", "{}"),
                searcher -> assertEquals(2, searcher.count(exists(index, "comments.meaning"))));
    }

    public void testTheFieldsOwnNameAndTheNameOfItsSpaceAreInTheIndex() throws IOException {
        search(index(MADE), List.of("{\"title\": \"x\", \"meaning\": \"" + made("a1", "x", 1, 2, 3) + "\"}"), searcher -> {
            FieldInfos fields = FieldInfos.getMergedFieldInfos(searcher.getIndexReader());
            assertEquals(3, fields.fieldInfo("meaning.a1").getVectorDimension());
            assertEquals(0, fields.fieldInfo("meaning").getVectorDimension());
        });
    }

    public void testNeighboursAreFoundAndScoredUnderEverySimilarity() throws IOException {
        for (Similarity similarity : Similarity.values()) {
            MapperService index = index(format("""
                    {"type": "embedding", "dimension": 2, "similarity": "%s"}""", similarity.wireName()));
            search(index, List.of("{\"meaning\": [10, 1]}", "{\"meaning\": [1, 1]}", "{\"meaning\": [-1, 0]}"), searcher -> {
                TopDocs found = searcher.search(
                        new KnnFloatVectorQuery("meaning.own", similarity.prepare(new float[]{2, 2}), 3), 3);
                assertEquals(switch (similarity) {
                    case COSINE, L2 -> 1;
                    case DOT_PRODUCT -> 0;
                }, found.scoreDocs[0].doc);
                float[] raw = switch (similarity) {
                    case COSINE -> new float[]{0.7739573f, 1, -0.7071068f};
                    case DOT_PRODUCT -> new float[]{22, 4, -2};
                    case L2 -> new float[]{-8.0622577f, -1.4142135f, -3.6055513f};
                };
                for (ScoreDoc hit : found.scoreDocs)
                    assertEquals(similarity.score(raw[hit.doc]), hit.score, 1e-6 * (1 + hit.score));
            });
        }
    }
}
