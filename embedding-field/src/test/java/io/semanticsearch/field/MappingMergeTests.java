package io.semanticsearch.field;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.index.mapper.MapperService;

/** What an update of a mapping may change: nothing that vectors or texts depend on. */
public class MappingMergeTests extends EmbeddingMapperTestCase {

    private String conflict(MapperService index, String field) {
        return expectThrows(IllegalArgumentException.class, () -> merge(index, "{\"meaning\": " + field + "}")).getMessage();
    }

    private static String conflicts(String... parameters) {
        return "Mapper for [meaning] conflicts with existing mapper:\n\t" + String.join("\n\t", parameters);
    }

    public void testTheSameMappingMerges() throws IOException {
        for (String field : List.of(OWN, MADE, "{\"type\": \"embedding\"}", """
                {"type": "embedding", "model": "large", "similarity": "l2", "hnsw": {"m": 8, "ef_construction": 50}}""")) {
            MapperService index = index(field);
            var before = stored(index);
            merge(index, "{\"meaning\": " + field + "}");
            assertEquals(before, stored(index));
            index.merge("_doc", before, MapperService.MergeReason.MAPPING_UPDATE);
            assertEquals(before, stored(index));
        }
    }

    public void testAnotherFieldCanBeAdded() throws IOException {
        MapperService index = index(MADE);
        Map<String, Object> before = stored(index, "meaning");
        merge(index, "{\"title\": {\"type\": \"text\"}, \"more\": {\"type\": \"embedding\", \"model\": \"other\"}}");
        assertEquals(before, stored(index, "meaning"));
        assertEquals("b2", stored(index, "more").get("space"));
    }

    public void testAMappingThatNamesNoModelKeepsTheOneThatIsThere() throws IOException {
        MapperService index = index(MADE);
        var before = stored(index);
        for (String newDefault : List.of("other", "large")) {
            catalog.defaultIs(newDefault);
            merge(index, """
                    {"meaning": {"type": "embedding", "source_fields": ["title", "body"]}}""");
            assertEquals(before, stored(index));
        }
        assertNull("how the model was chosen is not kept", stored(index, "meaning").get("model_by_default"));
    }

    /** What the transformer of mappings hands on when the default has changed. */
    public void testAMappingWhoseModelWasFilledInByDefaultKeepsTheOneThatIsThere() throws IOException {
        MapperService index = index("{\"type\": \"embedding\"}");
        var before = stored(index);
        merge(index, """
                {"meaning": {"type": "embedding", "model": "other", "dimension": 3, "space": "b2", "model_by_default": true}}""");
        assertEquals(before, stored(index));
    }

    public void testAFieldInAnObjectKeepsItsModel() throws IOException {
        String page = """
                {"page": {"properties": {"meaning": {"type": "embedding"}}}}""";
        MapperService index = indexOf(page);
        catalog.defaultIs("other");
        merge(index, page);
        assertEquals("small", stored(index, "page.meaning").get("model"));
        assertEquals("page.meaning.a1", ((EmbeddingFieldType) index.fieldType("page.meaning")).config().luceneName());
    }

    public void testAKeptModelDoesNotHideOtherChanges() throws IOException {
        MapperService index = index(MADE);
        assertEquals(conflicts("Cannot update parameter [source_fields] from [[title, body]] to [[]]"), conflict(index, """
                {"type": "embedding"}"""));
        assertEquals(conflicts("Cannot update parameter [source_fields] from [[title, body]] to [[body, title]]",
                "Cannot update parameter [similarity] from [cosine] to [l2]"), conflict(index, """
                        {"type": "embedding", "source_fields": ["body", "title"], "similarity": "l2"}"""));
    }

    public void testAnotherModelIsRefused() throws IOException {
        assertEquals(conflicts("Cannot update parameter [model] from [small] to [other]",
                "Cannot update parameter [space] from [a1] to [b2]"), conflict(index("{\"type\": \"embedding\"}"), """
                        {"type": "embedding", "model": "other"}"""));
        assertEquals(conflicts("Cannot update parameter [model] from [small] to [null]",
                "Cannot update parameter [space] from [a1] to [own]"), conflict(index("{\"type\": \"embedding\"}"), OWN));
    }

    public void testAnotherDimensionIsRefused() throws IOException {
        assertEquals(conflicts("Cannot update parameter [dimension] from [3] to [4]"), conflict(index(OWN), """
                {"type": "embedding", "dimension": 4}"""));
    }

    /** Segments of several formats stand side by side, and merging makes one of them out of the vectors themselves. */
    public void testGraphAndQuantizationCanChange() throws IOException {
        MapperService index = index("""
                {"type": "embedding", "dimension": 256}""");
        for (String field : List.of("""
                {"type": "embedding", "dimension": 256, "quantization": "binary", "hnsw": {"m": 8}}""", """
                {"type": "embedding", "dimension": 256, "quantization": "none", "hnsw": false}""", """
                {"type": "embedding", "dimension": 256, "quantization": "int4", "hnsw": {"m": 32, "ef_construction": 200}}""")) {
            merge(index, "{\"meaning\": " + field + "}");
            assertEquals(stored(index(field)), stored(index));
        }
    }

    public void testAMappingThatNamesNoQuantizationOrGraphKeepsThoseThatAreThere() throws IOException {
        MapperService index = index("""
                {"type": "embedding", "dimension": 256, "quantization": "binary", "hnsw": false}""");
        var before = stored(index);
        merge(index, """
                {"meaning": {"type": "embedding", "dimension": 256}}""");
        assertEquals(before, stored(index));
    }

    public void testAnotherTypeIsRefused() throws IOException {
        assertEquals("mapper [meaning] cannot be changed from type [embedding] to [keyword]", conflict(index(OWN), """
                {"type": "keyword"}"""));
    }

    public void testMetaCanChange() throws IOException {
        MapperService index = index(OWN);
        merge(index, """
                {"meaning": {"type": "embedding", "dimension": 3, "meta": {"owner": "search"}}}""");
        assertEquals(Map.of("owner", "search"), stored(index, "meaning").get("meta"));
        assertEquals(Map.of("owner", "search"), index.fieldType("meaning").meta());
    }
}
