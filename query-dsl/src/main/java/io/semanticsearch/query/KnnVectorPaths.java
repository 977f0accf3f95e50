package io.semanticsearch.query;

import io.semanticsearch.field.ByMapping;
import io.semanticsearch.field.MappedFields;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.opensearch.cluster.metadata.IndexMetadata;

/** Which fields of an index are the k-NN plugin's. */
final class KnnVectorPaths {

    private final ByMapping<Set<String>> paths = new ByMapping<>(KnnVectorPaths::read);

    /** Full paths; empty for almost all indices. */
    Set<String> of(IndexMetadata index) {
        return paths.of(index);
    }

    private static Set<String> read(Map<String, Object> mapping) {
        Set<String> found = new HashSet<>();
        MappedFields.forEach(mapping, (path, field) -> {
            if (KnnVectorField.TYPE.equals(field.get("type"))) found.add(path);
        });
        return Set.copyOf(found);
    }
}
