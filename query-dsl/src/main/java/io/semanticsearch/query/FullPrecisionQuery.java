package io.semanticsearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.Weight;

/**
 * What a search over quantized vectors found, compared again with the vectors themselves: the best are kept, with the scores of full
 * precision.
 */
final class FullPrecisionQuery extends Query {

    private final Query found;
    private final FullPrecision comparison;

    /**
     * @param found finds few documents, each with a vector of the field
     * @param comparison says how many are kept
     */
    FullPrecisionQuery(Query found, FullPrecision comparison) {
        this.found = Objects.requireNonNull(found, "found");
        this.comparison = Objects.requireNonNull(comparison, "comparison");
    }

    /** What finds the documents. */
    Query found() {
        return found;
    }

    @Override
    public Query rewrite(IndexSearcher searcher) throws IOException {
        Query candidates = searcher.rewrite(found);
        if (candidates instanceof MatchNoDocsQuery) return candidates;
        Weight weight = searcher.createWeight(candidates, ScoreMode.COMPLETE_NO_SCORES, 1);
        IndexReader reader = searcher.getIndexReader();
        List<TopDocs> best = new ArrayList<>();
        for (LeafReaderContext leaf : reader.leaves()) {
            Scorer scorer = weight.scorer(leaf);
            FloatVectorValues vectors = scorer == null ? null : comparison.vectors(leaf);
            if (vectors != null) best.add(comparison.best(leaf, vectors, scorer.iterator(), null));
        }
        return ScoredDocs.of(reader, this, TopDocs.merge(comparison.nearest(), best.toArray(TopDocs[]::new)).scoreDocs);
    }

    @Override
    public void visit(QueryVisitor visitor) {
        found.visit(visitor);
    }

    @Override
    public String toString(String ignored) {
        return found + " at full precision, k=" + comparison.nearest();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FullPrecisionQuery that && found.equals(that.found) && comparison.equals(that.comparison);
    }

    @Override
    public int hashCode() {
        return Objects.hash(found, comparison);
    }
}
