package io.semanticsearch.field;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.index.mapper.FieldAliasMapper;
import org.opensearch.index.mapper.SourceFieldMapper;

/** The embedding fields of indices by their metadata, and what else of a mapping those ask who search or write such fields. */
public final class FieldConfigs {

    private final ByMapping<Read> read;

    /** @param aliases the full paths that field aliases stand for, by their own */
    private record Read(List<FieldConfig> fields, boolean keepsSource, NestedPaths nested, Map<String, String> aliases) {}

    public FieldConfigs(ModelCatalog catalog) {
        this.read = new ByMapping<>(mapping -> new Read(
                FieldConfig.of(mapping, catalog), keepsSource(mapping), NestedPaths.of(mapping), aliases(mapping)));
    }

    /** The fields of an index; empty for almost all indices. */
    public List<FieldConfig> of(IndexMetadata index) {
        return read.of(index).fields();
    }

    /** Whether the index has the {@code _source} of its documents. */
    public boolean keepsSource(IndexMetadata index) {
        return read.of(index).keepsSource();
    }

    /** The nested objects of an index. */
    public NestedPaths nested(IndexMetadata index) {
        return read.of(index).nested();
    }

    /** The full path that a field alias stands for, whatever the type of the field there. */
    public Optional<String> behind(String alias, IndexMetadata index) {
        return Optional.ofNullable(read.of(index).aliases().get(alias));
    }

    private static boolean keepsSource(Map<String, Object> mapping) {
        return !(mapping.get(SourceFieldMapper.NAME) instanceof Map<?, ?> source
                && "false".equals(String.valueOf(source.get("enabled"))));
    }

    private static Map<String, String> aliases(Map<String, Object> mapping) {
        Map<String, String> aliases = new HashMap<>();
        MappedFields.forEach(mapping, (path, field) -> {
            if (FieldAliasMapper.CONTENT_TYPE.equals(field.get("type"))) {
                aliases.put(path, String.valueOf(field.get(FieldAliasMapper.Names.PATH)));
            }
        });
        return Map.copyOf(aliases);
    }
}
