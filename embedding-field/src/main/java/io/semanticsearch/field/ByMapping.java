package io.semanticsearch.field;

import java.util.Map;
import java.util.function.Function;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.MappingMetadata;
import org.opensearch.common.cache.Cache;
import org.opensearch.common.cache.CacheBuilder;
import org.opensearch.common.compress.CompressedXContent;

/**
 * What mappings say of something, each read once and kept, because every bulk and every search asks and mappings are stored compressed.
 * Indices with the same mapping share what was read. Thread-safe.
 */
public final class ByMapping<T> {

    private static final int KEPT = 10_000;

    private final Function<Map<String, Object>, T> read;
    private final Cache<CompressedXContent, T> cache = CacheBuilder.<CompressedXContent, T>builder().setMaximumWeight(KEPT)
            .build();

    /** @param read takes a mapping without the name of a type, empty for an index that has none; what it returns is shared */
    public ByMapping(Function<Map<String, Object>, T> read) {
        this.read = read;
    }

    public T of(IndexMetadata index) {
        MappingMetadata mapping = index.mapping();
        if (mapping == null) return read.apply(Map.of());
        T known = cache.get(mapping.source());
        if (known != null) return known;
        T fresh = read.apply(mapping.sourceAsMap());
        cache.put(mapping.source(), fresh);
        return fresh;
    }
}
