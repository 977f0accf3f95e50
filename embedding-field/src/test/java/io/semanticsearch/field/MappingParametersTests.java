package io.semanticsearch.field;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.MapperService;

/** What a mapping may say, what is filled in, and how it is refused. */
public class MappingParametersTests extends EmbeddingMapperTestCase {

    private static final Map<String, Object> GRAPH = Map.of("m", 16, "ef_construction", 100);
    private static final String REFUSED = "Failed to parse mapping [_doc]: field [meaning]: ";

    public void testTheStoredMappingNamesModelSpaceAndDimension() throws IOException {
        assertEquals(Map.of("type", "embedding", "model", "small", "space", "a1", "dimension", 3, "quantization", "none", "hnsw",
                GRAPH), stored(index("""
                        {"type": "embedding"}"""), "meaning"));
        assertEquals(Map.of("type", "embedding", "model", "large", "space", "c3", "dimension", 3_072,
                "source_fields", List.of("title", "body"), "similarity", "dot_product",
                "quantization", "int8", "hnsw", Map.of("m", 32, "ef_construction", 200)), stored(index("""
                        {"type": "embedding", "model": "large", "source_fields": ["title", "body"], "similarity": "dot_product",
                         "hnsw": {"m": 32, "ef_construction": 200}}"""), "meaning"));
    }

    public void testAnAliasIsStoredAsTheModelItMeans() throws IOException {
        assertEquals("small", stored(index(format("""
                {"type": "embedding", "model": "%s"}""", KnownModels.ALIAS)), "meaning").get("model"));
    }

    public void testTheStoredMappingParsesWhereNoModelIsKnown() throws IOException {
        for (String field : List.of("{\"type\": \"embedding\"}", MADE, OWN, """
                {"type": "embedding", "model": "other", "similarity": "l2", "hnsw": {"m": 8}, "meta": {"a": "b"}}""")) {
            catalog.know(KnownModels.SMALL, KnownModels.OTHER);
            MapperService index = index(field);
            catalog.forget();
            MapperService again = createMapperService(mapping("{}"));
            again.merge("_doc", stored(index), MapperService.MergeReason.MAPPING_RECOVERY);
            assertEquals(stored(index), stored(again));
            assertEquals(((EmbeddingFieldType) index.fieldType("meaning")).config(),
                    ((EmbeddingFieldType) again.fieldType("meaning")).config());
        }
    }

    public void testTheGraphIsWrittenInAFixedOrder() throws IOException {
        assertTrue(stored(index("""
                {"type": "embedding", "dimension": 3, "hnsw": {"ef_construction": 50, "m": 8}}""")).string()
                .contains("\"hnsw\":{\"m\":8,\"ef_construction\":50}"));
    }

    public void testAFieldWithOnlyADimensionTakesVectorsOfAnyOrigin() throws IOException {
        MapperService index = index(OWN);
        assertEquals(Map.of("type", "embedding", "space", "own", "dimension", 3, "quantization", "none", "hnsw", GRAPH),
                stored(index, "meaning"));
        FieldConfig config = ((EmbeddingFieldType) index.fieldType("meaning")).config();
        assertTrue(config.model().isEmpty());
        assertEquals("meaning.own", config.luceneName());
    }

    public void testTheLuceneNameOfAFieldInAnObjectCarriesPathAndSpace() throws IOException {
        MapperService index = indexOf("{\"page\": {\"properties\": {\"meaning\": {\"type\": \"embedding\"}}}}");
        assertEquals("page.meaning.a1", ((EmbeddingFieldType) index.fieldType("page.meaning")).config().luceneName());
    }

    public void testUnknownModels() {
        assertEquals(
                "Failed to parse mapping [_doc]: field [meaning]: unknown model [huge]; defined are [small, other, large]. Define it"
                        + " with PUT /_plugins/_semantic/models/huge",
                mappingRefusal("""
                        {"type": "embedding", "model": "huge"}"""));
        catalog.defaultIs("gone");
        assertEquals(
                "Failed to parse mapping [_doc]: field [meaning]: unknown model [gone]; defined are [small, other, large]. Define it"
                        + " with PUT /_plugins/_semantic/models/gone or change the setting [plugins.semantic.default_model]",
                mappingRefusal("""
                        {"type": "embedding"}"""));
    }

    public void testADimensionThatTheModelDoesNotMake() {
        assertEquals(REFUSED
                + "[dimension] is [4] but model [small] makes vectors of [3]; leave [dimension] out, or define a model with"
                + " that [dimensions]", mappingRefusal("""
                        {"type": "embedding", "model": "tiny", "dimension": 4}"""));
        assertEquals(REFUSED
                + "[dimension] is [4] but model [small] makes vectors of [3]; leave [dimension] out, or define a model with"
                + " that [dimensions]", mappingRefusal("""
                        {"type": "embedding", "source_fields": "title", "dimension": 4}"""));
    }

    public void testDimensions() throws IOException {
        for (String value : List.of("0", "-1", "2.5", "\"many\"", "true")) {
            assertEquals(REFUSED + "[dimension] is [" + value.replace("\"", "") + "]; expected a whole number from 1 to 8192",
                    mappingRefusal("{\"type\": \"embedding\", \"dimension\": " + value + "}"));
        }
        assertEquals(REFUSED + "[dimension] is [8193]; at most [8192] can be indexed", mappingRefusal("""
                {"type": "embedding", "dimension": 8193}"""));
        assertEquals(8_192, ((EmbeddingFieldType) index("""
                {"type": "embedding", "dimension": "8192"}""").fieldType("meaning")).config().dimension());
    }

    public void testSpaces() {
        assertEquals(
                "Failed to parse mapping [_doc]: field [meaning] names the [space] [a1] without its [dimension]; give both or, better,"
                        + " neither",
                mappingRefusal("""
                        {"type": "embedding", "space": "a1"}"""));
        assertEquals(
                "Failed to parse mapping [_doc]: field [meaning] has [source_fields] in the [space] [own] without the [model] that"
                        + " embeds them; name it, or leave the [space] out",
                mappingRefusal("""
                        {"type": "embedding", "space": "own", "dimension": 3, "source_fields": ["title"]}"""));
        for (String space : List.of("a.b", "a:b", "", " ")) {
            assertEquals(REFUSED + "[space] is [" + space + "]; expected letters, digits, [_] and [-]",
                    mappingRefusal("{\"type\": \"embedding\", \"dimension\": 3, \"space\": \"" + space + "\"}"));
        }
    }

    public void testModelNames() {
        assertEquals(REFUSED + "[model] is [ ]; expected the id of a model", mappingRefusal("""
                {"type": "embedding", "model": " "}"""));
        assertEquals(REFUSED + "[model] is [7]; expected the id of a model", mappingRefusal("""
                {"type": "embedding", "model": 7}"""));
    }

    public void testUnknownParameters() {
        assertEquals("Failed to parse mapping [_doc]: unknown parameter [dims] on mapper [meaning] of type [embedding]",
                mappingRefusal("""
                        {"type": "embedding", "dims": 3}"""));
        assertEquals(
                "Failed to parse mapping [_doc]: [similarity] on mapper [meaning] of type [embedding] must not have a [null] value",
                mappingRefusal("""
                        {"type": "embedding", "dimension": 3, "similarity": null}"""));
    }

    public void testSimilarities() {
        assertEquals(REFUSED + "unknown [similarity] [euclidean]; expected one of [cosine, dot_product, l2]", mappingRefusal("""
                {"type": "embedding", "dimension": 3, "similarity": "euclidean"}"""));
    }

    public void testGraphs() {
        assertEquals(REFUSED + "[hnsw.m] is [1]; expected 2 to 512", hnswRefusal("{\"m\": 1}"));
        assertEquals(REFUSED + "[hnsw.m] is [513]; expected 2 to 512", hnswRefusal("{\"m\": 513}"));
        assertEquals(REFUSED + "[hnsw.m] is [x]; expected a whole number", hnswRefusal("{\"m\": \"x\"}"));
        assertEquals(REFUSED + "[hnsw.ef_construction] is [1]; expected 2 to 3200", hnswRefusal("{\"ef_construction\": 1}"));
        assertEquals(REFUSED + "[hnsw.ef_construction] is [3201]; expected 2 to 3200",
                hnswRefusal("{\"ef_construction\": 3201}"));
        assertEquals(REFUSED + "[hnsw] has unknown keys [ef, k]; known are [m, ef_construction]",
                hnswRefusal("{\"k\": 1, \"m\": 8, \"ef\": 2}"));
        assertEquals(
                REFUSED + "[hnsw] is [16]; expected an object like {\"m\": 16, \"ef_construction\": 100}, or false for no graph",
                hnswRefusal("16"));
    }

    public void testWithoutAGraphAllVectorsAreCompared() throws IOException {
        MapperService index = index("""
                {"type": "embedding", "dimension": 3, "hnsw": false}""");
        assertEquals(false, stored(index, "meaning").get("hnsw"));
        assertEquals(Hnsw.FLAT, ((EmbeddingFieldType) index.fieldType("meaning")).format().hnsw());
        assertEquals(REFUSED + "[hnsw.m] is [0]; expected 2 to 512", hnswRefusal("{\"m\": 0}"));
        assertEquals(REFUSED + "[hnsw] has an [m] of [0]; for no graph say \"hnsw\": false",
                hnswRefusal("{\"m\": 0, \"ef_construction\": 0}"));
    }

    public void testQuantizations() throws IOException {
        for (Quantization quantization : Quantization.values()) {
            MapperService index = index(format("""
                    {"type": "embedding", "dimension": 256, "quantization": "%s"}""", quantization));
            assertEquals(quantization.wireName(), stored(index, "meaning").get("quantization"));
            assertEquals(quantization, ((EmbeddingFieldType) index.fieldType("meaning")).quantization());
        }
        for (String value : List.of("int7", "INT8", "", "8")) {
            assertEquals(REFUSED + "unknown [quantization] [" + value + "]; expected one of [none, int8, int4, binary]",
                    mappingRefusal(format("""
                            {"type": "embedding", "dimension": 256, "quantization": "%s"}""", value)));
        }
    }

    public void testOneBitADimensionNeedsManyDimensions() {
        assertEquals(
                REFUSED + "[quantization] is [binary] for vectors of [255] dimensions; one bit a dimension tells too little below"
                        + " [256], use [int4] or [int8]",
                mappingRefusal("""
                        {"type": "embedding", "dimension": 255, "quantization": "binary"}"""));
        assertEquals(
                REFUSED + "[quantization] is [binary] for vectors of [3] dimensions; one bit a dimension tells too little below"
                        + " [256], use [int4] or [int8]",
                mappingRefusal("""
                        {"type": "embedding", "model": "small", "quantization": "binary"}"""));
    }

    public void testVectorsThatAreNotSmallAreQuantizedByDefault() throws IOException {
        assertEquals("none", stored(index("{\"type\": \"embedding\", \"dimension\": 63}"), "meaning").get("quantization"));
        assertEquals("int8", stored(index("{\"type\": \"embedding\", \"dimension\": 64}"), "meaning").get("quantization"));
    }

    public void testASourceOfItsOwnMakingCannotKeepVectors() {
        Settings derived = Settings.builder().put("index.derived_source.enabled", true).build();
        MapperParsingException refused = expectThrows(MapperParsingException.class, () -> indexOf(derived, """
                {"page": {"properties": {"meaning": {"type": "embedding", "dimension": 3}}}}"""));
        assertTrue(refused.getMessage(),
                refused.getMessage().contains("field [page.meaning] of type [embedding] cannot be mapped where"
                        + " [index.derived_source.enabled] is true: the text and the hash by which a vector is known to be fresh are kept in"
                        + " [_source] alone; leave that setting out"));
    }

    private String hnswRefusal(String hnsw) {
        return mappingRefusal("{\"type\": \"embedding\", \"dimension\": 3, \"hnsw\": " + hnsw + "}");
    }

    public void testSourceFields() throws IOException {
        assertEquals(List.of("title"), ((EmbeddingFieldType) index("""
                {"type": "embedding", "source_fields": "title"}""").fieldType("meaning")).config().sourceFields());
        assertEquals(REFUSED + "[source_fields] holds [7]; expected names of fields, like [\"title\", \"body\"]",
                sourcesRefusal("[7]"));
        assertEquals(REFUSED + "[source_fields] holds []; expected names of fields, like [\"title\", \"body\"]",
                sourcesRefusal("[\"\"]"));
        assertEquals(REFUSED + "[source_fields] holds [{a=b}]; expected names of fields, like [\"title\", \"body\"]",
                sourcesRefusal("{\"a\": \"b\"}"));
        assertEquals(REFUSED + "[source_fields] holds [page.*]; name each field, wildcards are not read",
                sourcesRefusal("[\"page.*\"]"));
        assertEquals(REFUSED + "[source_fields] holds [title] twice", sourcesRefusal("[\"title\", \"body\", \"title\"]"));
    }

    private String sourcesRefusal(String sources) {
        return mappingRefusal("{\"type\": \"embedding\", \"model\": \"small\", \"source_fields\": " + sources + "}");
    }

    public void testAFieldIsNotMadeOfVectors() throws IOException {
        assertEquals(
                REFUSED + "[source_fields] holds [meaning], which holds the field itself; name the fields that hold the text",
                sourcesRefusal("[\"meaning\"]"));
        String page = """
                {"page": {"properties": {"title": {"type": "embedding", "source_fields": ["%s"]}}}}""";
        assertEquals(
                "Failed to parse mapping [_doc]: field [page.title]: [source_fields] holds [page.title], which holds the field itself;"
                        + " name the fields that hold the text",
                expectThrows(MapperParsingException.class,
                        () -> indexOf(format(page, "page.title"))).getMessage());
        assertEquals(
                "Failed to parse mapping [_doc]: field [page.title]: [source_fields] holds [page], which holds the field itself;"
                        + " name the fields that hold the text",
                expectThrows(MapperParsingException.class,
                        () -> indexOf(format(page, "page"))).getMessage());
        assertNotNull("a field of the same name elsewhere is another field",
                indexOf(format(page, "title")).fieldType("page.title"));
        assertEquals("field [b]: [source_fields] holds [a], which holds vectors; name the fields that hold the text",
                expectThrows(MapperParsingException.class, () -> indexOf("""
                        {"a": {"type": "embedding"}, "b": {"type": "embedding", "source_fields": ["a"]}}""")).getMessage());
    }
}
