package io.semanticsearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorerSupplier;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexOrDocValuesQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PointRangeQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryCachingPolicy;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;

/**
 * The live documents of one reader that pass a filter, looked for once for all who ask: how many they are, and which. As a query it matches
 * them.
 */
final class PassingDocs extends Query {

    private final Query filter;
    private final Object reader;
    private final List<SegmentDocs> bySegment;

    private PassingDocs(Query filter, Object reader, List<SegmentDocs> bySegment) {
        this.filter = filter;
        this.reader = reader;
        this.bySegment = bySegment;
    }

    /** @param filter rewritten */
    static PassingDocs of(Query filter, IndexSearcher searcher) throws IOException {
        Query byIndex = filter instanceof IndexOrDocValuesQuery either ? either.getIndexQuery() : filter;
        Optional<PointRangeQuery> range = byIndex instanceof PointRangeQuery points && !isKept(filter, searcher)
                ? Optional.of(points)
                : Optional.empty();
        Weight weight = searcher.createWeight(filter, ScoreMode.COMPLETE_NO_SCORES, 1);
        return new PassingDocs(filter, searcher.getIndexReader().getContext().id(), bySegment(weight, range, searcher));
    }

    /** Whether Lucene keeps what passes, or will, because it is asked for often: nothing is faster. To ask counts as a use, as a search does. */
    private static boolean isKept(Query filter, IndexSearcher searcher) throws IOException {
        if (searcher.getQueryCache() == null) return false;
        QueryCachingPolicy policy = searcher.getQueryCachingPolicy();
        if (policy.shouldCache(filter)) return true;
        policy.onUse(filter);
        return false;
    }

    /** Side by side where the search itself is; handing over to nobody takes time, too. */
    private static List<SegmentDocs> bySegment(Weight filter, Optional<PointRangeQuery> range, IndexSearcher searcher)
            throws IOException {
        if (searcher.getSlices().length > 1) {
            List<Callable<SegmentDocs>> tasks = new ArrayList<>();
            for (LeafReaderContext segment : searcher.getLeafContexts()) tasks.add(() -> SegmentDocs.of(filter, range, segment));
            return searcher.getTaskExecutor().invokeAll(tasks);
        }
        List<SegmentDocs> segments = new ArrayList<>();
        for (LeafReaderContext segment : searcher.getLeafContexts()) segments.add(SegmentDocs.of(filter, range, segment));
        return segments;
    }

    int count(LeafReaderContext segment) throws IOException {
        return bySegment.get(segment.ord).count();
    }

    /** Each time from the first on. */
    DocIdSetIterator in(LeafReaderContext segment) throws IOException {
        return bySegment.get(segment.ord).iterator();
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost) {
        if (searcher.getIndexReader().getContext().id() != reader) {
            throw new IllegalStateException("[" + this + "] was searched in another reader");
        }
        return new ConstantScoreWeight(this, boost) {
            @Override
            public ScorerSupplier scorerSupplier(LeafReaderContext segment) throws IOException {
                return ConstantScoreScorerSupplier.fromIterator(in(segment), score(), mode, segment.reader().maxDoc());
            }

            @Override
            public int count(LeafReaderContext segment) throws IOException {
                return PassingDocs.this.count(segment);
            }

            @Override
            public boolean isCacheable(LeafReaderContext segment) {
                return false;
            }
        };
    }

    @Override
    public void visit(QueryVisitor visitor) {
        filter.visit(visitor);
    }

    @Override
    public String toString(String field) {
        return filter.toString(field);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PassingDocs that && reader == that.reader && filter.equals(that.filter);
    }

    @Override
    public int hashCode() {
        return 31 * classHash() + filter.hashCode();
    }
}
