package io.semanticsearch.field;

import java.util.List;
import java.util.Map;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.MappingMetadata;
import org.opensearch.common.cache.Cache;
import org.opensearch.common.cache.CacheBuilder;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.index.mapper.SourceFieldMapper;

/** The embedding fields of indices by their metadata. Mappings are read once and kept, because every bulk and every search asks. */
public final class FieldConfigs {

    private static final int KEPT = 10_000;

    private final ModelCatalog catalog;
    private final Cache<CompressedXContent, Read> cache = CacheBuilder
            .<CompressedXContent, Read>builder().setMaximumWeight(KEPT).build();

    private record Read(List<FieldConfig> fields, boolean keepsSource) {}

    public FieldConfigs(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    /** The fields of an index; empty for almost all indices. */
    public List<FieldConfig> of(IndexMetadata index) {
        return read(index).fields();
    }

    /** Whether the index has the {@code _source} of its documents. */
    public boolean keepsSource(IndexMetadata index) {
        return read(index).keepsSource();
    }

    private Read read(IndexMetadata index) {
        MappingMetadata mapping = index.mapping();
        if (mapping == null) return new Read(List.of(), true);
        Read known = cache.get(mapping.source());
        if (known != null) return known;
        Map<String, Object> tree = mapping.sourceAsMap();
        boolean disabled = tree.get(SourceFieldMapper.NAME) instanceof Map<?, ?> source
                && "false".equals(String.valueOf(source.get("enabled")));
        Read read = new Read(FieldConfig.of(tree, catalog), !disabled);
        cache.put(mapping.source(), read);
        return read;
    }
}
