package io.semanticsearch.field;

import java.util.List;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.MappingMetadata;
import org.opensearch.common.cache.Cache;
import org.opensearch.common.cache.CacheBuilder;
import org.opensearch.common.compress.CompressedXContent;

/** The embedding fields of indices by their metadata. Mappings are read once and kept, because every bulk and every search asks. */
public final class FieldConfigs {

    private static final int KEPT = 10_000;

    private final ModelCatalog catalog;
    private final Cache<CompressedXContent, List<FieldConfig>> cache = CacheBuilder
            .<CompressedXContent, List<FieldConfig>>builder().setMaximumWeight(KEPT).build();

    public FieldConfigs(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    /** The fields of an index; empty for almost all indices. */
    public List<FieldConfig> of(IndexMetadata index) {
        MappingMetadata mapping = index.mapping();
        if (mapping == null) return List.of();
        List<FieldConfig> known = cache.get(mapping.source());
        if (known != null) return known;
        List<FieldConfig> read = FieldConfig.of(mapping.sourceAsMap(), catalog);
        cache.put(mapping.source(), read);
        return read;
    }
}
