package io.semanticsearch.field;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.codec.CodecService;
import org.opensearch.index.codec.CodecServiceConfig;
import org.opensearch.index.codec.CodecServiceFactory;
import org.opensearch.index.mapper.MapperService;

/**
 * OpenSearch's codecs with the vectors of embedding fields in Lucene's own HNSW format, up to {@value EmbeddingFieldMapper#MAX_DIMENSION}
 * dimensions and with the field's graph parameters. Codec and format keep their names, so segments are readable by stock Lucene.
 */
public final class EmbeddingCodecService extends CodecService {

    private final MapperService mappers;
    private final Map<Hnsw, KnnVectorsFormat> formats = new ConcurrentHashMap<>();

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

    private KnnVectorsFormat format(Hnsw hnsw) {
        return formats.computeIfAbsent(hnsw, h -> new WideFormat(new Lucene99HnswVectorsFormat(h.m(), h.efConstruction())));
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
                            .map(type -> format(type.hnsw()))
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

    /** A format under its own name that takes more dimensions. */
    private static final class WideFormat extends KnnVectorsFormat {

        private final KnnVectorsFormat delegate;

        WideFormat(KnnVectorsFormat delegate) {
            super(delegate.getName());
            this.delegate = delegate;
        }

        @Override
        public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws java.io.IOException {
            return delegate.fieldsWriter(state);
        }

        @Override
        public KnnVectorsReader fieldsReader(SegmentReadState state) throws java.io.IOException {
            return delegate.fieldsReader(state);
        }

        @Override
        public int getMaxDimensions(String field) {
            return EmbeddingFieldMapper.MAX_DIMENSION;
        }
    }
}
