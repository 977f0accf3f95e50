package io.semanticsearch.query;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.TopDocs;

/** What one search for neighbours had to look at. Segments are searched side by side, so several threads write here. */
final class Visits {

    private final LongAdder vectors = new LongAdder();
    private final Set<Integer> byGraph = ConcurrentHashMap.newKeySet();
    private final Set<Integer> exactly = ConcurrentHashMap.newKeySet();
    private volatile boolean fullPrecision;

    /** Forgets what was, because a query can be searched again, for the explanation of each hit. */
    void clear() {
        vectors.reset();
        byGraph.clear();
        exactly.clear();
        fullPrecision = false;
    }

    /** Counts what Lucene says that it compared. */
    TopDocs inGraph(LeafReaderContext segment, TopDocs found) {
        byGraph.add(segment.ord);
        vectors.add(found.totalHits.value());
        return found;
    }

    /** The same where every document that may be found was compared. */
    TopDocs exactly(LeafReaderContext segment, TopDocs found) {
        exactly.add(segment.ord);
        vectors.add(found.totalHits.value());
        return found;
    }

    /** The same where they were compared with the numbers themselves, so that there is nothing to compare again. */
    TopDocs atFullPrecision(LeafReaderContext segment, TopDocs found) {
        fullPrecision = true;
        return exactly(segment, found);
    }

    boolean isAtFullPrecision() {
        return fullPrecision;
    }

    /** All of it, and how long it took. */
    Cost cost(long nanos) {
        return new Cost(vectors.sum(), byGraph.size(), exactly.size(), nanos);
    }
}
