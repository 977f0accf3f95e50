package io.semanticsearch.field;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    private static final String CODEC = "index.codec";

    /** Settings by which k-NN, neural-search and security-analytics claim the codec of an index. */
    private static final List<String> CLAIMS = List.of("index.knn", "index.sparse", "index.correlation");

    /** Codecs of OpenSearch itself; for any other [index.codec] a plugin, like custom-codecs for zstd, supplies it. */
    private static final Set<String> OWN_CODECS = Set.of("default", "lz4", "best_compression", "zlib", "lucene_default");

    /** What stock Lucene indexes. */
    private static final int STOCK_DIMENSION = 1_024;

    /** Vectors of fewer dimensions are small as they are; the terms that go with 8 bits a number take 16 bytes more. */
    private static final int QUANTIZED_DIMENSION = 64;

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
        String codec = settings.get(CODEC, "default");
        if (!OWN_CODECS.contains(codec)) {
            return new CodecRule(Optional.of("the index has [" + CODEC + "] set to [" + codec
                    + "], so another plugin writes its vectors"));
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

    /** What a field gets whose mapping says nothing of it. */
    Quantization quantization(int dimension) {
        return ours() && dimension >= QUANTIZED_DIMENSION ? Quantization.INT8 : Quantization.NONE;
    }

    void check(String field, int dimension, VectorFormat format) {
        if (ours()) return;
        if (dimension > STOCK_DIMENSION) {
            throw new MapperParsingException(
                    "field [" + field + "]: vectors of [" + dimension + "] dimensions cannot be indexed here, at most ["
                            + STOCK_DIMENSION + "] can: " + reason.get());
        }
        if (format.quantization() != Quantization.NONE) {
            throw new MapperParsingException("field [" + field + "]: [quantization] [" + format.quantization()
                    + "] would be ignored here: " + reason.get());
        }
        if (!format.hnsw().equals(Hnsw.DEFAULT)) {
            throw new MapperParsingException("field [" + field + "]: [hnsw] would be ignored here: " + reason.get());
        }
    }

    private static boolean hasEmbedding(Map<?, ?> properties) {
        return properties.values().stream().anyMatch(child -> child instanceof Map<?, ?> field
                && (FieldConfig.TYPE.equals(field.get("type"))
                        || field.get("properties") instanceof Map<?, ?> inner && hasEmbedding(inner)));
    }
}
