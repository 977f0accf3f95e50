package io.semanticsearch.field;

import io.semanticsearch.fuzz.Mutations;
import io.semanticsearch.fuzz.Trials;
import io.semanticsearch.field.StoredVector.Origin;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.opensearch.ExceptionsHelper;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.index.mapper.DocumentMapper;
import org.opensearch.index.mapper.DocumentMapperParser;
import org.opensearch.index.mapper.MapperService;

/** Mappings and documents that are almost right are read, or refused as bad requests; never anything else. */
public class FuzzedFieldsTests extends EmbeddingMapperTestCase {

    private static final int INPUTS = 5_000;
    private static final String HASH = TextHash.of("flat tyre");

    private static final List<String> FIELDS = List.of(MADE, OWN,
            """
                    {"type": "embedding", "model": "large", "dimension": 3072, "source_fields": ["title", "body"], "similarity": "dot_product",
                     "quantization": "int8", "hnsw": {"m": 16, "ef_construction": 100}, "ignore_failure": true, "meta": {"unit": "metre"}}""",
            """
                    {"type": "embedding", "model": "small", "source_fields": ["title"], "passages": {"max_tokens": 200, "overlap_tokens": 30}}""",
            """
                    {"type": "embedding", "model": "small", "space": "a1", "dimension": 3, "source_fields": ["title"], "hnsw": false,
                     "next": {"model": "other", "space": "b2", "dimension": 3}, "previous": [{"model": "old", "space": "c0", "dimension": 4}]}""");

    private static final List<String> DOCUMENTS = List.of("""
            {"title": "flat tyre", "meaning": [0.5, 1, -2e3]}""", """
            {"title": ["flat tyre", "again"], "meaning": "AACAPwAAAEAAAEBA"}""", """
            {"title": "flat tyre", "own": [1, 2, 3], "meaning": "%s"}""".formatted(made("a1", "flat tyre", 1, 0, 0)), """
            {"title": "flat tyre", "meaning": "%s"}""".formatted(
            new StoredVector("a1", Origin.BROUGHT, HASH, new float[]{0.6f, 0.8f, 0}).encode()),
            """
                    {"title": "flat tyre", "meaning": null, "long": "%s"}"""
                    .formatted(new StoredPassages("a1", new PassageRule(200, 30), HASH,
                            List.of(new StoredPassages.Passage(0, 4, TextHash.of("flat"), new float[]{1, 0, 0}),
                                    new StoredPassages.Passage(5, 9, TextHash.of("tyre"), new float[]{0, 1, 0})))
                            .encode()));

    private static boolean isBadRequest(Throwable e) {
        int status = ExceptionsHelper.status(e).getStatus();
        return e instanceof Exception && status >= 400 && status < 500;
    }

    private static Supplier<String> mutated(long salt, List<String> valid) {
        Mutations mutations = new Mutations(salt);
        return () -> mutations.ofJson(mutations.of(valid));
    }

    private static Supplier<String> fields() {
        return mutated(81, FIELDS);
    }

    private static DocumentMapper mapper(DocumentMapperParser parser, String field) throws IOException {
        Map<String, Object> read = XContentHelper.convertToMap(new BytesArray("{\"meaning\": " + field + "}"), true,
                MediaTypeRegistry.JSON).v2();
        // What a request brings is resolved before it is parsed.
        Map<String, Object> mapping = new java.util.HashMap<>(Map.of("properties", read));
        return parser.parse("_doc", new CompressedXContent(MediaTypeRegistry.JSON.contentBuilder().map(Map.of("_doc", mapping))
                .toString()));
    }

    public void testMappingsAreReadOrRefusedAndWriteWhatReadsAsTheSame() throws IOException {
        MapperService index = indexOf("{}");
        DocumentMapperParser parser = index.documentMapperParser();
        new Trials().run(INPUTS, fields(), FuzzedFieldsTests::isBadRequest, field -> {
            DocumentMapper mapper = mapper(parser, field);
            CompressedXContent written = mapper.mappingSource();
            assertEquals(field, written, parser.parse("_doc", written).mappingSource());
        });
    }

    public void testAMappingIsMergedOrRefused() throws IOException {
        MapperService index = index(MADE);
        DocumentMapper made = index.documentMapper();
        DocumentMapperParser parser = index.documentMapperParser();
        new Trials().run(INPUTS, fields(), FuzzedFieldsTests::isBadRequest,
                field -> made.merge(mapper(parser, field).mapping(), MapperService.MergeReason.MAPPING_UPDATE));
    }

    public void testUnresolvedMappingsAreResolvedOrLeft() {
        new Trials().run(INPUTS, fields(), FuzzedFieldsTests::isBadRequest, field -> MappingResolution.resolve(XContentHelper
                .convertToMap(new BytesArray("{\"properties\": {\"meaning\": " + field + "}}"), true, MediaTypeRegistry.JSON)
                .v2(),
                catalog));
    }

    public void testDocumentsAreReadOrRefused() throws IOException {
        DocumentMapper mapper = indexOf(
                """
                        {"title": {"type": "text"}, "meaning": {"type": "embedding", "model": "small", "source_fields": ["title"]},
                         "own": {"type": "embedding", "dimension": 3},
                         "long": {"type": "embedding", "model": "small", "source_fields": ["title"], "passages": {"max_tokens": 200, "overlap_tokens": 30}}}""")
                .documentMapper();
        new Trials().run(INPUTS, mutated(82, DOCUMENTS), FuzzedFieldsTests::isBadRequest,
                document -> mapper.parse(source(document)));
    }

    /** Takes it that what a mapping says of the graph is an object. */
    public void testAPlantedMistakeIsFound() {
        AssertionError found = expectThrows(AssertionError.class,
                () -> new Trials().run(INPUTS, fields(), FuzzedFieldsTests::isBadRequest, field -> {
                    Object graph = XContentHelper.convertToMap(new BytesArray(field), true, MediaTypeRegistry.JSON).v2()
                            .get("hnsw");
                    if (graph != null && ((Map<?, ?>) graph).isEmpty()) throw new IllegalArgumentException("empty");
                }));
        assertEquals(ClassCastException.class, found.getCause().getClass());
    }
}
