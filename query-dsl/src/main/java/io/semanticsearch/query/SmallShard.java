package io.semanticsearch.query;

import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;

/**
 * A shard whose vectors are so few that all are compared, graph or not.
 *
 * <p>A graph links what is near. A document unlike all others, where those are much alike, loses the links that led to it: of one text
 * about an infant among 1,600 such as {@code about bread 17}, four graphs in ten did not find it with 100 candidates, nor seven in ten
 * among 6,400 ({@code m} 16, {@code ef_construction} 100, the built-in model). Who tries a search on few made-up documents would miss
 * the right one. Reading all takes half a millisecond more at most, where the graph takes a fifth of one.
 */
final class SmallShard {

    static final int MOST_DOCUMENTS = 1 << 13;
    private static final long MOST_NUMBERS = 1 << 21;

    private SmallShard() {}

    /**
     * @param segment of the reader that is searched
     * @param dimension of its vectors
     */
    static boolean holds(LeafReaderContext segment, int dimension) {
        // Without asking each segment for its vectors, each time: no more than there are documents.
        int documents = ReaderUtil.getTopLevelContext(segment).reader().maxDoc();
        return documents <= MOST_DOCUMENTS && (long) documents * dimension <= MOST_NUMBERS;
    }
}
