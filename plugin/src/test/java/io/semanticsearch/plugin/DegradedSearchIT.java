package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import com.carrotsearch.randomizedtesting.ThreadFilter;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.Strings;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.threadpool.ThreadPool;

/** What a clause does whose model, on a server, fails or is slow, and what its answer says. */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 1, numClientNodes = 0, supportsDedicatedMasters = false)
@ThreadLeakFilters(filters = DegradedSearchIT.HttpThreads.class)
public class DegradedSearchIT extends SemanticIntegTestCase {

    /** Those that the client for remote models shares in a process, and lets end when they are idle. */
    public static final class HttpThreads implements ThreadFilter {
        @Override
        public boolean reject(Thread thread) {
            return thread.getName().startsWith("OkHttp TaskRunner");
        }
    }

    private static SearchResponse degraded(String clause) throws Exception {
        SearchRequest request = request("{\"query\": " + clause + "}", "notes").requestCache(true);
        ThreadContext context = internalCluster().getInstance(ThreadPool.class, node())
                .getThreadContext();
        PlainActionFuture<Map<String, List<String>>> headers = new PlainActionFuture<>();
        PlainActionFuture<SearchResponse> answer = new PlainActionFuture<>();
        try (ThreadContext.StoredContext _ = context.stashContext()) {
            coordinator().search(request, ActionListener.wrap(response -> {
                headers.onResponse(context.getResponseHeaders());
                answer.onResponse(response);
            }, answer::onFailure));
        }
        SearchResponse response = answer.get();
        String json = Strings.toString(MediaTypeRegistry.JSON, response);
        boolean warned = headers.get().getOrDefault("Warning", List.of()).stream()
                .anyMatch(header -> header.contains("without a vector"));
        assertEquals(json, warned, json.contains("\"ext\":{\"semantic\":{\"degraded\":["));
        assertEquals(json, warned, !response.getInternalResponse().getSearchExtBuilders().isEmpty());
        return response;
    }

    /** A model that fails, or takes longer than the clause waits. */
    public void testWithoutAVector() throws Exception {
        try (LetterServer server = new LetterServer()) {
            client().execute(PutModelAction.TYPE,
                    new ModelRequest("letters", Map.of("provider", "tei", "endpoint", server.endpoint(),
                            "model", "letters")))
                    .actionGet();
            createIndex("notes", 2, 0,
                    """
                            {"properties": {"title": {"type": "text"}, "n": {"type": "integer"}, "own": {"type": "embedding", "dimension": 2},
                              "meaning": {"type": "embedding", "model": "letters", "source_fields": ["title", "n"]}}}""");
            BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
            String[] titles = {"abba", "cello lesson", "bebop", "a cello"};
            for (int i = 0; i < titles.length; i++)
                bulk.add(new IndexRequest("notes").id("" + i).source(Map.of("title", titles[i], "n", i)));
            BulkResponse written = client().bulk(bulk).actionGet();
            assertFalse(written.buildFailureMessage(), written.hasFailures());

            String patient = "{\"semantic\": {\"meaning\": {\"query\": \"%s\", \"timeout\": \"%s\", \"on_failure\": \"%s\"%s}}}";
            SearchResponse whole = degraded(patient.formatted("cello", "30s", "lexical", ""));
            assertEquals(4, whole.getHits().getTotalHits().value());
            assertTrue(whole.getInternalResponse().getSearchExtBuilders().isEmpty());

            server.refuse();
            SearchResponse byWords = degraded(patient.formatted("cello 7", "30s", "lexical", ", \"_name\": \"m\""));
            assertEquals(Set.of("1", "3"), Set.copyOf(ids(byWords)));
            assertArrayEquals(new String[]{"m"}, byWords.getHits().getAt(0).getMatchedQueries());
            assertThat(Strings.toString(MediaTypeRegistry.JSON, byWords), containsString(
                    "[semantic] field [meaning] was searched without a vector, its words were looked for instead: "));
            assertEquals(List.of("3"),
                    ids(degraded(patient.formatted("cello 7", "30s", "lexical", ", \"filter\": {\"term\": {\"n\": 3}}"))));
            assertEquals(0, degraded(patient.formatted("cello 7", "30s", "empty", "")).getHits().getTotalHits().value());
            SearchResponse fused = degraded("{\"fusion\": {\"queries\": [{\"match\": {\"title\": \"bebop\"}}, "
                    + patient.formatted("cello 8", "30s", "lexical", "") + "]}}");
            assertEquals(Set.of("1", "2", "3"), Set.copyOf(ids(fused)));
            assertFalse(fused.getInternalResponse().getSearchExtBuilders().isEmpty());
            Exception refused = expectThrows(Exception.class, () -> degraded("{\"semantic\": {\"meaning\": \"cello 7\"}}"));
            assertThat(rootMessage(refused), containsString("letters"));

            server.answer();
            assertEquals("what was degraded is not kept for those who ask later", 4,
                    degraded(patient.formatted("cello 7", "30s", "lexical", "")).getHits().getTotalHits().value());

            server.hold();
            long start = System.nanoTime();
            assertEquals(Set.of("1", "3"), Set.copyOf(ids(degraded(patient.formatted("cello 9", "100ms", "lexical", "")))));
            Exception late = expectThrows(Exception.class, () -> degraded(patient.formatted("cello 10", "100ms", "fail", "")));
            assertTrue(TimeValue.timeValueNanos(System.nanoTime() - start).toString(),
                    System.nanoTime() - start < 20_000_000_000L);
            assertThat(rootMessage(late),
                    containsString("[semantic] field [meaning]: nothing was embedded within the [timeout] of [100ms]"));
            assertEquals(RestStatus.GATEWAY_TIMEOUT, ExceptionsHelper.status(ExceptionsHelper.unwrapCause(late.getCause())));
            server.answer();

            assertThat(rootMessage(failure("{\"query\": {\"semantic\": {\"own\": {\"query\": \"x\", \"model\": \"letters\","
                    + " \"on_failure\": \"lexical\"}}}}")),
                    containsString("has no [source_fields] in which words could be looked for"));
            assertThat(rootMessage(failure("{\"query\": {\"semantic\": {\"meaning\": {\"query\": \"x\", \"model\": \"nobody\","
                    + " \"on_failure\": \"lexical\"}}}}")), containsString("unknown model [nobody]"));
        }
    }

    private static Exception failure(String body) {
        return expectThrows(Exception.class, () -> coordinator().search(request(body, "notes")).actionGet());
    }
}
