package io.semanticsearch.field;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The graph that finds neighbours.
 *
 * @param m edges a node keeps, 2 to 512
 * @param efConstruction candidates looked at when a node is linked in, 2 to 3200
 */
public record Hnsw(int m, int efConstruction) implements ToXContentObject {

    /** Lucene's own defaults. */
    public static final Hnsw DEFAULT = new Hnsw(16, 100);

    private static final String M = "m";
    private static final String EF_CONSTRUCTION = "ef_construction";

    public Hnsw {
        // Lucene99HnswVectorsFormat.MAXIMUM_MAX_CONN and MAXIMUM_BEAM_WIDTH.
        if (m < 2 || m > 512) throw new IllegalArgumentException("[hnsw.m] is [" + m + "]; expected 2 to 512");
        if (efConstruction < 2 || efConstruction > 3200) {
            throw new IllegalArgumentException("[hnsw.ef_construction] is [" + efConstruction + "]; expected 2 to 3200");
        }
    }

    static Hnsw of(Object node) {
        if (!(node instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(
                    "[hnsw] is [" + node + "]; expected an object like {\"m\": 16, \"ef_construction\": 100}");
        }
        Set<Object> unknown = new TreeSet<>(map.keySet());
        unknown.removeAll(Set.of(M, EF_CONSTRUCTION));
        if (!unknown.isEmpty())
            throw new IllegalArgumentException("[hnsw] has unknown keys " + unknown + "; known are [m, ef_construction]");
        return new Hnsw(number(map, M, DEFAULT.m), number(map, EF_CONSTRUCTION, DEFAULT.efConstruction));
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.startObject().field(M, m).field(EF_CONSTRUCTION, efConstruction).endObject();
    }

    @Override
    public String toString() {
        return "{m=" + m + ", ef_construction=" + efConstruction + "}";
    }

    private static int number(Map<?, ?> map, String key, int otherwise) {
        Object value = map.get(key);
        if (value == null) return otherwise;
        try {
            return Integer.parseInt(value.toString());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("[hnsw." + key + "] is [" + value + "]; expected a whole number");
        }
    }
}
