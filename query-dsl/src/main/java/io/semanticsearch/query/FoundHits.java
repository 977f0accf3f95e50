package io.semanticsearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.Query;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.search.SearchHit;

/**
 * The best documents of a whole search over all its shards, the best first. It travels to every shard, which looks for its own among them:
 * a document is known by index, shard and id, because ids repeat in other indices and, under custom routing, in other shards.
 *
 * @param cost what finding them took, on all shards; unknown unless the search is profiled
 */
record FoundHits(List<Hit> hits, Cost cost) {

    static final FoundHits NONE = new FoundHits(List.of());

    FoundHits(List<Hit> hits) {
        this(hits, Cost.UNKNOWN);
    }

    /** A document and its score in the search that found it. */
    record Hit(Place place, String id, float score) {

        Hit {
            Objects.requireNonNull(place, "place");
            Objects.requireNonNull(id, "id");
        }
    }

    /**
     * A shard.
     *
     * @param index UUID of the index, which tells it from one of that name in another cluster
     */
    record Place(String index, int shard) {

        static Place of(ShardId shard) {
            return new Place(shard.getIndex().getUUID(), shard.id());
        }

        static Place of(QueryShardContext shard) {
            return new Place(shard.getFullyQualifiedIndex().getUUID(), shard.getShardId());
        }
    }

    FoundHits {
        hits = List.copyOf(hits);
    }

    /** What a search answered, which must have had scores. */
    static FoundHits of(SearchResponse response) {
        List<Hit> hits = new ArrayList<>();
        for (SearchHit hit : response.getHits().getHits())
            hits.add(new Hit(Place.of(hit.getShard().getShardId()), hit.getId(), hit.getScore()));
        return new FoundHits(hits, Cost.of(response.getProfileResults()));
    }

    /** The best n. */
    FoundHits first(int n) {
        return n >= hits.size() ? this : new FoundHits(hits.subList(0, n), cost);
    }

    /** Those of a shard, with their scores. */
    Query toQuery(String field, QueryShardContext shard) {
        Place here = Place.of(shard);
        return new FoundHitsQuery(field, hits.stream()
                .filter(hit -> hit.place.equals(here))
                .map(hit -> new FoundHitsQuery.Listed(hit.id, hit.score,
                        () -> Explanation.match(hit.score, "among the nearest of all shards by [" + field + "]")))
                .toList());
    }

    boolean anyAt(Place place) {
        return hits.stream().anyMatch(hit -> hit.place.equals(place));
    }

    void write(StreamOutput out) throws IOException {
        Map<Place, Integer> numbers = new LinkedHashMap<>();
        for (Hit hit : hits) numbers.putIfAbsent(hit.place, numbers.size());
        out.writeVInt(numbers.size());
        for (Place place : numbers.keySet()) {
            out.writeString(place.index);
            out.writeVInt(place.shard);
        }
        out.writeVInt(hits.size());
        for (Hit hit : hits) {
            out.writeVInt(numbers.get(hit.place));
            out.writeString(hit.id);
            out.writeFloat(hit.score);
        }
        cost.write(out);
    }

    static FoundHits read(StreamInput in) throws IOException {
        List<Place> places = new ArrayList<>();
        for (int left = in.readVInt(); left > 0; left--) places.add(new Place(in.readString(), in.readVInt()));
        List<Hit> hits = new ArrayList<>();
        for (int left = in.readVInt(); left > 0; left--)
            hits.add(new Hit(places.get(in.readVInt()), in.readString(), in.readFloat()));
        return new FoundHits(hits, Cost.read(in));
    }
}
