package io.semanticsearch.query;

import io.semanticsearch.fuzz.Mutations;
import io.semanticsearch.fuzz.Trials;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.Strings;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.common.ParsingException;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.search.SearchModule;
import org.opensearch.test.OpenSearchTestCase;

/** Clauses that are almost right are read, and then print what reads as the same, or are refused as bad requests; never anything else. */
public class FuzzedClausesTests extends OpenSearchTestCase {

    private static final int INPUTS = 20_000;

    private static final List<String> VALID = List.of("""
            {"semantic": {"meaning": "how do I fix a flat tyre"}}""",
            """
                    {"semantic": {"meaning": {"query": "tyre", "k": 10, "num_candidates": 100, "filter": {"exists": {"field": "a"}}, "min_similarity": 0.5,
                     "passages": 2, "rescore": {"oversample": 3}, "model": "small", "ignore_unmapped": false, "timeout": "2s", "on_failure": "lexical",
                     "cache": false, "boost": 2, "_name": "x"}}}""",
            """
                    {"semantic": {"meaning": {"vector": [0.5, 1, -2e3], "k": 3, "rescore": false}}}""", """
                    {"semantic": {"meaning": {"vector": "AACAPwAAAEA="}}}""",
            """
                    {"semantic": {"meaning": {"like": [{"_id": "42", "_index": "books", "routing": "r", "weight": 1}, {"text": "garden", "weight": 0.5}, "flat",
                     {"vector": [1, 2]}], "unlike": [{"_id": "7"}]}}}""",
            """
                    {"fusion": {"queries": [{"exists": {"field": "title"}}, {"semantic": {"meaning": "tyre"}}], "method": "min_max", "weights": [1, 0.6],
                     "window_size": 100, "filter": {"exists": {"field": "b"}}, "boost": 1, "_name": "y"}}""",
            """
                    {"fusion": {"queries": [{"semantic": {"meaning": "tyre"}}], "method": "rrf", "rank_constant": 20}}""");

    @Override
    protected NamedXContentRegistry xContentRegistry() {
        return new NamedXContentRegistry(new SearchModule(Settings.EMPTY, List.of(new QueryPlugin())).getNamedXContents());
    }

    private QueryBuilder read(String clause) throws IOException {
        try (XContentParser parser = createParser(JsonXContent.jsonXContent, clause)) {
            return AbstractQueryBuilder.parseInnerQueryBuilder(parser);
        }
    }

    public void testClausesAreReadOrRefused() throws IOException {
        Mutations mutations = new Mutations(31);
        new Trials().run(INPUTS, () -> mutations.ofJson(mutations.of(VALID)),
                e -> e instanceof ParsingException || e instanceof IllegalArgumentException || e instanceof IOException,
                changed -> {
                    QueryBuilder clause = readOurs(changed);
                    String printed = Strings.toString(MediaTypeRegistry.JSON, clause);
                    try {
                        assertEquals(changed, clause, read(printed));
                    } catch (RuntimeException | IOException e) {
                        throw new AssertionError("was read, but not what it prints: " + printed, e);
                    }
                });
    }

    private QueryBuilder readOurs(String clause) throws IOException {
        try {
            return read(clause);
        } catch (RuntimeException | Error e) {
            if (isOpenSearchsOwn(e)) throw new IllegalArgumentException("refused by a query of OpenSearch's own", e);
            throw e;
        }
    }

    /** A query of OpenSearch's own within the clause that fails on what it is given is not ours to mend. */
    private static boolean isOpenSearchsOwn(Throwable e) {
        return e.getStackTrace().length > 0 && Arrays.stream(e.getStackTrace()).map(StackTraceElement::getClassName)
                .filter(name -> name.startsWith("io.semanticsearch.") || name.startsWith("org.opensearch.index.query."))
                .findFirst()
                .filter(name -> name.startsWith("org.opensearch.")).isPresent();
    }
}
