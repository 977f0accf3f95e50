package io.semanticsearch.field;

import java.io.IOException;
import java.util.List;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.mapper.ParseContext;

/** Where in a document a vector may stand: in objects, in nested documents, and nowhere twice. */
public class VectorPlacesTests extends EmbeddingMapperTestCase {

    private static final String TWICE = "field [%s] holds more than one vector for one document; where it lies in an array of objects,"
            + " map the array as [nested]";

    private static final String COMMENT = """
            {"title": {"type": "text"}, "meaning": {"type": "embedding", "model": "small", "source_fields": ["comments.title"]}}""";

    private MapperService objects() throws IOException {
        return indexOf("{\"comments\": {\"properties\": " + COMMENT + "}}");
    }

    private MapperService nested() throws IOException {
        return indexOf("{\"comments\": {\"type\": \"nested\", \"properties\": " + COMMENT + "}}");
    }

    public void testAnObjectHoldsAVector() throws IOException {
        String stored = made("a1", "a title", 1, 0, 0);
        for (String document : List.of(
                "{\"comments\": {\"title\": \"a title\", \"meaning\": \"" + stored + "\"}}",
                "{\"comments\": [{\"title\": \"a title\", \"meaning\": \"" + stored + "\"}]}",
                "{\"comments.title\": \"a title\", \"comments.meaning\": \"" + stored + "\"}",
                "{\"comments.title\": \"a title\", \"comments\": {\"meaning\": \"" + stored + "\"}}",
                "{\"comments\": {\"title\": \"a title\"}, \"comments.meaning\": \"" + stored + "\"}")) {
            ParseContext.Document parsed = parse(objects(), document).rootDoc();
            assertArrayEquals(document, new float[]{1, 0, 0}, vector(parsed, "comments.meaning.a1"), 0);
            assertEquals(1L, parsed.getField("comments.meaning").numericValue());
        }
    }

    public void testTwoVectorsForOneDocumentAreRefused() throws IOException {
        assertEquals(format(TWICE, "comments.meaning"), refusal(objects(), """
                {"comments": [{"meaning": [1, 2, 3]}, {"meaning": [4, 5, 6]}]}"""));
        assertEquals(format(TWICE, "comments.meaning"), refusal(objects(), """
                {"comments": {"meaning": [1, 2, 3]}, "comments.meaning": [4, 5, 6]}"""));
    }

    public void testSeveralVectorsInOneArrayAreRefused() throws IOException {
        String stored = made("a1", "x", 1, 0, 0);
        assertEquals("the vector holds [" + stored.substring(0, 40) + "…] at position [0]; expected a number",
                refusal(index(MADE), "{\"title\": \"x\", \"meaning\": [\"" + stored + "\"]}"));
    }

    public void testEveryNestedDocumentHoldsItsOwnVector() throws IOException {
        List<ParseContext.Document> documents = parse(nested(), "{\"comments\": ["
                + "{\"title\": \"first\", \"meaning\": \"" + made("a1", "first", 1, 0, 0) + "\"},"
                + "{\"title\": \"no vector\"},"
                + "{\"title\": \"third\", \"meaning\": [0, 1, 0]}]}").docs();
        assertEquals(4, documents.size());
        assertArrayEquals(new float[]{1, 0, 0}, vector(documents.get(0), "comments.meaning.a1"), 0);
        assertNull(vector(documents.get(1), "comments.meaning.a1"));
        assertArrayEquals(new float[]{0, 1, 0}, vector(documents.get(2), "comments.meaning.a1"), 0);
        assertNull("the document itself has none", vector(documents.get(3), "comments.meaning.a1"));
        assertNull(documents.get(3).getField("comments.meaning"));
    }

    /** Both texts are in the document, but each vector stands beside the text of the other. */
    public void testAVectorOfANeighboursTextIsRefused() throws IOException {
        assertEquals(
                "the vector was made of another text than [comments.title] hold now. Leave the field out of the document and it is"
                        + " made anew, with [cluster.ingest.system_pipeline_enabled] at its default of [true]",
                refusal(nested(), "{\"comments\": ["
                        + "{\"title\": \"first\", \"meaning\": \"" + made("a1", "second", 1, 0, 0) + "\"},"
                        + "{\"title\": \"second\", \"meaning\": \"" + made("a1", "first", 0, 1, 0) + "\"}]}"));
    }

    public void testNestedDocumentsInNestedDocuments() throws IOException {
        MapperService index = indexOf(
                """
                        {"threads": {"type": "nested", "properties": {
                          "comments": {"type": "nested", "properties": {
                            "meaning": {"type": "embedding", "model": "small", "source_fields": ["threads.topic", "threads.comments.title"]}}}}}}""");
        List<ParseContext.Document> documents = parse(index, "{\"threads\": ["
                + "{\"topic\": \"bikes\", \"comments\": [{\"title\": \"tyres\", \"meaning\": \""
                + made("a1", "bikes tyres", 1, 0, 0)
                + "\"}, {\"title\": \"bells\", \"meaning\": \"" + made("a1", "bikes bells", 0, 1, 0) + "\"}]},"
                + "{\"topic\": \"cars\", \"comments\": {\"title\": \"tyres\", \"meaning\": \"" + made("a1", "cars tyres", 0, 0, 1)
                + "\"}}]}").docs();
        assertEquals(3, documents.stream().filter(document -> vector(document, "threads.comments.meaning.a1") != null).count());
    }

    /** Reading the whole document again for each of its vectors would take minutes here. */
    public void testManyNestedVectorsAreCheckedInOnePass() throws IOException {
        StringBuilder document = new StringBuilder("{\"comments\": [");
        for (int i = 0; i < 4_000; i++) {
            document.append(i == 0 ? "" : ",").append("{\"title\": \"").append("text ".repeat(50)).append(i)
                    .append("\", \"meaning\": \"")
                    .append(made("a1", "text ".repeat(50) + i, 1, 0, 0)).append("\"}");
        }
        MapperService index = nested();
        long start = System.nanoTime();
        parse(index, document.append("]}").toString());
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        assertTrue("took " + seconds + " s", seconds < 30);
    }

    public void testNestedDocumentsWhoseVectorsWouldMeetInTheParentAreRefused() throws IOException {
        for (String option : List.of("include_in_parent", "include_in_root")) {
            MapperParsingException refused = expectThrows(MapperParsingException.class, () -> indexOf(
                    "{\"comments\": {\"type\": \"nested\", \"" + option + "\": true, \"properties\": " + COMMENT + "}}"));
            assertEquals(
                    "field [comments.meaning] of type [embedding] lies under [comments], whose ["
                            + option + "] would bring several vectors into one document; leave it out",
                    refused.getMessage());
        }
    }

    public void testCopyToIsRefused() throws IOException {
        MapperService index = indexOf("{\"meaning\": " + OWN + ", \"title\": {\"type\": \"text\", \"copy_to\": \"meaning\"},"
                + " \"pair\": {\"type\": \"integer\", \"copy_to\": \"meaning\"}}");
        String message = "field [meaning] of type [embedding] cannot be filled by [copy_to]; list the fields in its [source_fields]";
        assertEquals(message, refusal(index, """
                {"title": "how to mend a tyre"}"""));
        assertEquals("whatever the text looks like", message, refusal(index,
                "{\"title\": \"" + VectorBytes.encode(new float[]{1, 2, 3}) + "\"}"));
        assertEquals(message, refusal(index, "{\"pair\": [1, 2, 3]}"));
        assertEquals(message, refusal(index, "{\"title\": null, \"pair\": 3}"));
    }

    public void testASubFieldIsRefusedWhenItIsMapped() {
        MapperParsingException refused = expectThrows(MapperParsingException.class, () -> indexOf("""
                {"title": {"type": "text", "fields": {"meaning": {"type": "embedding", "model": "small"}}}}"""));
        assertEquals(
                "Failed to parse mapping [_doc]: field [meaning] of type [embedding] cannot be a sub-field; map it as a field of its"
                        + " own and list the field that holds the text in its [source_fields]",
                refused.getMessage());
    }

    public void testAVectorHasNoSubFieldsAndIsNotCopied() {
        assertEquals("Failed to parse mapping [_doc]: field [meaning] of type [embedding] takes no [fields]",
                mappingRefusal("""
                        {"type": "embedding", "dimension": 3, "fields": {"raw": {"type": "keyword"}}}"""));
        assertEquals("Failed to parse mapping [_doc]: field [meaning] of type [embedding] takes no [copy_to]",
                mappingRefusal("""
                        {"type": "embedding", "dimension": 3, "copy_to": "raw"}"""));
    }
}
