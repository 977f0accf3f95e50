package io.semanticsearch.field;

import java.io.IOException;
import java.util.List;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.MapperService;

/** Where another codec writes the vectors, what it cannot do is refused when the field is mapped. */
public class CodecRuleTests extends EmbeddingMapperTestCase {

    private static final String LATE = "the index was made before it had a field of type [embedding]; map the field when the index is made";
    private static final String TITLE = "{\"title\": {\"type\": \"text\"}}";
    private static final String LARGE = """
            {"meaning": {"type": "embedding", "dimension": 3072}}""";
    private static final String GRAPH = """
            {"meaning": {"type": "embedding", "dimension": 3, "hnsw": {"m": 32}}}""";
    private static final String PLAIN = """
            {"meaning": {"type": "embedding", "dimension": 1024, "hnsw": {"m": 16, "ef_construction": 100}}}""";

    private static IndexSettings settings(Settings settings, String mapping) {
        return new IndexSettings(metadata(settings, mapping), Settings.EMPTY);
    }

    private static boolean offered(String mapping) {
        IndexSettings index = settings(Settings.EMPTY, mapping);
        assertEquals(EmbeddingCodecService.factory(index).isPresent(), CodecRule.of(index).ours());
        return CodecRule.of(index).ours();
    }

    private static String claim(String setting) {
        return "the index has [" + setting + "] set, so another plugin writes its vectors";
    }

    public void testTheCodecIsOfferedWhereTheMappingHasAnEmbeddingFieldOrIsNotThereYet() {
        assertTrue(offered(null));
        assertTrue(offered("{}"));
        assertTrue(offered("{\"_doc\": {}}"));
        assertTrue(offered("{\"properties\": {}}"));
        assertTrue(offered("{\"properties\": {\"meaning\": {\"type\": \"embedding\"}}}"));
        assertTrue(offered("{\"_doc\": {\"properties\": {\"a\": {\"type\": \"nested\", \"properties\": {\"b\": {\"properties\":"
                + " {\"meaning\": {\"type\": \"embedding\"}}}}}}}}"));
    }

    public void testTheCodecIsNotOfferedToOtherIndices() {
        assertFalse(offered("{\"properties\": {\"title\": {\"type\": \"text\"}}}"));
        assertFalse("a field's name is not its type", offered("{\"properties\": {\"embedding\": {\"properties\": {\"type\":"
                + " {\"type\": \"keyword\"}}}}}"));
        assertFalse(
                offered("{\"properties\": {\"title\": {\"type\": \"text\", \"fields\": {\"raw\": {\"type\": \"keyword\"}}}}}"));
    }

    public void testTheCodecStandsBackForAnotherPluginsClaim() throws IOException {
        for (String setting : List.of("index.knn", "index.sparse", "index.correlation")) {
            Settings claimed = Settings.builder().put(setting, true).build();
            assertEquals(claim(setting), CodecRule.of(settings(claimed, null)).reason().orElseThrow());
            assertTrue(EmbeddingCodecService.factory(settings(claimed, "{\"properties\": " + LARGE + "}")).isEmpty());
            assertTrue(EmbeddingCodecService.factory(settings(Settings.builder().put(setting, false).build(), null)).isPresent());
        }
    }

    public void testBesideAnotherPluginsCodecLargeVectorsAreRefused() {
        Settings knn = Settings.builder().put("index.knn", true).build();
        assertEquals(
                "Failed to parse mapping [_doc]: field [meaning]: vectors of [3072] dimensions cannot be indexed here, at most [1024]"
                        + " can: " + claim("index.knn"),
                expectThrows(MapperParsingException.class, () -> indexOf(knn, LARGE)).getMessage());
        assertEquals(
                "Failed to parse mapping [_doc]: field [meaning]: vectors of [3072] dimensions cannot be indexed here, at most [1024]"
                        + " can: " + claim("index.knn"),
                expectThrows(MapperParsingException.class, () -> indexOf(knn, """
                        {"meaning": {"type": "embedding", "model": "large"}}""")).getMessage());
    }

    public void testBesideAnotherPluginsCodecAGraphIsRefused() {
        assertEquals("Failed to parse mapping [_doc]: field [meaning]: [hnsw] would be ignored here: " + claim("index.sparse"),
                expectThrows(MapperParsingException.class,
                        () -> indexOf(Settings.builder().put("index.sparse", true).build(), GRAPH)).getMessage());
    }

    public void testBesideAnotherPluginsCodecAQuantizationIsRefused() {
        for (String quantization : List.of("int8", "int4", "binary")) {
            assertEquals("Failed to parse mapping [_doc]: field [meaning]: [quantization] [" + quantization
                    + "] would be ignored here: " + claim("index.knn"),
                    expectThrows(MapperParsingException.class,
                            () -> indexOf(Settings.builder().put("index.knn", true).build(), format("""
                                    {"meaning": {"type": "embedding", "dimension": 256, "quantization": "%s"}}""", quantization)))
                            .getMessage());
        }
        assertEquals("Failed to parse mapping [_doc]: field [meaning]: [hnsw] would be ignored here: " + claim("index.knn"),
                expectThrows(MapperParsingException.class,
                        () -> indexOf(Settings.builder().put("index.knn", true).build(), """
                                {"meaning": {"type": "embedding", "dimension": 256, "hnsw": false}}""")).getMessage());
    }

    public void testBesideAnotherPluginsCodecNothingIsQuantizedByDefault() throws IOException {
        MapperService index = indexOf(Settings.builder().put("index.knn", true).build(), PLAIN);
        assertEquals("none", stored(index, "meaning").get("quantization"));
        assertEquals("int8", stored(indexOf(PLAIN), "meaning").get("quantization"));
        assertNotNull(indexOf(Settings.builder().put("index.knn", true).build(), """
                {"meaning": {"type": "embedding", "dimension": 256, "quantization": "none"}}"""));
    }

    /** Names that custom-codecs knows; that plugin supplies the codec of such an index. */
    public void testTheCodecStandsBackForACompressionThatAnotherPluginDoes() throws IOException {
        for (String codec : List.of("zstd", "zstd_no_dict", "qat_lz4")) {
            Settings compressed = Settings.builder().put("index.codec", codec).build();
            assertEquals("the index has [index.codec] set to [" + codec + "], so another plugin writes its vectors",
                    CodecRule.of(settings(compressed, null)).reason().orElseThrow());
            assertTrue(EmbeddingCodecService.factory(settings(compressed, "{\"properties\": " + PLAIN + "}")).isEmpty());
        }
        for (String codec : List.of("default", "lz4", "best_compression", "zlib", "lucene_default")) {
            assertTrue(EmbeddingCodecService.factory(settings(Settings.builder().put("index.codec", codec).build(), null))
                    .isPresent());
        }
    }

    /** Once an index is opened again its codec is ours; a mapping that is said again must not change by that. */
    public void testAFieldThatCameLateStaysUnquantizedWhenItsMappingIsSaidAgain() throws IOException {
        MapperService late = open(Settings.EMPTY, TITLE);
        merge(late, PLAIN);
        assertEquals("none", stored(late, "meaning").get("quantization"));
        MapperService again = open(metadata(Settings.EMPTY, stored(late).string()));
        again.merge("_doc", stored(late), MapperService.MergeReason.MAPPING_RECOVERY);
        merge(again, PLAIN);
        assertEquals("none", stored(again, "meaning").get("quantization"));
        merge(again, """
                {"meaning": {"type": "embedding", "dimension": 1024, "quantization": "int4"}}""");
        assertEquals("int4", stored(again, "meaning").get("quantization"));
    }

    public void testBesideAnotherPluginsCodecOrdinaryVectorsAreTaken() throws IOException {
        assertNotNull(indexOf(Settings.builder().put("index.knn", true).build(), PLAIN).fieldType("meaning"));
    }

    public void testAnIndexThatHadAMappingWithoutTheFieldTakesOrdinaryVectorsOnly() throws IOException {
        MapperService index = open(Settings.EMPTY, TITLE);
        assertEquals(
                "Failed to parse mapping [_doc]: field [meaning]: vectors of [3072] dimensions cannot be indexed here, at most [1024]"
                        + " can: " + LATE,
                expectThrows(MapperParsingException.class, () -> merge(index, LARGE)).getMessage());
        assertEquals("Failed to parse mapping [_doc]: field [meaning]: [hnsw] would be ignored here: " + LATE,
                expectThrows(MapperParsingException.class, () -> merge(index, GRAPH)).getMessage());
        merge(index, PLAIN);
        assertNotNull(index.fieldType("meaning"));
    }

    public void testAnIndexWithoutAMappingTakesEverything() throws IOException {
        MapperService index = open(metadata(Settings.EMPTY, null));
        merge(index, LARGE);
        merge(index, """
                {"page": {"properties": {"meaning": {"type": "embedding", "dimension": 8192, "hnsw": {"m": 32}}}}}""");
        assertNotNull(index.fieldType("page.meaning"));
    }

    public void testAnIndexThatHasTheFieldOpensAgain() throws IOException {
        for (String properties : List.of(LARGE, GRAPH, PLAIN)) {
            assertNotNull(open(Settings.EMPTY, properties).fieldType("meaning"));
        }
    }
}
