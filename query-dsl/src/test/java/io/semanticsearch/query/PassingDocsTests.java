package io.semanticsearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.LRUQueryCache;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryCachingPolicy;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.Weight;
import org.apache.lucene.store.Directory;
import org.opensearch.test.OpenSearchTestCase;

/** What passes is what Lucene's own scorer of the filter walks through, without what is deleted, however much it is. */
public class PassingDocsTests extends OpenSearchTestCase {

    private static final int DOCS = 12_000;
    private static final int SEGMENT = 5_000;

    private static void write(Directory directory) throws IOException {
        IndexWriterConfig config = new IndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE).setMaxBufferedDocs(SEGMENT)
                .setRAMBufferSizeMB(IndexWriterConfig.DISABLE_AUTO_FLUSH);
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (int i = 0; i < DOCS; i++) {
                Document document = new Document();
                document.add(new IntField("one", random().nextInt(DOCS), Store.NO));
                for (int n = random().nextInt(4); n > 0; n--)
                    document.add(new IntField("some", random().nextInt(DOCS), Store.NO));
                document.add(new LongPoint("place", random().nextInt(100), random().nextInt(100)));
                document.add(new StringField("hundredth", Integer.toString(i % 100), Store.NO));
                writer.addDocument(document);
            }
            writer.deleteDocuments(new Term("hundredth", "7"));
            writer.deleteDocuments(IntPoint.newRangeQuery("one", 500, 530));
        }
    }

    private static Query filter() {
        int from = random().nextInt(DOCS);
        int wide = switch (random().nextInt(4)) {
            case 0 -> random().nextInt(5);
            case 1 -> random().nextInt(300);
            case 2 -> random().nextInt(3_000);
            default -> random().nextInt(DOCS);
        };
        return switch (random().nextInt(7)) {
            case 0 -> new TermQuery(new Term("hundredth", Integer.toString(random().nextInt(102))));
            case 1 ->
                LongPoint.newRangeQuery("place", new long[]{from % 100, 0}, new long[]{from % 100 + wide % 100, wide % 100});
            case 2 -> IntPoint.newRangeQuery("none", from, from + wide);
            case 3 -> IntField.newRangeQuery("some", from, from + wide);
            case 4 -> new BooleanQuery.Builder().add(IntField.newRangeQuery("one", from, from + wide), Occur.FILTER)
                    .add(new TermQuery(new Term("hundredth", "3")), Occur.MUST_NOT).build();
            default -> IntField.newRangeQuery("one", from, from + wide);
        };
    }

    private static BitSet expected(Query filter, IndexSearcher searcher) throws IOException {
        BitSet expected = new BitSet();
        Weight weight = searcher.createWeight(filter, ScoreMode.COMPLETE_NO_SCORES, 1);
        for (LeafReaderContext segment : searcher.getLeafContexts()) {
            Scorer scorer = weight.scorer(segment);
            if (scorer == null) continue;
            DocIdSetIterator docs = scorer.iterator();
            for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
                if (segment.reader().getLiveDocs() == null || segment.reader().getLiveDocs().get(doc)) {
                    expected.set(segment.docBase + doc);
                }
            }
        }
        return expected;
    }

    private static BitSet found(PassingDocs passing, IndexSearcher searcher) throws IOException {
        BitSet found = new BitSet();
        for (LeafReaderContext segment : searcher.getLeafContexts()) {
            int count = 0;
            int before = -1;
            DocIdSetIterator docs = passing.in(segment);
            for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
                assertTrue(doc > before);
                before = doc;
                found.set(segment.docBase + doc);
                count++;
            }
            assertEquals(count, passing.count(segment));
        }
        return found;
    }

    /** Keeps what it is told to, and what was used of it. */
    private static final class Policy implements QueryCachingPolicy {

        private final boolean keeps;
        private final List<Query> used = new ArrayList<>();

        Policy(boolean keeps) {
            this.keeps = keeps;
        }

        @Override
        public void onUse(Query query) {
            used.add(query);
        }

        @Override
        public boolean shouldCache(Query query) {
            return keeps;
        }
    }

    public void testWhatIsAskedForOftenIsKeptByLucene() throws IOException {
        try (Directory directory = newDirectory()) {
            write(directory);
            try (IndexReader reader = DirectoryReader.open(directory)) {
                for (boolean keeps : new boolean[]{false, true}) {
                    LRUQueryCache cache = new LRUQueryCache(10, 1 << 20, segment -> true, Float.POSITIVE_INFINITY);
                    Policy policy = new Policy(keeps);
                    IndexSearcher searcher = new IndexSearcher(reader);
                    searcher.setQueryCache(cache);
                    searcher.setQueryCachingPolicy(policy);
                    Query filter = searcher.rewrite(IntField.newRangeQuery("one", 1_000, 1_020));
                    BitSet first = found(PassingDocs.of(filter, searcher), searcher);
                    assertEquals(first, found(PassingDocs.of(filter, searcher), searcher));
                    assertFalse(first.isEmpty());
                    assertEquals(List.of(filter, filter), policy.used);
                    assertEquals(keeps ? reader.leaves().size() : 0, cache.getCacheSize());
                    assertEquals(keeps, cache.getHitCount() > 0);
                }
            }
        }
    }

    public void testWhatPassesIsWhatTheScorerOfTheFilterFinds() throws IOException {
        try (Directory directory = newDirectory(); ExecutorService threads = Executors.newFixedThreadPool(2)) {
            write(directory);
            try (IndexReader reader = DirectoryReader.open(directory)) {
                assertTrue(reader.leaves().size() > 1);
                for (int i = 0; i < 400; i++) {
                    IndexSearcher searcher = random().nextBoolean()
                            ? new IndexSearcher(reader)
                            : new IndexSearcher(reader, threads);
                    Query filter = searcher.rewrite(filter());
                    PassingDocs passing = PassingDocs.of(filter, searcher);
                    BitSet expected = expected(filter, searcher);
                    assertEquals(filter.toString(), expected, found(passing, searcher));
                    assertEquals("again", expected, found(passing, searcher));
                    assertEquals("as a filter", expected.cardinality(), searcher.count(passing));
                }
            }
        }
    }
}
