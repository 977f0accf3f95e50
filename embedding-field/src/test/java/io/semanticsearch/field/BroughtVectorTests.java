package io.semanticsearch.field;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.document.KnnFloatVectorField;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.mapper.SourceToParse;

/** Vectors that documents bring: what is indexed and what is refused. */
public class BroughtVectorTests extends EmbeddingMapperTestCase {

    private static final String L2 = """
            {"type": "embedding", "dimension": 3, "similarity": "l2"}""";

    private static final String EXPECTED = "expected an array of [3] numbers or base64 of little-endian float32, got ";

    public void testNumbersAreIndexedUnderTheNameOfTheSpace() throws IOException {
        var document = parse(index(L2), """
                {"meaning": [1, -2.5, 3e2]}""").rootDoc();
        assertArrayEquals(new float[]{1, -2.5f, 300}, vector(document, "meaning.own"), 0);
        assertEquals(1, document.getFields("meaning").length);
        assertEquals(1L, document.getField("meaning").numericValue());
    }

    public void testBase64IsIndexedLikeNumbers() throws IOException {
        float[] brought = {0.1f, -2.5f, 300};
        var document = parse(index(L2), "{\"meaning\": \"" + VectorBytes.encode(brought) + "\"}").rootDoc();
        assertArrayEquals(brought, vector(document, "meaning.own"), 0);
    }

    public void testEverySimilarityIsIndexedByLucenesFunctionForIt() throws IOException {
        for (Similarity similarity : Similarity.values()) {
            var document = parse(index(format("""
                    {"type": "embedding", "dimension": 2, "similarity": "%s"}""", similarity.wireName())), """
                    {"meaning": [3, 4]}""").rootDoc();
            VectorSimilarityFunction function = ((KnnFloatVectorField) document.getField("meaning.own")).fieldType()
                    .vectorSimilarityFunction();
            assertEquals(similarity.function(), function);
        }
    }

    public void testCosineIsIndexedAtUnitLength() throws IOException {
        var document = parse(index("""
                {"type": "embedding", "dimension": 2}"""), """
                {"meaning": [3, 4]}""").rootDoc();
        assertArrayEquals(new float[]{0.6f, 0.8f}, vector(document, "meaning.own"), 1e-7f);
    }

    public void testNoVectorMeansNothingIsIndexed() throws IOException {
        for (String document : List.of("{}", "{\"meaning\": null}", "{\"title\": \"x\"}")) {
            var parsed = parse(index(OWN), document).rootDoc();
            assertNull(vector(parsed, "meaning.own"));
            assertNull(parsed.getField("meaning"));
        }
    }

    public void testLargeVectorsAreIndexed() throws IOException {
        for (int dimension : new int[]{3_072, 8_192}) {
            MapperService index = index(format("""
                    {"type": "embedding", "dimension": %d, "similarity": "l2"}""", dimension));
            float[] brought = randomVector(dimension);
            assertArrayEquals(brought, vector(parse(index, "{\"meaning\": " + json(brought) + "}").rootDoc(), "meaning.own"), 0);
        }
    }

    public void testAWrongLengthIsRefused() throws IOException {
        MapperService index = index(OWN);
        assertEquals("the vector has [2] dimensions, the field is mapped with [3]", refusal(index, """
                {"meaning": [1, 2]}"""));
        assertEquals("the vector has [5] dimensions, the field is mapped with [3]", refusal(index, """
                {"meaning": [1, 2, 3, 4, 5]}"""));
        assertEquals("the vector has [0] dimensions, the field is mapped with [3]", refusal(index, """
                {"meaning": []}"""));
        assertEquals("the vector has [4] dimensions, the field is mapped with [3]", refusal(index,
                "{\"meaning\": \"" + VectorBytes.encode(new float[]{1, 2, 3, 4}) + "\"}"));
    }

    public void testTheMessageOfARefusedDocumentSaysFieldDocumentAndReason() throws IOException {
        MapperParsingException refused = expectThrows(MapperParsingException.class, () -> parse(index(OWN), """
                {"meaning": [1, 2]}"""));
        assertEquals("failed to parse field [meaning] of type [embedding] in document with id '1': the vector has [2] dimensions,"
                + " the field is mapped with [3]", refused.getMessage());
    }

    public void testARefusalDoesNotRepeatTheVector() throws IOException {
        MapperService index = index("""
                {"type": "embedding", "dimension": 4096}""");
        MapperParsingException refused = expectThrows(MapperParsingException.class,
                () -> parse(index, "{\"meaning\": \"" + VectorBytes.encode(randomVector(4_000)) + "\"}"));
        assertTrue(refused.getMessage(), refused.getMessage().length() < 300);
    }

    public void testNumbersThatAreNotFiniteAreRefused() throws IOException {
        MapperService index = index(OWN);
        assertEquals("the vector holds [Infinity] at position [1]; expected finite float32 numbers", refusal(index, """
                {"meaning": [1, 1e60, 3]}"""));
        assertEquals("the vector holds [-Infinity] at position [2]; expected finite float32 numbers", refusal(index, """
                {"meaning": [1, 2, -1e60]}"""));
        assertEquals("the vector holds [NaN] at position [0]; expected finite float32 numbers", refusal(index,
                "{\"meaning\": \"" + VectorBytes.encode(new float[]{Float.NaN, 2, 3}) + "\"}"));
        assertEquals("the vector holds [NaN] at position [2]; expected a number", refusal(index, """
                {"meaning": [1, 2, "NaN"]}"""));
    }

    public void testZeroHasNoDirectionUnderCosineButIsAPointUnderL2() throws IOException {
        String zero = """
                {"meaning": [0, 0, 0]}""";
        assertEquals(
                "a vector of zeros has no direction, so [cosine] cannot compare it; leave it out or use [dot_product] or [l2]",
                refusal(index(OWN), zero));
        assertArrayEquals(new float[3], vector(parse(index(L2), zero).rootDoc(), "meaning.own"), 0);
        assertNotNull(vector(parse(index("""
                {"type": "embedding", "dimension": 3, "similarity": "dot_product"}"""), zero).rootDoc(), "meaning.own"));
    }

    public void testTheSmallestVectorHasADirection() throws IOException {
        var document = parse(index(OWN), """
                {"meaning": [1.4e-45, 0, 0]}""").rootDoc();
        assertArrayEquals(new float[]{1, 0, 0}, vector(document, "meaning.own"), 0);
    }

    public void testTextInPlaceOfAVectorIsRefused() throws IOException {
        MapperService index = index(OWN);
        assertEquals("a text stands where a vector belongs: [how to mend a tyre]; expected an array of numbers or base64 of"
                + " little-endian float32", refusal(index, """
                        {"meaning": "how to mend a tyre"}"""));
        assertEquals(
                "a text stands where a vector belongs: [" + "long text ".repeat(4) + "…]; expected an array of numbers or base64"
                        + " of little-endian float32",
                refusal(index, "{\"meaning\": \"" + "long text ".repeat(100) + "\"}"));
        assertEquals("a base64 vector of [3] bytes is no whole number of floats; expected base64 of little-endian float32",
                refusal(index, """
                        {"meaning": "tyre"}"""));
        assertEquals("a base64 vector of [0] bytes is no whole number of floats; expected base64 of little-endian float32",
                refusal(index, """
                        {"meaning": ""}"""));
    }

    public void testOtherValuesAreRefused() throws IOException {
        MapperService index = index(OWN);
        assertEquals(EXPECTED + "an object", refusal(index, """
                {"meaning": {"vector": [1, 2, 3]}}"""));
        assertEquals(EXPECTED + "[7.5]", refusal(index, """
                {"meaning": 7.5}"""));
        assertEquals(EXPECTED + "[true]", refusal(index, """
                {"meaning": true}"""));
    }

    public void testOtherElementsAreRefused() throws IOException {
        MapperService index = index(OWN);
        assertEquals("the vector holds [an array] at position [0]; expected a number", refusal(index, """
                {"meaning": [[1, 2, 3], [4, 5, 6]]}"""));
        assertEquals("the vector holds [an object] at position [1]; expected a number", refusal(index, """
                {"meaning": [1, {"x": 2}, 3]}"""));
        assertEquals("the vector holds [null] at position [2]; expected a number", refusal(index, """
                {"meaning": [1, 2, null]}"""));
        assertEquals("the vector holds [2] at position [1]; expected a number", refusal(index, """
                {"meaning": [1, "2", 3]}"""));
        assertEquals("the vector holds [false] at position [0]; expected a number", refusal(index, """
                {"meaning": [false, 2, 3]}"""));
    }

    /** Dropping a vector without a word would leave a document that cannot be found. */
    public void testIgnoreMalformedOfTheIndexDropsNoVector() throws IOException {
        MapperService index = indexOf(Settings.builder().put("index.mapping.ignore_malformed", true).build(),
                "{\"meaning\": " + OWN + "}");
        assertEquals("the vector has [2] dimensions, the field is mapped with [3]", refusal(index, """
                {"meaning": [1, 2]}"""));
        assertEquals("the vector holds [an array] at position [0]; expected a number", refusal(index, """
                {"meaning": [[1, 2, 3], [4, 5, 6]]}"""));
    }

    public void testAVectorHeldInAMapIsReadAsTheMapperReadsIt() throws IOException {
        MapperService index = index(L2);
        List<Object> values = new ArrayList<>(List.of(
                "x", "", "AAAA", 7.5, true, List.of(), List.of(1, 2), List.of(1, 2, 1e60), List.of(1, "2", 3),
                List.of(List.of(1, 2, 3)), Arrays.asList(1, null, 3), Collections.singletonMap("x", 1), List.of(1, 2.5, 3L),
                VectorBytes.encode(new float[]{1, 2, 3}), VectorBytes.encode(new float[]{Float.NaN, 2, 3})));
        for (Object value : values) {
            String document = XContentFactory.jsonBuilder().startObject().field("meaning", value)
                    .endObject().toString();
            float[] read;
            try {
                read = BroughtVector.of(value, 3);
            } catch (IllegalArgumentException e) {
                assertEquals(e.getMessage(), refusal(index, document));
                continue;
            }
            assertArrayEquals(read, vector(parse(index, document).rootDoc(), "meaning.own"), 0);
        }
    }

    public void testOtherFormatsOfDocumentsAreRead() throws IOException {
        MapperService index = index(L2);
        for (XContentType type : List.of(XContentType.CBOR, XContentType.SMILE, XContentType.YAML)) {
            for (Object value : List.of(List.of(1, 2.5, -3f), VectorBytes.encode(new float[]{1, 2.5f, -3}))) {
                XContentBuilder document = XContentBuilder.builder(type.xContent()).startObject().field("meaning", value)
                        .endObject();
                var parsed = index.documentMapper().parse(new SourceToParse("test", "1", BytesReference.bytes(document), type))
                        .rootDoc();
                assertArrayEquals(new float[]{1, 2.5f, -3}, vector(parsed, "meaning.own"), 0);
            }
        }
    }

    public void testBytesInBinaryDocumentsAreRefused() throws IOException {
        MapperService index = index(L2);
        XContentBuilder document = XContentBuilder.builder(XContentType.CBOR.xContent()).startObject()
                .field("meaning", new byte[]{1, 2, 3}).endObject();
        assertEquals(EXPECTED + "bytes", expectThrows(MapperParsingException.class, () -> index.documentMapper()
                .parse(new SourceToParse("test", "1", BytesReference.bytes(document), XContentType.CBOR))).getCause()
                .getMessage());
    }

    public void testADynamicTemplateMakesTheField() throws IOException {
        MapperService index = createMapperService(XContentFactory.jsonBuilder().map(XContentHelper.convertToMap(
                MediaTypeRegistry.JSON.xContent(),
                """
                        {"_doc": {"dynamic_templates": [{"meanings": {"match": "*_meaning", "mapping": {"type": "embedding"}}}]}}""",
                true)));
        var parsed = parse(index, "{\"x_meaning\": \"" + VectorBytes.encode(new float[]{0, 2, 0}) + "\"}");
        assertArrayEquals(new float[]{0, 1, 0}, vector(parsed.rootDoc(), "x_meaning.a1"), 0);
        assertArrayEquals(new float[]{0, 1, 0}, vector(parse(index, "{\"y_meaning\": [0, 3, 0]}").rootDoc(), "y_meaning.a1"), 0);
        assertTrue(parsed.dynamicMappingsUpdate().toString(),
                parsed.dynamicMappingsUpdate().toString().contains("\"space\":\"a1\""));
    }
}
