package io.semanticsearch.field;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.codec.CodecService;
import org.opensearch.index.codec.CodecServiceConfig;
import org.opensearch.index.codec.CodecServiceFactory;
import org.opensearch.index.mapper.MapperService;

/**
 * OpenSearch's codecs with the vectors of embedding fields in Lucene's own formats, up to {@value EmbeddingFieldMapper#MAX_DIMENSION}
 * dimensions, quantized and with the graph that the field says. Codec and formats keep their names, so segments are readable by stock
 * Lucene. What a mapping says counts for the segments that are written from then on; segments of several formats stand side by side.
 */
public final class EmbeddingCodecService extends CodecService {

    private final MapperService mappers;
    private final Map<VectorFormat, KnnVectorsFormat> formats = new ConcurrentHashMap<>();

    private EmbeddingCodecService(CodecServiceConfig config) {
        super(config.getMapperService(), config.getIndexSettings(), config.getLogger(), config.getAdditionalCodecs());
        this.mappers = config.getMapperService();
    }

    /** The factory for an index, if its codec is ours to supply. */
    public static Optional<CodecServiceFactory> factory(IndexSettings index) {
        return CodecRule.of(index).ours() ? Optional.of(EmbeddingCodecService::new) : Optional.empty();
    }

    @Override
    public Codec codec(String name) {
        Codec codec = super.codec(name);
        // Without mappings there is nothing to say about fields: OpenSearch asks so when it only wants to know the codec's name.
        return mappers == null ? codec : new FieldCodec(codec);
    }

    private KnnVectorsFormat format(VectorFormat format) {
        return formats.computeIfAbsent(format, VectorFormat::lucene);
    }

    private Optional<EmbeddingFieldType> embeddingField(String luceneName) {
        int dot = luceneName.lastIndexOf('.');
        if (dot < 0) return Optional.empty();
        return mappers.fieldType(luceneName.substring(0, dot)) instanceof EmbeddingFieldType type
                && type.config().in(luceneName.substring(dot + 1)).isPresent() ? Optional.of(type) : Optional.empty();
    }

    private final class FieldCodec extends FilterCodec {

        private final KnnVectorsFormat vectors;

        FieldCodec(Codec delegate) {
            super(delegate.getName(), delegate);
            KnnVectorsFormat others = delegate.knnVectorsFormat();
            this.vectors = new PerFieldKnnVectorsFormat() {
                @Override
                public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                    return embeddingField(field)
                            .map(type -> format(type.format()))
                            .orElseGet(() -> others instanceof PerFieldKnnVectorsFormat perField
                                    ? perField.getKnnVectorsFormatForField(field)
                                    : others);
                }
            };
        }

        @Override
        public KnnVectorsFormat knnVectorsFormat() {
            return vectors;
        }
    }
}
