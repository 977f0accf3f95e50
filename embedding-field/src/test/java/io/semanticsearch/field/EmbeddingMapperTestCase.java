package io.semanticsearch.field;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.IndexableField;
import org.opensearch.Version;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.mapper.MapperServiceTestCase;
import org.opensearch.index.mapper.ParseContext;
import org.opensearch.index.mapper.ParsedDocument;
import org.opensearch.index.similarity.SimilarityService;
import org.opensearch.indices.IndicesModule;
import org.opensearch.indices.mapper.MapperRegistry;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.script.ScriptService;

/** Indices with embedding fields, mapped in JSON, on OpenSearch's own mapper service. */
abstract class EmbeddingMapperTestCase extends MapperServiceTestCase {

    /** Three dimensions that only take vectors. */
    static final String OWN = """
            {"type": "embedding", "dimension": 3}""";

    /** Embeds [title] and [body] by the model [small]. */
    static final String MADE = """
            {"type": "embedding", "model": "small", "source_fields": ["title", "body"]}""";

    final KnownModels catalog = KnownModels.all();

    /** The field type as the plugin registers it. */
    static final class FieldPlugin extends Plugin implements MapperPlugin {

        private final ModelCatalog catalog;

        FieldPlugin(ModelCatalog catalog) {
            this.catalog = catalog;
        }

        @Override
        public Map<String, Mapper.TypeParser> getMappers() {
            return Map.of(FieldConfig.TYPE, EmbeddingFieldMapper.parser(catalog));
        }
    }

    @Override
    protected Collection<? extends Plugin> getPlugins() {
        return List.of(new FieldPlugin(catalog));
    }

    /** An index whose only field is [meaning]. */
    MapperService index(String field) throws IOException {
        return indexOf("{\"meaning\": " + field + "}");
    }

    /** An index with these properties. */
    MapperService indexOf(String properties) throws IOException {
        return createMapperService(mapping(properties));
    }

    MapperService indexOf(Settings settings, String properties) throws IOException {
        return createMapperService(Settings.builder().put(getIndexSettings()).put(settings).build(), mapping(properties));
    }

    /** An index as a node opens it: with the mapping that the cluster state holds. */
    MapperService open(Settings settings, String properties) throws IOException {
        XContentBuilder mapping = mapping(properties);
        MapperService index = open(metadata(settings, mapping.toString()));
        merge(index, MapperService.MergeReason.MAPPING_RECOVERY, mapping);
        return index;
    }

    static IndexMetadata metadata(Settings settings, String mapping) {
        IndexMetadata.Builder metadata = IndexMetadata.builder("index")
                .settings(Settings.builder().put(IndexMetadata.SETTING_VERSION_CREATED, Version.CURRENT).put(settings))
                .numberOfShards(1)
                .numberOfReplicas(0);
        try {
            return (mapping == null ? metadata : metadata.putMapping(mapping)).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    MapperService open(IndexMetadata metadata) {
        IndexSettings settings = new IndexSettings(metadata, Settings.EMPTY);
        MapperRegistry mappers = new IndicesModule(List.of(new FieldPlugin(catalog))).getMapperRegistry();
        ScriptService scripts = new ScriptService(Settings.EMPTY, Map.of(), Map.of());
        return new MapperService(
                settings,
                createIndexAnalyzers(settings),
                xContentRegistry(),
                new SimilarityService(settings, scripts, Map.of()),
                mappers,
                () -> {
                    throw new UnsupportedOperationException();
                },
                () -> true,
                scripts);
    }

    static XContentBuilder mapping(String properties) throws IOException {
        Map<String, Object> parsed = XContentHelper.convertToMap(MediaTypeRegistry.JSON.xContent(), properties, true);
        return XContentFactory.jsonBuilder().map(Map.of("_doc", Map.of("properties", parsed)));
    }

    void merge(MapperService index, String properties) throws IOException {
        merge(index, mapping(properties));
    }

    /** What the cluster state keeps of an index. */
    static CompressedXContent stored(MapperService index) {
        return index.documentMapper().mappingSource();
    }

    /** The stored mapping of one field. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> stored(MapperService index, String field) {
        Map<String, Object> mapping = XContentHelper.convertToMap(
                new BytesArray(stored(index).string()), true, MediaTypeRegistry.JSON).v2();
        Map<String, Object> node = (Map<String, Object>) mapping.get("_doc");
        for (String name : field.split("\\."))
            node = (Map<String, Object>) ((Map<String, Object>) node.get("properties")).get(name);
        return node;
    }

    ParsedDocument parse(MapperService index, String document) {
        return index.documentMapper().parse(source(document));
    }

    /** The vector that Lucene gets under this name, or null. */
    static float[] vector(ParseContext.Document document, String luceneName) {
        IndexableField[] fields = document.getFields(luceneName);
        if (fields.length == 0) return null;
        assertEquals(1, fields.length);
        return ((KnnFloatVectorField) fields[0]).vectorValue();
    }

    /** Why a document is refused: the whole message of the cause. */
    String refusal(MapperService index, String document) {
        MapperParsingException refused = expectThrows(MapperParsingException.class, () -> parse(index, document));
        assertNotNull("no reason is given: " + refused.getMessage(), refused.getCause());
        return refused.getCause().getMessage();
    }

    /** Why a mapping of [meaning] is refused: the whole message. */
    String mappingRefusal(String field) {
        return expectThrows(MapperParsingException.class, () -> index(field)).getMessage();
    }

    /** A vector as a JSON array. */
    static String json(float[] vector) {
        return Arrays.toString(vector);
    }

    static float[] randomVector(int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) vector[i] = random().nextFloat() * 2 - 1;
        return vector;
    }

    static String made(String space, String text, float... vector) {
        return new StoredVector(space, StoredVector.Origin.MADE, TextHash.of(text), vector).encode();
    }

    static String format(String message, Object... values) {
        return String.format(Locale.ROOT, message, values);
    }
}
