package io.semanticsearch.field;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.test.OpenSearchTestCase;

/** Embedding fields as they are read from mappings in the cluster state. */
public class FieldConfigTests extends OpenSearchTestCase {

    private static final String RESOLVED = """
            {"type": "embedding", "model": "small", "dimension": 3, "space": "a1", "source_fields": ["page.title", "body"],
             "similarity": "l2", "hnsw": {"m": 8}, "meta": {"a": "b"}}""";

    private static List<FieldConfig> read(String mapping, ModelCatalog catalog) {
        Map<String, Object> map = XContentHelper.convertToMap(MediaTypeRegistry.JSON.xContent(), mapping, true);
        return FieldConfig.of(map, catalog);
    }

    private static FieldConfig config(String path) {
        return new FieldConfig(path, Optional.of("small"), "a1", 3, List.of("page.title", "body"), Similarity.L2);
    }

    public void testAStoredMappingIsReadWithoutKnowingModels() {
        assertEquals(List.of(config("meaning")),
                read("{\"_doc\": {\"properties\": {\"meaning\": " + RESOLVED + "}}}", KnownModels.none()));
        assertEquals(List.of(config("meaning")), read("{\"properties\": {\"meaning\": " + RESOLVED + "}}", KnownModels.none()));
        assertEquals("meaning.a1", config("meaning").luceneName());
    }

    public void testFieldsInObjectsAndNestedDocumentsHaveFullPaths() {
        assertEquals(List.of(config("a.meaning"), config("a.b.meaning"), config("meaning"), config("x.y")),
                read("{\"properties\": {\"a\": {\"type\": \"nested\", \"properties\": {\"meaning\": " + RESOLVED
                        + ", \"b\": {\"properties\": {\"meaning\": " + RESOLVED
                        + ", \"title\": {\"type\": \"text\"}}}}}, \"meaning\": "
                        + RESOLVED + ", \"x.y\": " + RESOLVED + "}}", KnownModels.none()));
    }

    public void testAFieldThatOnlyTakesVectors() {
        FieldConfig own = new FieldConfig("meaning", Optional.empty(), "own", 3, List.of(), Similarity.COSINE);
        assertEquals(List.of(own), read("""
                {"properties": {"meaning": {"type": "embedding", "dimension": 3, "space": "own"}}}""", KnownModels.none()));
        assertEquals(List.of(own), read("""
                {"properties": {"meaning": {"type": "embedding", "dimension": "3"}}}""", KnownModels.none()));
    }

    public void testAnOldTemplateIsResolvedByTheCatalog() {
        assertEquals(List.of(new FieldConfig("meaning", Optional.of("small"), "a1", 3, List.of("title"), Similarity.COSINE)),
                read("""
                        {"properties": {"meaning": {"type": "embedding", "source_fields": "title"}}}""", KnownModels.all()));
        assertEquals(List.of(new FieldConfig("meaning", Optional.of("large"), "c3", 3_072, List.of(), Similarity.COSINE)),
                read("""
                        {"properties": {"meaning": {"type": "embedding", "model": "large"}}}""", KnownModels.all()));
    }

    public void testWhatNoIndexCanBeCreatedFromIsLeftOut() {
        for (String field : List.of("{\"type\": \"embedding\", \"model\": \"huge\"}", """
                {"type": "embedding", "similarity": "euclidean"}""", """
                {"type": "embedding", "dimension": "many"}""", """
                {"type": "embedding", "source_fields": ["a*"]}""", """
                {"type": "embedding", "space": "own", "dimension": 3, "source_fields": ["title"]}""", "{\"type\": \"text\"}",
                "{}",
                "7")) {
            assertEquals(field, List.of(config("b")),
                    read("{\"properties\": {\"a\": " + field + ", \"b\": " + RESOLVED + "}}", KnownModels.all()));
        }
        assertEquals(List.of(), read("{}", KnownModels.all()));
    }

    public void testMappingsAreReadOnce() {
        KnownModels catalog = KnownModels.all();
        FieldConfigs configs = new FieldConfigs(catalog);
        String mapping = "{\"_doc\": {\"properties\": {\"meaning\": " + RESOLVED + "}}}";
        List<FieldConfig> first = configs.of(index("one", mapping));
        assertEquals(List.of(config("meaning")), first);
        assertSame(first, configs.of(index("one", mapping)));
        assertSame("an index with the same mapping", first, configs.of(index("two", mapping)));
        List<FieldConfig> other = configs.of(index("one", "{\"_doc\": {\"properties\": {\"more\": " + RESOLVED + "}}}"));
        assertEquals(List.of(config("more")), other);
        assertSame(first, configs.of(index("one", mapping)));
    }

    public void testAnIndexWithoutAMappingHasNoFields() {
        assertEquals(List.of(), new FieldConfigs(KnownModels.all()).of(index("one", null)));
        assertEquals(List.of(), new FieldConfigs(KnownModels.all()).of(index("one", "{\"_doc\": {}}")));
    }

    private static IndexMetadata index(String name, String mapping) {
        return IndexMetadata.builder(EmbeddingMapperTestCase.metadata(Settings.EMPTY, mapping)).index(name).build();
    }
}
