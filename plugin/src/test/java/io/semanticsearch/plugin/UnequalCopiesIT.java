package io.semanticsearch.plugin;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.core.index.Index;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.indices.IndicesService;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** Copies of a shard of which one has been refreshed and the other not: what is found on the one must not be looked for on the other. */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
public class UnequalCopiesIT extends SemanticIntegTestCase {

    public void testASearchAsksTheCopiesThatItsSubSearchesAsked() {
        createBooks("books", 1, 1);
        index(client(), "books", "moon", "{\"title\": \"phases of the moon\"}");
        refresh("books");
        index(client(), "books", "baby", "{\"title\": \"soothing an infant\"}");
        Index books = resolveIndex("books");
        internalCluster().getInstance(IndicesService.class, node()).indexServiceSafe(books).getShard(0).refresh("one copy only");

        String nearest = "{\"semantic\": {\"meaning\": {\"query\": \"calming a baby\", \"k\": 1}}}";
        for (String query : List.of("{\"fusion\": {\"queries\": [%s]}}".formatted(nearest),
                "{\"bool\": {\"should\": [{\"fusion\": {\"queries\": [%s]}}]}}".formatted(nearest))) {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 100 && (i < 20 || seen.size() < 2); i++) {
                // The test framework would choose the copies.
                SearchResponse found = coordinator().prepareSearch("books").setPreference(null)
                        .setQuery(new WrapperQueryBuilder(query)).get();
                assertEquals(found.toString(), 1, ids(found).size());
                seen.addAll(ids(found));
            }
            assertEquals("both copies are asked", Set.of("moon", "baby"), seen);
        }
    }
}
