package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.DocAndFloatFeatureBuffer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.HitQueue;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopDocsCollector;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.VectorScorer;

/**
 * Comparing documents with the numbers of their vectors themselves, whatever the segments have besides.
 *
 * @param target float32 [dimension], as {@link io.semanticsearch.field.Similarity#prepare} made it; not copied, not to be changed
 * @param nearest how many are kept
 * @param minScore Lucene score below which none is kept
 */
record FullPrecision(FieldConfig field, float[] target, int nearest, float minScore) {

    FullPrecision {
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(target, "target");
    }

    /** The vectors of a segment, for one thread; null where it has none, or hides the field. */
    FloatVectorValues vectors(LeafReaderContext segment) throws IOException {
        if (FieldConfig.isHidden(field.path(), segment.reader())) return null;
        return segment.reader().getFloatVectorValues(field.luceneName());
    }

    /**
     * The best of one segment, numbered in the whole reader, the best first; the total is how many were compared.
     *
     * @param docs those without a vector are passed over
     * @param timeout null for never
     */
    TopDocs best(LeafReaderContext segment, FloatVectorValues vectors, DocIdSetIterator docs, QueryTimeout timeout)
            throws IOException {
        VectorScorer scorer = vectors.rescorer(target);
        if (scorer == null) return TopDocsCollector.EMPTY_TOPDOCS;
        HitQueue best = new HitQueue((int) Math.min(nearest, docs.cost()), false);
        VectorScorer.Bulk exact = scorer.bulk(docs);
        DocAndFloatFeatureBuffer buffer = new DocAndFloatFeatureBuffer();
        int compared = 0;
        boolean late = false;
        while (!late) {
            float highest = exact.nextDocsAndScores(DocIdSetIterator.NO_MORE_DOCS, null, buffer);
            if (buffer.size == 0) break;
            compared += buffer.size;
            if (best.size() < nearest || highest > best.top().score) add(buffer, segment.docBase, best);
            late = timeout != null && timeout.shouldExit();
        }
        ScoreDoc[] hits = new ScoreDoc[best.size()];
        for (int i = hits.length - 1; i >= 0; i--) hits[i] = best.pop();
        TotalHits.Relation relation = late ? TotalHits.Relation.GREATER_THAN_OR_EQUAL_TO : TotalHits.Relation.EQUAL_TO;
        return new TopDocs(new TotalHits(compared, relation), hits);
    }

    private void add(DocAndFloatFeatureBuffer buffer, int docBase, HitQueue best) {
        for (int i = 0; i < buffer.size; i++) {
            float score = buffer.features[i];
            if (score >= minScore && (best.size() < nearest || score > best.top().score)) {
                best.insertWithOverflow(new ScoreDoc(docBase + buffer.docs[i], score));
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FullPrecision that && nearest == that.nearest && Float.compare(minScore, that.minScore) == 0
                && field.equals(that.field) && Arrays.equals(target, that.target);
    }

    @Override
    public int hashCode() {
        return Objects.hash(field.path(), nearest, minScore, Arrays.hashCode(target));
    }
}
