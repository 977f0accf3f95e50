package io.semanticsearch.query;

import io.semanticsearch.field.VectorBytes;
import java.io.IOException;
import java.util.List;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.search.SearchModule;
import org.opensearch.test.OpenSearchTestCase;

/** What the clause says to those who wrote it wrong. */
public class SemanticQueryParserTests extends OpenSearchTestCase {

    private static final String EXPECTED = "expected {\"semantic\": {\"FIELD\": \"TEXT\"}} or {\"semantic\": {\"FIELD\": {\"query\": \"TEXT\", …}}}";

    @Override
    protected NamedXContentRegistry xContentRegistry() {
        return new NamedXContentRegistry(new SearchModule(Settings.EMPTY, List.of(new QueryPlugin())).getNamedXContents());
    }

    private void refused(String message, String clause) throws IOException {
        try (XContentParser parser = createParser(JsonXContent.jsonXContent, "{\"semantic\": " + clause + "}")) {
            ParsingException refused = expectThrows(ParsingException.class,
                    () -> AbstractQueryBuilder.parseInnerQueryBuilder(parser));
            assertEquals(message, refused.getMessage());
        }
    }

    public void testAClauseNamesOneField() throws IOException {
        refused("[semantic] names no field; " + EXPECTED, "{}");
        refused("[semantic] names a second field [body]; one clause searches one field", """
                {"title": "tyre", "body": "tyre"}""");
        refused("[semantic] names a second field [body]; one clause searches one field", """
                {"title": {"query": "tyre"}, "body": {"query": "tyre"}}""");
    }

    public void testAFieldHoldsATextOrAnObject() throws IOException {
        refused("[semantic] field [meaning] holds [VALUE_NUMBER]; " + EXPECTED, """
                {"meaning": 3}""");
        refused("[semantic] field [meaning] holds [START_ARRAY]; " + EXPECTED, """
                {"meaning": ["tyre"]}""");
        refused("[semantic] field [meaning] holds [VALUE_NULL]; " + EXPECTED, """
                {"meaning": null}""");
    }

    public void testThereIsSomethingToLookFor() throws IOException {
        refused("[semantic] field [meaning] has neither [query] nor [vector], [image] or [like]; " + EXPECTED, """
                {"meaning": {}}""");
        refused("[semantic] has an empty [query]; say what to look for", """
                {"meaning": " "}""");
        refused("[semantic] has an empty [query]; say what to look for", """
                {"meaning": {"query": ""}}""");
        refused("[semantic] has [query] [3]; expected a text", """
                {"meaning": {"query": 3}}""");
        refused("[semantic] has two of [query], [vector], [image] and [like], or one of them twice; give one", """
                {"meaning": {"query": "tyre", "vector": [1]}}""");
        refused("[semantic] has two of [query], [vector], [image] and [like], or one of them twice; give one", """
                {"meaning": {"image": "AQID", "query": "tyre"}}""");
        refused("[semantic] has [image] [an array]; expected a text", """
                {"meaning": {"image": [1, 2]}}""");
        refused("[semantic] has a [query] of [100001] characters; at most [100000] are embedded", """
                {"meaning": "%s"}""".formatted("x".repeat(100_001)));
    }

    public void testUnknownParametersAreNamed() throws IOException {
        refused(
                "[semantic] has no parameter [size]; known are [query, vector, image, like, unlike, k, num_candidates, filter,"
                        + " min_similarity, passages, model, cache, ignore_unmapped, rescore, timeout, on_failure, boost, _name]",
                """
                        {"meaning": {"query": "tyre", "size": 3}}""");
    }

    public void testAVectorIsUsable() throws IOException {
        refused("[semantic] has an empty [vector]", """
                {"meaning": {"vector": []}}""");
        refused("[semantic] has a [vector] with [x] at position [1]; expected a number", """
                {"meaning": {"vector": [1, "x"]}}""");
        refused("[semantic] has a [vector] with [null] at position [0]; expected a number", """
                {"meaning": {"vector": [null]}}""");
        refused("[semantic] has [vector] [3]; expected an array of numbers or base64 of little-endian float32", """
                {"meaning": {"vector": 3}}""");
        refused("[semantic] has an unusable [vector]: a text stands where a vector belongs: [flat tyre]; expected an array of numbers"
                + " or base64 of little-endian float32", """
                        {"meaning": {"vector": "flat tyre"}}""");
        refused("[semantic] has an unusable [vector]: a base64 vector of [3] bytes is no whole number of floats; expected base64 of"
                + " little-endian float32", """
                        {"meaning": {"vector": "AAAA"}}""");
        refused("[semantic] has an unusable [vector]: the vector holds [NaN] at position [1]; expected finite float32 numbers",
                """
                        {"meaning": {"vector": "%s"}}""".formatted(VectorBytes.encode(new float[]{1, Float.NaN})));
        refused("[semantic] has an unusable [vector]: the vector holds [Infinity] at position [0]; expected finite float32 numbers",
                """
                        {"meaning": {"vector": [1e39]}}""");
        refused("[semantic] has a [vector] of more than [8192] numbers", """
                {"meaning": {"vector": [%s1]}}""".formatted("1,".repeat(8192)));
    }

    public void testNumbersAreInRange() throws IOException {
        refused("[semantic] field [meaning]: [k] is [0]; expected 1 to 10000", """
                {"meaning": {"query": "tyre", "k": 0}}""");
        refused("[semantic] field [meaning]: [num_candidates] is [10001]; expected 1 to 10000", """
                {"meaning": {"query": "tyre", "num_candidates": 10001}}""");
        refused("[semantic] field [meaning]: [num_candidates] is [5], less than [k], which is [10]; the best k are chosen among the"
                + " candidates, so give at least as many", """
                        {"meaning": {"query": "tyre", "k": 10, "num_candidates": 5}}""");
        refused("[semantic] has [k] [2.5]; expected a whole number from 1 to 10000", """
                {"meaning": {"query": "tyre", "k": 2.5}}""");
        refused("[semantic] has [k] [ten]; expected a whole number from 1 to 10000", """
                {"meaning": {"query": "tyre", "k": "ten"}}""");
        refused("[semantic] has [model] [an object]; expected a text", """
                {"meaning": {"query": "tyre", "model": {}}}""");
    }

    public void testAFilterIsAClauseOrSeveral() throws IOException {
        refused("[semantic] has [filter] [red]; expected a query or a list of queries", """
                {"meaning": {"query": "tyre", "filter": "red"}}""");
        refused("unknown query [red]", """
                {"meaning": {"query": "tyre", "filter": {"red": {}}}}""");
        refused("[semantic] has [filter] [3]; expected a query in each place of the list", """
                {"meaning": {"query": "tyre", "filter": [3]}}""");
    }

    public void testHowManyAreComparedAgain() throws IOException {
        refused("[semantic] has an unusable [rescore]: [rescore] is [3]; expected {\"oversample\": 3}, true or false", """
                {"meaning": {"query": "tyre", "rescore": 3}}""");
        refused("[semantic] has an unusable [rescore]: [rescore] has no parameter [factor]; expected {\"oversample\": 3}, true or"
                + " false", """
                        {"meaning": {"query": "tyre", "rescore": {"factor": 3}}}""");
        refused("[semantic] has an unusable [rescore]: [rescore.oversample] is [0.5]; expected 1 to 100, or [rescore]: false", """
                {"meaning": {"query": "tyre", "rescore": {"oversample": 0.5}}}""");
        refused("[semantic] has an unusable [rescore]: [rescore.oversample] is [101.0]; expected 1 to 100, or [rescore]: false",
                """
                        {"meaning": {"query": "tyre", "rescore": {"oversample": 101}}}""");
        for (String odd : List.of("0", "\"x\"")) {
            refused("[semantic] has an unusable [rescore]: [rescore.oversample] is [" + odd.replace("\"", "")
                    + "]; expected a number from 1 to 100", """
                            {"meaning": {"query": "tyre", "rescore": {"oversample": %s}}}""".formatted(odd));
        }
    }
}
