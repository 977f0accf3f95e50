package io.semanticsearch.query;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.test.OpenSearchTestCase;

/** How [like] and [unlike] are read. */
public class ExamplesParserTests extends OpenSearchTestCase {

    private Subject.Examples parse(String clause) throws IOException {
        try (XContentParser parser = createParser(JsonXContent.jsonXContent, "{\"meaning\": " + clause + "}")) {
            parser.nextToken();
            return (Subject.Examples) SemanticQueryParser.parse(parser, QueryPlugin.VECTORS).subject();
        }
    }

    private void refused(String message, String clause) {
        assertEquals(message, expectThrows(ParsingException.class, () -> parse(clause)).getMessage());
    }

    private static Example text(String text, float weight) {
        return new Example.Described(new Subject.Text(text), weight);
    }

    private static Example document(String id, float weight) {
        return new Example.Document(Optional.empty(), id, Optional.empty(), weight);
    }

    public void testAllKindsOfExamples() throws IOException {
        assertEquals(new Subject.Examples(
                List.of(document("42", 1),
                        new Example.Document(Optional.of("books"), "43", Optional.of("me"), 3),
                        text("a garden", 0.5f),
                        new Example.Described(new Subject.Given(new float[]{1, 2}), 1),
                        new Example.Described(new Subject.Image(new byte[]{1, 2, 3}), 1),
                        text("short", 1)),
                List.of(document("7", 0.5f), text("noise", 0.5f))), parse("""
                        {"like": [{"_id": "42"}, {"_id": "43", "_index": "books", "routing": "me", "weight": 3},
                                  {"text": "a garden", "weight": 0.5}, {"vector": [1, 2]}, {"image": "AQID"}, "short"],
                         "unlike": [{"_id": 7}, "noise"]}"""));
    }

    public void testOneExampleNeedsNoList() throws IOException {
        assertEquals(new Subject.Examples(List.of(text("tyre", 1)), List.of(document("7", 2))), parse("""
                {"like": "tyre", "unlike": {"_id": "7", "weight": 2}}"""));
    }

    public void testUnlikeStandsBesideLike() {
        refused("[semantic] field [meaning]: [unlike] stands without [like]; say what to look for", "{\"unlike\": \"tyre\"}");
        refused("[semantic] has two of [query], [vector], [image] and [like], or one of them twice; give one", """
                {"like": "tyre", "query": "tyre"}""");
    }

    public void testUnusableExamplesAreNamed() {
        String expected = "expected a text, {\"_id\": \"…\"}, {\"text\": \"…\"}, {\"vector\": […]} or {\"image\": \"…\"}, or a list of"
                + " them";
        refused("[semantic] has a [like] that is empty; " + expected, "{\"like\": []}");
        refused("[semantic] has a [like] that holds [VALUE_NUMBER]; " + expected, "{\"like\": 42}");
        refused("[semantic] has a [unlike] that holds [START_ARRAY]; " + expected, """
                {"like": "x", "unlike": [["x"]]}""");
        refused("[semantic] has a [like] that has an example that says nothing; " + expected, "{\"like\": {}}");
        refused("[semantic] has a [like] that has an example that says nothing; " + expected, "{\"like\": {\"weight\": 1}}");
        refused("[semantic] has a [like] that has an example that says two things; " + expected, """
                {"like": {"_id": "1", "text": "x"}}""");
        refused("[semantic] has a [like] that has an example that says two things; " + expected, """
                {"like": {"vector": [1], "text": "x"}}""");
        refused("[semantic] has a [like] that has no [id] in an example, did you mean [_id]?; known are [_id, _index, routing, text, vector, image, weight]",
                "{\"like\": {\"id\": 1}}");
        refused("[semantic] has a [like] that has an example with [_index] or [routing] but without [_id]; they tell where a document"
                + " is", "{\"like\": {\"text\": \"x\", \"_index\": \"books\"}}");
        refused("[semantic] has a [like] that has an empty [text]", "{\"like\": \" \"}");
        refused("[semantic] has a [like] that has a [_id] [null]; expected a text", "{\"like\": {\"_id\": null}}");
        refused("[semantic] has a [like] that has a [_id] []; expected a text", "{\"like\": {\"_id\": \"\"}}");
        refused("[semantic] has a [like] that has a [weight] [x]; expected a number",
                "{\"like\": {\"_id\": 1, \"weight\": \"x\"}}");
        for (String weight : List.of("0", "-1", "1e60")) {
            refused("[semantic] has a [like] that has an unusable example: [weight] is [" + Float.parseFloat(weight)
                    + "]; expected a number above 0. What hits shall not be like goes into [unlike]",
                    "{\"like\": {\"_id\": 1, \"weight\": " + weight + "}}");
        }
        refused("[semantic] has an empty [vector]", "{\"like\": {\"vector\": []}}");
        refused("[semantic] has a [like] that has more than [100] examples",
                "{\"like\": [" + "\"x\", ".repeat(100) + "\"x\"]}");
    }
}
