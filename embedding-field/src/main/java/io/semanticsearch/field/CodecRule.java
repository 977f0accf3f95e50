package io.semanticsearch.field;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.cluster.metadata.MappingMetadata;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.MapperParsingException;

/**
 * Whether an index writes its vectors through {@link EmbeddingCodecService}. Only one plugin may supply the codec of an index, so ours
 * stands back where another's does, and where it was not offered when the index was opened. What would be lost without it is refused
 * when the mapping is made.
 *
 * @param reason why the index has another codec, if it has
 */
record CodecRule(Optional<String> reason) {

    /** Settings by which k-NN, neural-search and security-analytics claim the codec of an index. */
    private static final List<String> CLAIMS = List.of("index.knn", "index.sparse", "index.correlation");

    /** What stock Lucene indexes. */
    private static final int STOCK_DIMENSION = 1_024;

    static CodecRule of(Mapper.TypeParser.ParserContext context) {
        return of(context.mapperService().getIndexSettings());
    }

    static CodecRule of(IndexSettings index) {
        Settings settings = index.getSettings();
        for (String claim : CLAIMS) {
            if (settings.getAsBoolean(claim, false)) {
                return new CodecRule(Optional.of("the index has [" + claim + "] set, so another plugin writes its vectors"));
            }
        }
        if (offered(index)) return new CodecRule(Optional.empty());
        return new CodecRule(Optional
                .of("the index was made before it had a field of type [embedding]; map the field when the index is made"));
    }

    /** Whether the codec is offered to this index: it has an embedding field, or no mapping yet and so may get one. */
    static boolean offered(IndexSettings index) {
        MappingMetadata mapping = index.getIndexMetadata().mapping();
        if (mapping == null) return true;
        Map<String, Object> source = mapping.sourceAsMap();
        return !(source.get("properties") instanceof Map<?, ?> properties) || properties.isEmpty() || hasEmbedding(properties);
    }

    boolean ours() {
        return reason.isEmpty();
    }

    void check(String field, int dimension, Hnsw hnsw) {
        if (ours()) return;
        if (dimension > STOCK_DIMENSION) {
            throw new MapperParsingException(
                    "field [" + field + "]: vectors of [" + dimension + "] dimensions cannot be indexed here, at most ["
                            + STOCK_DIMENSION + "] can: " + reason.get());
        }
        if (!hnsw.equals(Hnsw.DEFAULT)) {
            throw new MapperParsingException("field [" + field + "]: [hnsw] would be ignored here: " + reason.get());
        }
    }

    private static boolean hasEmbedding(Map<?, ?> properties) {
        return properties.values().stream().anyMatch(child -> child instanceof Map<?, ?> field
                && (FieldConfig.TYPE.equals(field.get("type"))
                        || field.get("properties") instanceof Map<?, ?> inner && hasEmbedding(inner)));
    }
}
