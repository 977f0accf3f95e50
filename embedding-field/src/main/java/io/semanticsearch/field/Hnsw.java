package io.semanticsearch.field;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The graph that finds neighbours, or that there is none.
 *
 * @param m edges a node keeps, 2 to 512
 * @param efConstruction candidates looked at when a node is linked in, 2 to 3200
 */
public record Hnsw(int m, int efConstruction) implements ToXContent {

    /** Lucene's own defaults. */
    public static final Hnsw DEFAULT = new Hnsw(16, 100);
    /** No graph: every vector is compared. {@code false} in mappings. */
    public static final Hnsw FLAT = new Hnsw(0, 0);

    private static final String M = "m";
    private static final String EF_CONSTRUCTION = "ef_construction";

    public Hnsw {
        // Lucene99HnswVectorsFormat.MAXIMUM_MAX_CONN and MAXIMUM_BEAM_WIDTH.
        boolean flat = m == 0 && efConstruction == 0;
        if (!flat && (m < 2 || m > 512)) throw new IllegalArgumentException("[hnsw.m] is [" + m + "]; expected 2 to 512");
        if (!flat && (efConstruction < 2 || efConstruction > 3200)) {
            throw new IllegalArgumentException("[hnsw.ef_construction] is [" + efConstruction + "]; expected 2 to 3200");
        }
    }

    static Hnsw of(Object node) {
        if (Boolean.FALSE.equals(node) || "false".equals(node)) return FLAT;
        if (!(node instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("[hnsw] is [" + node
                    + "]; expected an object like {\"m\": 16, \"ef_construction\": 100}, or false for no graph");
        }
        Set<Object> unknown = new TreeSet<>(map.keySet());
        unknown.removeAll(Set.of(M, EF_CONSTRUCTION));
        if (!unknown.isEmpty())
            throw new IllegalArgumentException("[hnsw] has unknown keys " + unknown + "; known are [m, ef_construction]");
        Hnsw hnsw = new Hnsw(number(map, M, DEFAULT.m), number(map, EF_CONSTRUCTION, DEFAULT.efConstruction));
        if (hnsw.flat()) throw new IllegalArgumentException("[hnsw] has an [m] of [0]; for no graph say \"hnsw\": false");
        return hnsw;
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        if (flat()) return builder.value(false);
        return builder.startObject().field(M, m).field(EF_CONSTRUCTION, efConstruction).endObject();
    }

    @Override
    public String toString() {
        if (flat()) return "false";
        return "{m=" + m + ", ef_construction=" + efConstruction + "}";
    }

    public boolean flat() {
        return equals(FLAT);
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
