package io.semanticsearch.query;

import java.io.IOException;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.search.profile.ProfileResult;
import org.opensearch.search.profile.ProfileShardResult;

/**
 * What a search for neighbours took.
 *
 * @param vectors how many were compared
 * @param graphSegments segments whose graph was searched; some of them were then searched exactly, because too few hits passed the filter
 * @param exactSegments segments of which everything that may be found was compared
 * @param nanos how long it took; of several shards the sum
 */
record Cost(long vectors, long graphSegments, long exactSegments, long nanos) {

    /** Where nobody asked. */
    static final Cost UNKNOWN = new Cost(-1, 0, 0, 0);

    static final String VECTORS = "semantic_visited_vectors";
    static final String GRAPH_SEGMENTS = "semantic_graph_segments";
    static final String EXACT_SEGMENTS = "semantic_exact_segments";
    static final String NANOS = "semantic_search_time";

    boolean known() {
        return vectors >= 0;
    }

    /** The numbers as [profile] shows them. */
    Map<String, Long> numbers() {
        return Map.of(VECTORS, vectors, GRAPH_SEGMENTS, graphSegments, EXACT_SEGMENTS, exactSegments, NANOS, nanos);
    }

    /** The sum over the shards of a profiled search; unknown where it was not. */
    static Cost of(Map<String, ProfileShardResult> shards) {
        Cost sum = UNKNOWN;
        for (ProfileShardResult shard : shards.values()) {
            for (var queries : shard.getQueryProfileResults()) {
                for (ProfileResult query : queries.getQueryResults()) sum = sum.plus(of(query));
            }
        }
        return sum;
    }

    private static Cost of(ProfileResult query) {
        Map<String, Long> numbers = query.getTimeBreakdown();
        Cost sum = numbers.containsKey(VECTORS)
                ? new Cost(numbers.get(VECTORS), numbers.get(GRAPH_SEGMENTS), numbers.get(EXACT_SEGMENTS), numbers.get(NANOS))
                : UNKNOWN;
        for (ProfileResult child : query.getProfiledChildren()) sum = sum.plus(of(child));
        return sum;
    }

    private Cost plus(Cost other) {
        if (!known()) return other;
        if (!other.known()) return this;
        return new Cost(vectors + other.vectors, graphSegments + other.graphSegments, exactSegments + other.exactSegments,
                nanos + other.nanos);
    }

    void write(StreamOutput out) throws IOException {
        out.writeZLong(vectors);
        out.writeZLong(graphSegments);
        out.writeZLong(exactSegments);
        out.writeZLong(nanos);
    }

    static Cost read(StreamInput in) throws IOException {
        return new Cost(in.readZLong(), in.readZLong(), in.readZLong(), in.readZLong());
    }
}
