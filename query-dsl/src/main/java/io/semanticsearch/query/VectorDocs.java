package io.semanticsearch.query;

import java.io.IOException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FilteredDocIdSetIterator;
import org.apache.lucene.util.Bits;

/** The documents of a segment that have a vector and may be found. */
final class VectorDocs {

    private VectorDocs() {}

    static DocIdSetIterator of(FloatVectorValues vectors, AcceptDocs accepted) throws IOException {
        Bits bits = accepted.bits();
        if (bits == null) return vectors.iterator();
        return new FilteredDocIdSetIterator(vectors.iterator()) {
            @Override
            protected boolean match(int doc) {
                return bits.get(doc);
            }
        };
    }
}
