package io.semanticsearch.embedding.local;

/**
 * How a query is embedded while nothing else is and the processors have little to do. For more than one thread a graph is opened twice.
 *
 * @param threads that work on it, 1 or more
 * @param mostBytes of a graph that may be in memory twice
 */
public record LoneQueries(int threads, long mostBytes) {

    /** As any other text. */
    public static final LoneQueries ON_ONE_THREAD = new LoneQueries(1, 0);

    public LoneQueries {
        if (threads < 1) throw new IllegalArgumentException("[threads] is [" + threads + "], expected 1 or more");
        if (mostBytes < 0) throw new IllegalArgumentException("[mostBytes] is [" + mostBytes + "], expected 0 or more");
    }

    /** How many threads suit a machine: the others serve searches, and beyond four they wait for each other more than they help. */
    public static int threads(int processors) {
        return processors >= 8 ? 4 : Math.min(2, processors);
    }

    /** Whether a graph of that size is opened for them. */
    boolean areHelped(long bytes) {
        return threads > 1 && bytes <= mostBytes;
    }
}
