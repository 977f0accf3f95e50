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
    private record Read(List<FieldConfig> fields, SourceKept source, NestedPaths nested, Map<String, String> aliases) {}

    /** How much of the source of its documents an index keeps; embedding fields do not count, for their vectors are made anew. */
    private enum SourceKept {
        WHOLE, PARTS, NONE
    }

    public FieldConfigs(ModelCatalog catalog) {
        this.read = new ByMapping<>(mapping -> read(mapping, catalog));
    }

    private static Read read(Map<String, Object> mapping, ModelCatalog catalog) {
        List<FieldConfig> fields = FieldConfig.of(mapping, catalog);
        return new Read(fields, source(mapping, fields), NestedPaths.of(mapping), aliases(mapping));
    }

    /** The fields of an index; empty for almost all indices. */
    public List<FieldConfig> of(IndexMetadata index) {
        return read.of(index).fields();
    }

    /** Whether the index has the {@code _source} of its documents. */
    public boolean keepsSource(IndexMetadata index) {
        return read.of(index).source() != SourceKept.NONE;
    }

    /** Whether the {@code _source} of its documents has all that was written, so that they can be written anew from it. */
    public boolean keepsWholeSource(IndexMetadata index) {
        return read.of(index).source() == SourceKept.WHOLE;
    }

    /** The nested objects of an index. */
    public NestedPaths nested(IndexMetadata index) {
        return read.of(index).nested();
    }

    /** The full path that a field alias stands for, whatever the type of the field there. */
    public Optional<String> behind(String alias, IndexMetadata index) {
        return Optional.ofNullable(read.of(index).aliases().get(alias));
    }

    private static SourceKept source(Map<String, Object> mapping, List<FieldConfig> fields) {
        if (!(mapping.get(SourceFieldMapper.NAME) instanceof Map<?, ?> source)) return SourceKept.WHOLE;
        if ("false".equals(String.valueOf(source.get("enabled")))) return SourceKept.NONE;
        boolean whole = names(source, "includes").isEmpty()
                && fields.stream().map(FieldConfig::path).toList().containsAll(names(source, "excludes"));
        return whole ? SourceKept.WHOLE : SourceKept.PARTS;
    }

    private static List<?> names(Map<?, ?> source, String key) {
        return source.get(key) instanceof List<?> names ? names : List.of();
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
