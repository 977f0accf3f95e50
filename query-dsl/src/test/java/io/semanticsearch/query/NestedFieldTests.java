package io.semanticsearch.query;

import io.semanticsearch.field.VectorBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;
import org.opensearch.common.lucene.index.OpenSearchDirectoryReader;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.index.mapper.SourceToParse;
import org.opensearch.index.mapper.Uid;
import org.opensearch.index.query.QueryBuilder;

/** Vectors of nested objects: each object has its own, and a hit is the document that holds the object. */
public class NestedFieldTests extends QueryShardTestCase {

    private static String vector(String text) {
        return VectorBytes.encode(WordModels.vector(WordModels.ENGLISH, text));
    }

    private static final String TWO_COMMENTS = """
            {"comments": [{"meaning": "%s", "likes": 1}, {"meaning": "%s", "likes": 9}]}""".formatted(vector("flat tyre"),
            vector("baking"));
    private static final String ONE_COMMENT = """
            {"comments": {"meaning": "%s", "likes": 5}}""".formatted(vector("flat baking"));

    /** Documents that a nested query finds, best first. */
    private List<String> search(String nested) throws IOException {
        try (Directory directory = new ByteBuffersDirectory();
                IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig().setCodec(TestUtil.getDefaultCodec()))) {
            index(writer, "two", TWO_COMMENTS);
            index(writer, "one", ONE_COMMENT);
            index(writer, "none", "{}");
            try (DirectoryReader reader = OpenSearchDirectoryReader.wrap(DirectoryReader.open(writer),
                    new ShardId(getIndex(), 0))) {
                IndexSearcher searcher = new IndexSearcher(reader);
                QueryBuilder query = parse(nested);
                List<String> ids = new ArrayList<>();
                for (ScoreDoc hit : searcher.search(query.toQuery(createShardContext(searcher)), 10).scoreDocs) {
                    ids.add(Uid.decodeId(searcher.storedFields().document(hit.doc).getBinaryValue("_id").bytes));
                }
                return ids;
            }
        }
    }

    private static void index(IndexWriter writer, String id, String source) throws IOException {
        writer.addDocuments(createShardContext().getMapperService().documentMapper()
                .parse(new SourceToParse(getIndex().getName(), id, new BytesArray(source), XContentType.JSON)).docs());
    }

    public void testOutsideOfANestedQueryTheFieldIsRefusedWithAdvice() throws IOException {
        refused("[semantic] field [comments.meaning] lies in the nested object [comments]; put the clause into"
                + " {\"nested\": {\"path\": \"comments\", \"query\": …}}", parse("""
                        {"semantic": {"comments.meaning": {"vector": "%s"}}}""".formatted(vector("tyre"))));
    }

    public void testInsideOfAnotherLevelTheFieldIsRefusedWithAdvice() throws IOException {
        refused("[semantic] field [comments.replies.meaning] lies in the nested object [comments.replies]; put the clause into"
                + " {\"nested\": {\"path\": \"comments.replies\", \"query\": …}}",
                parse("""
                        {"nested": {"path": "comments", "query": {"semantic": {"comments.replies.meaning": {"vector": "%s"}}}}}"""
                        .formatted(vector("tyre"))));
    }

    public void testInsideOfANestedQueryItFindsTheDocumentsOfTheNearestObjects() throws IOException {
        assertEquals(List.of("two", "one"),
                search("""
                        {"nested": {"path": "comments", "score_mode": "max", "query": {"semantic": {"comments.meaning": {"vector": "%s"}}}}}"""
                        .formatted(vector("flat tyre"))));
        assertEquals(List.of("one", "two"),
                search("""
                        {"nested": {"path": "comments", "score_mode": "max", "query": {"semantic": {"comments.meaning": {"vector": "%s"}}}}}"""
                        .formatted(vector("flat baking"))));
    }

    public void testAFilterSelectsObjects() throws IOException {
        assertEquals(List.of("two"), search("""
                {"nested": {"path": "comments", "query": {"semantic": {"comments.meaning": {
                  "vector": "%s", "filter": {"range": {"comments.likes": {"gt": 5}}}}}}}}""".formatted(vector("flat tyre"))));
    }

    public void testADeeperLevelIsReachedThroughItsOwnPath() throws IOException {
        assertEquals(List.of(), search("""
                {"nested": {"path": "comments.replies", "query": {"semantic": {"comments.replies.meaning": {"vector": "%s"}}}}}"""
                .formatted(vector("flat tyre"))));
    }
}
