package io.semanticsearch.query;

import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Scorer;

/** Walks through documents of a segment that have their scores already. */
final class ListedScorer extends Scorer {

    private final float[] scores;
    private final ListedDocs docs;

    /**
     * @param docs ascending, each once
     * @param scores beside them
     */
    ListedScorer(int[] docs, float[] scores) {
        this.scores = scores;
        this.docs = new ListedDocs(docs);
    }

    @Override
    public int docID() {
        return docs.docID();
    }

    @Override
    public DocIdSetIterator iterator() {
        return docs;
    }

    @Override
    public float score() {
        return scores[docs.position()];
    }

    @Override
    public float getMaxScore(int upTo) {
        float max = 0;
        for (int i = Math.max(0, docs.position()); i < scores.length && docs.doc(i) <= upTo; i++) max = Math.max(max, scores[i]);
        return max;
    }
}
