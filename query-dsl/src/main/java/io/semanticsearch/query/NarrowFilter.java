package io.semanticsearch.query;

import org.apache.lucene.util.hnsw.HnswGraphSearcher;

/**
 * Whether comparing with all vectors that pass a filter costs less than walking through the graph past those that don't.
 *
 * <p>The walk compares with about v / p vectors, v being what it compares with where nothing is filtered and p the part that passes; a
 * comparison on the walk costs about twice one in a row, which reads memory ahead. So passing ≤ 2 · v / p, and p = passing / vectors.
 * Measured on 100,000 vectors of 256 dimensions and 100 candidates (v = 1,450): the two meet at 15 %. Lucene by itself compares one by one
 * below 1.2 %, and between the two values walks first and compares then.
 */
final class NarrowFilter {

    /**
     * So many numbers of quantized vectors are read at full precision in one search at most, 8 MB. Full precision compares faster, and what is
     * compared so need not be compared again; but where memory holds the quantized vectors only it is read from disk, a page a document.
     */
    private static final long MOST_NUMBERS = 1 << 21;

    private NarrowFilter() {}

    /** @param numbers of all vectors that pass, in all segments */
    static boolean isFewNumbers(long numbers) {
        return numbers <= MOST_NUMBERS;
    }

    /**
     * @param candidates how many the graph would be searched for
     * @param passing vectors of the segment that pass the filter
     * @param vectors all vectors of the segment
     */
    static boolean isNarrow(int candidates, int passing, int vectors) {
        if (passing <= candidates) return true;
        return (double) passing * passing <= 2.0 * HnswGraphSearcher.expectedVisitedNodes(candidates, vectors) * vectors;
    }
}
