package io.semanticsearch.query;

import java.util.Arrays;
import java.util.Comparator;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;

/** Live documents of one reader that were found and scored already. Lucene's own query of this kind is not open to others. */
final class ScoredDocs extends Query {

    private final Object reader;
    private final Query by;
    /** Numbers in the whole reader, ascending. */
    private final int[] docs;
    /** Beside {@link #docs}. */
    private final float[] scores;

    private ScoredDocs(Object reader, Query by, int[] docs, float[] scores) {
        this.reader = reader;
        this.by = by;
        this.docs = docs;
        this.scores = scores;
    }

    /**
     * @param by what searched for them
     * @param found documents of the whole reader, each once, in any order
     */
    static Query of(IndexReader reader, Query by, ScoreDoc[] found) {
        if (found.length == 0) return new MatchNoDocsQuery(by + " found nothing");
        ScoreDoc[] byDoc = found.clone();
        Arrays.sort(byDoc, Comparator.comparingInt(hit -> hit.doc));
        int[] docs = new int[byDoc.length];
        float[] scores = new float[byDoc.length];
        for (int i = 0; i < byDoc.length; i++) {
            docs[i] = byDoc[i].doc;
            scores[i] = byDoc[i].score;
        }
        return new ScoredDocs(reader.getContext().id(), by, docs, scores);
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
        if (searcher.getIndexReader().getContext().id() != reader) {
            throw new IllegalStateException(by + " was searched in another reader");
        }
        return new Weight(this) {
            @Override
            public Explanation explain(LeafReaderContext leaf, int doc) {
                int at = Arrays.binarySearch(docs, leaf.docBase + doc);
                return at < 0
                        ? Explanation.noMatch("not among the hits of " + by)
                        : Explanation.match(scores[at] * boost, by.toString());
            }

            @Override
            public ScorerSupplier scorerSupplier(LeafReaderContext leaf) {
                int from = first(leaf.docBase);
                int to = first(leaf.docBase + leaf.reader().maxDoc());
                return from == to ? null : new DefaultScorerSupplier(hits(from, to, leaf.docBase, boost));
            }

            @Override
            public int count(LeafReaderContext leaf) {
                return first(leaf.docBase + leaf.reader().maxDoc()) - first(leaf.docBase);
            }

            @Override
            public boolean isCacheable(LeafReaderContext leaf) {
                return true;
            }
        };
    }

    private ListedScorer hits(int from, int to, int docBase, float boost) {
        int[] inSegment = Arrays.copyOfRange(docs, from, to);
        float[] boosted = Arrays.copyOfRange(scores, from, to);
        for (int i = 0; i < inSegment.length; i++) {
            inSegment[i] -= docBase;
            boosted[i] *= boost;
        }
        return new ListedScorer(inSegment, boosted);
    }

    /** Where the first document stands that is not before this one. */
    private int first(int doc) {
        int at = Arrays.binarySearch(docs, doc);
        return at < 0 ? -at - 1 : at;
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
    }

    @Override
    public String toString(String field) {
        return by.toString(field);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ScoredDocs that && reader == that.reader && by.equals(that.by)
                && Arrays.equals(docs, that.docs) && Arrays.equals(scores, that.scores);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(docs) + Arrays.hashCode(scores);
    }
}
