package io.semanticsearch.query;

import io.semanticsearch.query.FoundHits.Hit;
import io.semanticsearch.query.FoundHits.Place;
import io.semanticsearch.query.FoundHitsQuery.Listed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SoftDeletesDirectoryReaderWrapper;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.search.QueryUtils;
import org.apache.lucene.tests.util.TestUtil;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.index.mapper.SourceToParse;
import org.opensearch.index.mapper.Uid;
import org.opensearch.index.query.QueryShardContext;

/** Documents that a whole search found, as one shard finds them again. */
public class FoundHitsTests extends QueryShardTestCase {

    private static final String WITH_COMMENTS = "{\"comments\": [{\"likes\": 1}, {\"likes\": 2}]}";

    private static FoundHitsQuery query(Map<String, Float> scores) {
        List<Listed> listed = new ArrayList<>();
        scores.forEach((id, score) -> listed.add(new Listed(id, score, () -> Explanation.match(score, "given to " + id))));
        return new FoundHitsQuery("the test", listed);
    }

    private static void index(IndexWriter writer, String id, String source) throws IOException {
        writer.softUpdateDocuments(new Term("_id", Uid.encodeId(id)),
                createShardContext().getMapperService().documentMapper()
                        .parse(new SourceToParse(getIndex().getName(), id, new BytesArray(source), XContentType.JSON)).docs(),
                new NumericDocValuesField("__soft_deletes", 1));
    }

    private static Map<String, Float> search(IndexSearcher searcher, Query query) throws IOException {
        Map<String, Float> scores = new HashMap<>();
        for (ScoreDoc hit : searcher.search(query, 1000).scoreDocs) {
            String id = Uid.decodeId(searcher.storedFields().document(hit.doc).getBinaryValue("_id").bytes);
            assertNull("twice: " + id, scores.put(id, hit.score));
        }
        return scores;
    }

    public void testFindsLiveRootDocumentsInManySegmentsWithTheirScores() throws IOException {
        try (Directory directory = new ByteBuffersDirectory();
                IndexWriter writer = new IndexWriter(directory,
                        new IndexWriterConfig().setCodec(TestUtil.getDefaultCodec()).setMergePolicy(NoMergePolicy.INSTANCE)
                                .setSoftDeletesField("__soft_deletes"))) {
            Set<String> live = new HashSet<>();
            for (int i = 0; i < 120; i++) {
                String id = Integer.toString(between(0, 60));
                index(writer, id, randomBoolean() ? WITH_COMMENTS : "{}");
                live.add(id);
                if (rarely()) writer.flush();
            }
            for (int i = 0; i < 60; i += 7) {
                writer.deleteDocuments(new Term("_id", Uid.encodeId(Integer.toString(i))));
                live.remove(Integer.toString(i));
            }
            try (DirectoryReader reader = DirectoryReader.open(writer)) {
                IndexSearcher searcher = new IndexSearcher(
                        new SoftDeletesDirectoryReaderWrapper(reader, "__soft_deletes"));
                Map<String, Float> given = new HashMap<>();
                for (int i = 0; i < 40; i++) given.put(Integer.toString(between(0, 80)), randomFloat());
                Map<String, Float> expected = new HashMap<>(given);
                expected.keySet().retainAll(live);
                assertFalse(expected.isEmpty());

                FoundHitsQuery query = query(given);
                assertEquals(expected, search(searcher, query));
                assertEquals(expected.size(), searcher.count(query));
                // Inside of another query, where it is advanced rather than walked through.
                assertEquals(expected, search(searcher, new BooleanQuery.Builder().add(query, Occur.MUST)
                        .add(MatchAllDocsQuery.INSTANCE, Occur.FILTER).build()));
                expected.replaceAll((id, score) -> 2 * score);
                assertEquals(expected, search(searcher, new BoostQuery(query, 2)));
            }
        }
    }

    public void testExplainsTheScoreByItsReason() throws IOException {
        try (Directory directory = new ByteBuffersDirectory();
                IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig().setCodec(TestUtil.getDefaultCodec()))) {
            index(writer, "a", WITH_COMMENTS);
            index(writer, "b", "{}");
            try (DirectoryReader reader = DirectoryReader.open(writer)) {
                IndexSearcher searcher = new IndexSearcher(reader);
                FoundHitsQuery query = query(Map.of("a", 0.5f));
                // Its two comments come first.
                assertFalse(searcher.explain(query, 0).isMatch());
                assertFalse(searcher.explain(query, 1).isMatch());
                assertEquals(Explanation.match(0.5f, "given to a"), searcher.explain(query, 2));
                assertEquals(Explanation.match(1f, "boost [2.0] times", Explanation.match(0.5f, "given to a")),
                        searcher.explain(new BoostQuery(query, 2), 2));
                QueryUtils.check(random(), query, searcher);
                assertEquals(Explanation.noMatch("not among the documents that the test found"), searcher.explain(query, 3));
            }
        }
    }

    public void testEqualWhereDocumentsAndScoresAre() {
        QueryUtils.checkEqual(query(Map.of("a", 1f)), query(Map.of("a", 1f)));
        QueryUtils.checkUnequal(query(Map.of("a", 1f)), query(Map.of("a", 2f)));
        QueryUtils.checkUnequal(query(Map.of("a", 1f)), query(Map.of("b", 1f)));
        QueryUtils.checkUnequal(query(Map.of("a", 1f)),
                new FoundHitsQuery("another", List.of(new Listed("a", 1f, () -> Explanation.match(1f, "given to a")))));
        expectThrows(IllegalArgumentException.class, () -> query(Map.of("a", Float.NaN)));
        expectThrows(IllegalArgumentException.class, () -> query(Map.of("a", -1f)));
    }

    public void testTravels() throws IOException {
        List<Hit> hits = new ArrayList<>();
        for (int i = 0; i < between(0, 30); i++) {
            hits.add(new Hit(new Place(randomFrom("one", "two"), between(0, 3)), "doc " + i, randomFloat()));
        }
        Collections.shuffle(hits, random());
        FoundHits found = new FoundHits(hits);
        BytesStreamOutput out = new BytesStreamOutput();
        found.write(out);
        assertEquals(found, FoundHits.read(out.bytes().streamInput()));
    }

    public void testAShardKnowsItsOwn() {
        QueryShardContext shard = createShardContext();
        Place here = Place.of(shard);
        assertEquals(new Place(shard.getFullyQualifiedIndex().getUUID(), 0), here);
        FoundHits found = new FoundHits(List.of(
                new Hit(new Place(here.index(), 1), "a", 3), new Hit(new Place("other", 0), "a", 2), new Hit(here, "b", 1)));
        assertTrue(found.anyAt(here));
        assertFalse(found.first(2).anyAt(here));
        assertSame(found, found.first(3));
    }
}
