package io.semanticsearch.query;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.MappingMetadata;
import org.opensearch.common.cache.Cache;
import org.opensearch.common.cache.CacheBuilder;
import org.opensearch.common.compress.CompressedXContent;

/** Which fields of an index are the k-NN plugin's. Mappings are read once and kept, because every search for such a field asks. */
final class KnnVectorPaths {

    private static final int KEPT = 10_000;

    private final Cache<CompressedXContent, Set<String>> cache = CacheBuilder
            .<CompressedXContent, Set<String>>builder().setMaximumWeight(KEPT).build();

    /** Full paths; empty for almost all indices. */
    Set<String> of(IndexMetadata index) {
        MappingMetadata mapping = index.mapping();
        if (mapping == null) return Set.of();
        Set<String> known = cache.get(mapping.source());
        if (known != null) return known;
        Set<String> read = new LinkedHashSet<>();
        collect("", mapping.sourceAsMap(), read);
        cache.put(mapping.source(), Set.copyOf(read));
        return read;
    }

    private static void collect(String prefix, Object node, Set<String> found) {
        if (!(node instanceof Map<?, ?> object) || !(object.get("properties") instanceof Map<?, ?> properties)) return;
        properties.forEach((name, child) -> {
            if (!(child instanceof Map<?, ?> field)) return;
            String path = prefix + name;
            if (KnnVectorField.TYPE.equals(field.get("type"))) found.add(path);
            collect(path + ".", field, found);
        });
    }
}
