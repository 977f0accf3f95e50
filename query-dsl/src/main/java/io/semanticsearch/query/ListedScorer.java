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
        return scores[docs.at];
    }

    @Override
    public float getMaxScore(int upTo) {
        float max = 0;
        for (int i = Math.max(0, docs.at); i < scores.length && docs.docs[i] <= upTo; i++) max = Math.max(max, scores[i]);
        return max;
    }

    private static final class ListedDocs extends DocIdSetIterator {

        private final int[] docs;
        private int at = -1;

        ListedDocs(int[] docs) {
            this.docs = docs;
        }

        @Override
        public int docID() {
            return at < 0 ? -1 : at < docs.length ? docs[at] : NO_MORE_DOCS;
        }

        @Override
        public int nextDoc() {
            at++;
            return docID();
        }

        @Override
        public int advance(int target) {
            at++;
            while (at < docs.length && docs[at] < target)
                at++;
            return docID();
        }

        @Override
        public long cost() {
            return docs.length;
        }
    }
}
