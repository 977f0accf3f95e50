package io.semanticsearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ConstantScoreScorerSupplier;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;

/**
 * The live documents of one reader that pass a filter, looked for once for all who ask: how many they are, and which. As a query it matches
 * them.
 */
final class PassingDocs extends Query {

    private final Query filter;
    private final Object reader;
    private final List<AcceptDocs> bySegment;

    private PassingDocs(Query filter, Object reader, List<AcceptDocs> bySegment) {
        this.filter = filter;
        this.reader = reader;
        this.bySegment = bySegment;
    }

    /** @param filter rewritten */
    static PassingDocs of(Query filter, IndexSearcher searcher) throws IOException {
        Weight weight = searcher.createWeight(filter, ScoreMode.COMPLETE_NO_SCORES, 1);
        List<Callable<AcceptDocs>> segments = new ArrayList<>();
        for (LeafReaderContext segment : searcher.getLeafContexts()) segments.add(() -> in(segment, weight));
        return new PassingDocs(filter, searcher.getIndexReader().getContext().id(),
                searcher.getTaskExecutor().invokeAll(segments));
    }

    private static AcceptDocs in(LeafReaderContext segment, Weight weight) throws IOException {
        AcceptDocs passing = AcceptDocs.fromIteratorSupplier(() -> {
            Scorer scorer = weight.scorer(segment);
            return scorer == null ? DocIdSetIterator.empty() : scorer.iterator();
        }, segment.reader().getLiveDocs(), segment.reader().maxDoc());
        // Looks for them, and keeps them for what is asked next.
        passing.cost();
        return passing;
    }

    int count(LeafReaderContext segment) throws IOException {
        return bySegment.get(segment.ord).cost();
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
