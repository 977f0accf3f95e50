package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchException;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.query.WrapperQueryBuilder;

/** What is wrong with a clause is a 400 that names it with its value, and says what was expected. */
public class WrongClausesIT extends SemanticIntegTestCase {

    private static final String TWO = "has two of [query], [vector], [image] and [like], or one of them twice; give one";

    private void createIndices() {
        createIndex("books", 1, 0, """
                {"properties": {
                  "title": {"type": "text"},
                  "meaning": {"type": "embedding", "source_fields": ["title"]},
                  "own": {"type": "embedding", "dimension": 3},
                  "part": {"type": "nested", "properties": {"sense": {"type": "embedding", "dimension": 3}}}
                }}""");
        index(client(), "books", "1", "{\"title\": \"Baking bread\", \"own\": [1, 2, 3], \"part\": [{\"sense\": [1, 2, 3]}]}");
        client().admin().indices().prepareRefresh("books").get();
    }

    private static void assertRefused(String query, String... said) {
        Exception failure = expectThrows(Exception.class,
                () -> client().prepareSearch("books").setQuery(new WrapperQueryBuilder(query)).get());
        String message = failure instanceof OpenSearchException known ? known.getDetailedMessage() : failure.getMessage();
        assertEquals(query + ": " + message, RestStatus.BAD_REQUEST, ExceptionsHelper.status(failure));
        for (String part : said) assertThat(query, message, containsString(part));
    }

    /** @param parameters of a clause that looks for a text in [meaning] */
    private static void assertParametersRefused(Map<String, String> parameters) {
        parameters.forEach((given, said) -> assertRefused(
                "{\"semantic\": {\"meaning\": {\"query\": \"bread\", " + given + "}}}", said));
    }

    public void testParametersOfTheSemanticClause() {
        createIndices();
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("\"num_candidate\": 3", "has no parameter [num_candidate], did you mean [num_candidates]?; known are [");
        wrong.put("\"minsimilarity\": 3", "has no parameter [minsimilarity], did you mean [min_similarity]?");
        wrong.put("\"k\": 0", "[k] is [0]; expected 1 to 10000");
        wrong.put("\"k\": -1", "[k] is [-1]; expected 1 to 10000");
        wrong.put("\"k\": 10001", "[k] is [10001]; expected 1 to 10000");
        wrong.put("\"k\": 99999999999", "has [k] [99999999999]; expected a whole number from 1 to 10000");
        wrong.put("\"k\": 1.5", "has [k] [1.5]; expected a whole number from 1 to 10000");
        wrong.put("\"k\": \"3\"", "has [k] [3]; expected a whole number from 1 to 10000");
        wrong.put("\"k\": null", "has [k] [null]; expected a whole number");
        wrong.put("\"k\": 10, \"num_candidates\": 9", "[num_candidates] is [9], less than [k], which is [10]");
        wrong.put("\"num_candidates\": 0", "[num_candidates] is [0]; expected 1 to 10000");
        wrong.put("\"num_candidates\": 10001", "[num_candidates] is [10001]; expected 1 to 10000");
        wrong.put("\"num_candidates\": {}", "has [num_candidates] [an object]; expected a whole number from 1 to 10000");
        wrong.put("\"filter\": \"red\"", "has [filter] [red]; expected a query or a list of queries");
        wrong.put("\"filter\": [3]", "has [filter] [3]; expected a query in each place of the list");
        wrong.put("\"filter\": null", "has [filter] [null]; expected a query or a list of queries");
        wrong.put("\"min_similarity\": 1.5", "[min_similarity] is [1.5]; a cosine lies between -1 and 1");
        wrong.put("\"min_similarity\": \"near\"", "has [min_similarity] [near]; expected a number");
        wrong.put("\"min_similarity\": 1e60", "has [min_similarity] [1e60]; expected a number that is finite as a float");
        wrong.put("\"model\": \"no-such\"", "unknown model [no-such]; defined are [" + BUILT_IN + "]");
        wrong.put("\"model\": 3", "has [model] [3]; expected a text");
        wrong.put("\"cache\": \"perhaps\"", "has [cache] [perhaps]; expected true or false");
        wrong.put("\"ignore_unmapped\": 1", "has [ignore_unmapped] [1]; expected true or false");
        wrong.put("\"passages\": 2", "field [meaning] is mapped without [passages], so there are none to show");
        wrong.put("\"passages\": 101", "[passages] is [101]; expected 1 to 100");
        wrong.put("\"passages\": \"2\"", "has [passages] [2]; expected a whole number from 1 to 100");
        wrong.put("\"rescore\": \"much\"", "[rescore] is [much]; expected {\"oversample\": 3}, true or false");
        wrong.put("\"rescore\": {\"oversampling\": 3}", "[rescore] has no parameter [oversampling]");
        wrong.put("\"rescore\": {\"oversample\": 0.5}", "[rescore.oversample] is [0.5]; expected 1 to 100");
        wrong.put("\"timeout\": \"soon\"", "has [timeout] [soon]; expected a time like \"500ms\" or \"2s\"");
        wrong.put("\"timeout\": 5", "has [timeout] [5]; expected a text");
        wrong.put("\"timeout\": \"0s\"", "expected more than 0, like \"500ms\" or \"2s\"");
        wrong.put("\"on_failure\": \"lexicl\"",
                "has [on_failure] [lexicl], did you mean [lexical]?; expected one of [fail, lexical, empty]");
        wrong.put("\"on_failure\": false", "has [on_failure] [false]; expected a text");
        wrong.put("\"boost\": -1", "has [boost] [-1]; expected 0 or more");
        wrong.put("\"boost\": \"much\"", "has [boost] [much]; expected a number");
        wrong.put("\"_name\": 3", "has [_name] [3]; expected a text");
        wrong.put("\"vector\": [1]", TWO);
        wrong.put("\"image\": \"AQID\"", TWO);
        wrong.put("\"like\": \"bread\"", TWO);
        assertParametersRefused(wrong);
    }

    public void testWhatIsLookedForAndWhere() {
        createIndices();
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("{}", "names no field; expected");
        wrong.put("{\"meaning\": {}}", "has neither [query] nor [vector], [image] or [like]");
        wrong.put("{\"meaning\": 3}", "field [meaning] holds [VALUE_NUMBER]; expected");
        wrong.put("{\"meaning\": \" \"}", "has an empty [query]; say what to look for");
        wrong.put("{\"meaning\": {\"query\": [\"bread\"]}}", "has [query] [an array]; expected a text");
        wrong.put("{\"meaning\": \"bread\", \"own\": \"bread\"}", "names a second field [own]; one clause searches one field");
        wrong.put("{\"meanin\": \"bread\"}", "field [meanin] is not mapped in this index, did you mean [meaning]?");
        wrong.put("{\"vector\": \"bread\"}", "field [vector] is not mapped in this index, there are [meaning, own, part.sense]");
        wrong.put("{\"title\": \"bread\"}",
                "field [title] is of type [text]; expected a field of type [embedding], there are [meaning, own, part.sense]");
        wrong.put("{\"own\": \"bread\"}",
                "takes vectors only and has no model to embed the text with; give a [vector], or a [model]");
        wrong.put("{\"part.sense\": {\"vector\": [1, 2, 3]}}", "lies in the nested object [part]; put the clause into");
        wrong.put("{\"meaning\": {\"vector\": [1, 2, 3]}}", "the vector has [3] dimensions, the field is mapped with [256]");
        wrong.put("{\"own\": {\"vector\": [0, 0, 0]}}", "a vector of zeros has no direction");
        wrong.put("{\"own\": {\"vector\": []}}", "has an empty [vector]");
        wrong.put("{\"own\": {\"vector\": [1, \"x\", 3]}}", "has a [vector] with [x] at position [1]; expected a number");
        wrong.put("{\"own\": {\"vector\": 3}}", "has [vector] [3]; expected an array of numbers or base64");
        wrong.put("{\"own\": {\"vector\": \"bread\"}}", "a text stands where a vector belongs: [bread]");
        wrong.put("{\"own\": {\"vector\": [1, 2, 3], \"on_failure\": \"lexical\"}}",
                "without a [query] there are no words to look for");
        wrong.put("{\"meaning\": {\"image\": 3}}", "has [image] [3]; expected a text");
        wrong.put("{\"meaning\": {\"image\": \"AQID\"}}", "image");
        wrong.put("{\"meaning\": {\"like\": []}}", "has a [like] that is empty; expected");
        wrong.put("{\"meaning\": {\"like\": 3}}", "has a [like] that holds [VALUE_NUMBER]; expected");
        wrong.put("{\"meaning\": {\"like\": {\"_id\": \"1\", \"weight\": \"much\"}}}",
                "has a [weight] [much]; expected a number");
        wrong.put("{\"meaning\": {\"like\": {\"_id\": \"1\", \"weight\": 0}}}", "[weight] is [0.0]");
        wrong.put("{\"meaning\": {\"like\": {\"_id\": \"absent\"}}}", "absent");
        wrong.put("{\"meaning\": {\"unlike\": \"bread\"}}", "[like]");
        wrong.forEach((clause, said) -> assertRefused("{\"semantic\": " + clause + "}", said));
    }

    public void testTheFusionClause() {
        createIndices();
        String one = "\"queries\": [{\"match_all\": {}}]";
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("", "[queries] holds [0] queries; expected 1 to 10");
        wrong.put("\"queries\": []", "[queries] holds [0] queries; expected 1 to 10");
        List<String> eleven = new ArrayList<>(Collections.nCopies(11, "{\"match_all\": {}}"));
        wrong.put("\"queries\": " + eleven, "[queries] holds [11] queries; expected 1 to 10");
        wrong.put("\"queries\": {\"match_all\": {}}", "has [queries] [an object]; expected a list of queries");
        wrong.put("\"queries\": [3]", "has [queries] [3]; expected a query in each place of the list");
        wrong.put(one + ", \"wieghts\": [1]", "has no parameter [wieghts], did you mean [weights]?");
        wrong.put(one + ", \"method\": \"minmax\"",
                "has [method] [minmax], did you mean [min_max]?; expected one of [min_max, rrf]");
        wrong.put(one + ", \"method\": 3", "has [method] [3]; expected a text");
        wrong.put(one + ", \"weights\": 1", "has [weights] [1]; expected a list of numbers, one for each query");
        wrong.put(one + ", \"weights\": [1, 2]", "[weights] holds [2] numbers for [1] queries; give one each");
        wrong.put(one + ", \"weights\": [-1]", "[weights] holds [-1.0]; expected 0 or more");
        wrong.put(one + ", \"weights\": [0]", "[weights] are all 0, so nothing counts");
        wrong.put(one + ", \"weights\": [\"x\"]", "has [weights] [x]; expected a number");
        wrong.put(one + ", \"rank_constant\": 3", "[rank_constant] belongs to [method]: \"rrf\", this is [min_max]");
        wrong.put(one + ", \"method\": \"rrf\", \"rank_constant\": 0", "[rank_constant] is [0]; expected 1 to 10000");
        wrong.put(one + ", \"method\": \"rrf\", \"rank_constant\": \"x\"",
                "has [rank_constant] [x]; expected a whole number from 1 to 10000");
        wrong.put(one + ", \"window_size\": 0", "[window_size] is [0]; expected 1 to 10000");
        wrong.put(one + ", \"window_size\": -5", "[window_size] is [-5]; expected 1 to 10000");
        wrong.put(one + ", \"filter\": 3", "has [filter] [3]; expected a query or a list of queries");
        wrong.put(one + ", \"boost\": -1", "has [boost] [-1]; expected 0 or more");
        wrong.forEach((clause, said) -> assertRefused("{\"fusion\": {" + clause + "}}", "[fusion]", said));
        assertRefused("{\"nested\": {\"path\": \"part\", \"query\": {\"fusion\": {" + one + "}}}}",
                "[fusion] cannot stand inside of [nested]: it ranks whole documents");
        assertRefused("{\"fusion\": {\"queries\": [{\"semantic\": {\"meanin\": \"bread\"}}]}}",
                "field [meanin] is not mapped in this index, did you mean [meaning]?");
    }
}
