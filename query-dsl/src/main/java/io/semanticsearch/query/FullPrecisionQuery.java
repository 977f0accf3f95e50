package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocAndFloatFeatureBuffer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.HitQueue;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;

/**
 * What a search over quantized vectors found, compared again with the vectors themselves: the best are kept, with the scores of full
 * precision.
 */
final class FullPrecisionQuery extends Query {

    private final FieldConfig field;
    private final Query found;
    private final float[] target;
    private final int nearest;
    private final float minScore;

    /**
     * @param found finds few documents, each with a vector of the field
     * @param target float32 [dimension], as {@link io.semanticsearch.field.Similarity#prepare} made it; not copied, not to be changed
     * @param nearest how many are kept
     * @param minScore Lucene score below which none is kept
     */
    FullPrecisionQuery(FieldConfig field, Query found, float[] target, int nearest, float minScore) {
        this.field = Objects.requireNonNull(field, "field");
        this.found = Objects.requireNonNull(found, "found");
        this.target = Objects.requireNonNull(target, "target");
        this.nearest = nearest;
        this.minScore = minScore;
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
        HitQueue best = new HitQueue(nearest, false);
        DocAndFloatFeatureBuffer buffer = new DocAndFloatFeatureBuffer();
        for (LeafReaderContext leaf : reader.leaves()) {
            Scorer scorer = weight.scorer(leaf);
            if (scorer != null) compare(leaf, scorer.iterator(), buffer, best);
        }
        ScoreDoc[] hits = new ScoreDoc[best.size()];
        for (int i = 0; i < hits.length; i++) hits[i] = best.pop();
        return ScoredDocs.of(reader, toString(), hits);
    }

    private void compare(LeafReaderContext leaf, DocIdSetIterator docs, DocAndFloatFeatureBuffer buffer, HitQueue best)
            throws IOException {
        FloatVectorValues vectors = leaf.reader().getFloatVectorValues(field.luceneName());
        if (vectors == null) return;
        VectorScorer.Bulk exact = vectors.rescorer(target).bulk(docs);
        do {
            exact.nextDocsAndScores(DocIdSetIterator.NO_MORE_DOCS, null, buffer);
            for (int i = 0; i < buffer.size; i++) {
                if (buffer.features[i] >= minScore) {
                    best.insertWithOverflow(new ScoreDoc(leaf.docBase + buffer.docs[i], buffer.features[i]));
                }
            }
        } while (buffer.size > 0);
    }

    @Override
    public void visit(QueryVisitor visitor) {
        found.visit(visitor);
    }

    @Override
    public String toString(String ignored) {
        return found + " at full precision, k=" + nearest;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FullPrecisionQuery that && nearest == that.nearest && Float.compare(minScore, that.minScore) == 0
                && field.equals(that.field) && found.equals(that.found) && Arrays.equals(target, that.target);
    }

    @Override
    public int hashCode() {
        return Objects.hash(field.path(), found, nearest, minScore);
    }
}
