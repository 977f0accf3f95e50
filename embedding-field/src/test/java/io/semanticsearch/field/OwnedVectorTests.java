package io.semanticsearch.field;

import java.io.IOException;
import org.opensearch.index.mapper.MapperService;

/** Stored vectors are indexed only where they belong: in the field's space, beside the text that they were made of. */
public class OwnedVectorTests extends EmbeddingMapperTestCase {

    private static final String OTHER_TEXT = "the vector was made of another text than %s hold now. Leave the field out of the document and"
            + " it is made anew, with [cluster.ingest.system_pipeline_enabled] at its default of [true]";

    private static String document(String fields, String stored) {
        return "{" + fields + (fields.isEmpty() ? "" : ", ") + "\"meaning\": \"" + stored + "\"}";
    }

    public void testTheVectorOfTheTextIsIndexed() throws IOException {
        var document = parse(index(MADE), document("""
                "title": "mending a tyre", "body": "with glue\"""", made("a1", "mending a tyre with glue", 0, 3, 4))).rootDoc();
        assertArrayEquals(new float[]{0, 0.6f, 0.8f}, vector(document, "meaning.a1"), 1e-7f);
        assertEquals(1L, document.getField("meaning").numericValue());
    }

    public void testABroughtVectorKeptWithItsTextIsIndexed() throws IOException {
        String kept = new StoredVector("a1", StoredVector.Origin.BROUGHT, TextHash.of("tyres"), new float[]{0, 0, 2}).encode();
        var document = parse(index(MADE), document("\"title\": \"tyres\"", kept)).rootDoc();
        assertArrayEquals(new float[]{0, 0, 1}, vector(document, "meaning.a1"), 0);
    }

    public void testTheVectorOfAnotherTextIsRefused() throws IOException {
        MapperService index = index(MADE);
        String stored = made("a1", "mending a tyre with glue", 1, 2, 3);
        for (String fields : new String[]{"\"title\": \"mending a tyre\", \"body\": \"with a patch\"",
            "\"title\": \"mending a tyre\"",
            "\"title\": \"with glue\", \"body\": \"mending a tyre\"", "", "\"title\": null"}) {
            assertEquals(format(OTHER_TEXT, "[title, body]"), refusal(index, document(fields, stored)));
        }
    }

    public void testTheVectorOfAnotherSpaceIsRefused() throws IOException {
        assertEquals(
                "the vector lives in the space [b2], the field in [a1]: another model made it. Leave the field out of the document and"
                        + " it is made anew",
                refusal(index(MADE), document("\"title\": \"x\"", made("b2", "x", 1, 2, 3))));
        assertEquals(
                "the vector lives in the space [b2], the field in [a1]: another model made it. Bring a vector of this field's model",
                refusal(index("""
                        {"type": "embedding", "model": "small"}"""), document("", made("b2", "", 1, 2, 3))));
    }

    public void testADamagedVectorIsRefused() throws IOException {
        String damaged = made("a1", "x", 1, 2, 3).replace(":m:", ":q:");
        assertEquals("[" + damaged + "] is a damaged stored vector; expected sv1:space:origin:hash:base64."
                + " Leave the field out and it is made anew", refusal(index(MADE), document("\"title\": \"x\"", damaged)));
    }

    public void testALengthOtherThanTheFieldsIsRefused() throws IOException {
        assertEquals("the vector has [2] dimensions, the field is mapped with [3]",
                refusal(index(MADE), document("\"title\": \"x\"", made("a1", "x", 1, 2))));
    }

    public void testNumbersThatAreNotFiniteAreRefused() throws IOException {
        assertEquals("the vector holds [NaN] at position [1]; expected finite float32 numbers",
                refusal(index(MADE), document("\"title\": \"x\"", made("a1", "x", 1, Float.NaN, 2))));
    }

    public void testAFieldWithoutSourcesTakesAnyVectorOfItsSpace() throws IOException {
        MapperService index = index("""
                {"type": "embedding", "dimension": 3, "similarity": "l2"}""");
        var document = parse(index, document("\"title\": \"whatever\"", made("own", "another text", 1, 2, 3))).rootDoc();
        assertArrayEquals(new float[]{1, 2, 3}, vector(document, "meaning.own"), 0);
    }

    public void testTheTextIsReadWhereverItStands() throws IOException {
        MapperService index = index("""
                {"type": "embedding", "model": "small", "source_fields": ["page.title", "tags", "year", "draft"]}""");
        String stored = made("a1", "a title red blue 1984 true", 1, 2, 3);
        for (String fields : new String[]{
            "\"page\": {\"title\": \"a title\"}, \"tags\": [\"red\", \"blue\"], \"year\": 1984, \"draft\": true",
            "\"page.title\": \"a title\", \"draft\": true, \"year\": 1984, \"tags\": [[\"red\"], null, \"\", \"blue\"]",
            "\"page\": [{\"title\": \"a\"}, {\"x\": 1}, {\"title\": \"title\"}], \"tags\": \"red blue\", \"year\": \"1984\","
                    + " \"draft\": [true]"}) {
            assertNotNull(fields, vector(parse(index, document(fields, stored)).rootDoc(), "meaning.a1"));
        }
    }

    public void testTheTextOfLaterFieldsIsRead() throws IOException {
        String stored = made("a1", "late", 1, 2, 3);
        assertNotNull(
                vector(parse(index(MADE), "{\"meaning\": \"" + stored + "\", \"x\": {\"title\": \"no\"}, \"title\": \"late\"}")
                        .rootDoc(), "meaning.a1"));
    }
}
