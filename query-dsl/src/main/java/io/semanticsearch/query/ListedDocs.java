package io.semanticsearch.query;

import org.apache.lucene.search.DocIdSetIterator;

/** Walks through few documents of a segment. */
final class ListedDocs extends DocIdSetIterator {

    private final int[] docs;
    private int at = -1;

    /** @param docs ascending, each once; not copied, not to be changed */
    ListedDocs(int[] docs) {
        this.docs = docs;
    }

    /** Where in the list the current document stands; -1 before the first. */
    int position() {
        return at;
    }

    /** The document at a place of the list. */
    int doc(int position) {
        return docs[position];
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
