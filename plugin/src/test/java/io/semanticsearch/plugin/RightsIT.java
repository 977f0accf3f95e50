package io.semanticsearch.plugin;

import io.semanticsearch.embedding.Role;
import io.semanticsearch.plugin.RecordedActions.Seen;
import io.semanticsearch.plugin.transport.DeleteModelAction;
import io.semanticsearch.plugin.transport.EmbedAction;
import io.semanticsearch.plugin.transport.IndexStatusAction;
import io.semanticsearch.plugin.transport.KeepModelAction;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.ReadModelsAction;
import io.semanticsearch.plugin.transport.ReembedAction;
import io.semanticsearch.plugin.transport.ReembedRequest;
import io.semanticsearch.plugin.transport.StatsAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.After;
import org.opensearch.action.bulk.BulkAction;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexAction;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.MultiSearchAction;
import org.opensearch.action.search.SearchAction;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.action.update.UpdateAction;
import org.opensearch.action.update.UpdateRequest;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginsService;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.transport.client.Client;

/** Which actions a user runs by what they ask for, one of two nodes running no models: what the security plugin would check. */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
public class RightsIT extends SemanticIntegTestCase {

    private static final String USER = "reader";
    private static final String SHARD = BulkAction.NAME + "[s]";

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        return Stream.concat(super.nodePlugins().stream(), Stream.of(RecordedActions.class)).toList();
    }

    @Override
    protected Settings nodeSettings(int ordinal) {
        return Settings.builder().put(super.nodeSettings(ordinal)).put("plugins.semantic.local.enabled", ordinal == 0).build();
    }

    @After
    public void forget() {
        RecordedActions.forget();
    }

    /** The node of this name alone, so that it coordinates. */
    private static Client user(String node) {
        return internalCluster().client(node).filterWithHeader(Map.of(RecordedActions.USER, USER));
    }

    /** Each action that the user ran since this began; any other that a user would run is forbidden. */
    private static Set<String> with(Set<String> granted, Runnable work) {
        RecordedActions.forget();
        RecordedActions.forbid(seen -> seen.user().isPresent() && !granted.contains(seen.action()));
        work.run();
        return RecordedActions.all().stream().filter(seen -> seen.user().isPresent()).map(Seen::action)
                .collect(Collectors.toSet());
    }

    private static void assertWritten(BulkResponse response) {
        assertFalse(response.buildFailureMessage(), response.hasFailures());
    }

    public void testTheUserGuideListsAllActions() throws IOException {
        Set<String> registered = new TreeSet<>();
        for (ActionPlugin plugin : internalCluster().getInstance(PluginsService.class).filterPlugins(ActionPlugin.class)) {
            if (plugin instanceof SemanticSearchPlugin)
                plugin.getActions().forEach(action -> registered.add(action.getAction().name()));
        }
        String guide = Files.readString(Path.of("..", "docs", "user-guide.md"));
        String rights = guide.substring(guide.indexOf("\n## Rights\n"), guide.indexOf("\n## When something"));
        Set<String> listed = new TreeSet<>();
        for (Matcher row = Pattern.compile("(?m)^\\| `([a-z]+:[a-z_/]+)` \\|").matcher(rights); row.find();)
            listed.add(row.group(1));
        assertEquals(registered, listed);
    }

    public void testIndexingAndSearchingNeedNoRightOfOurs() {
        createBooks("books", 2, 0);
        for (String node : internalCluster().getNodeNames()) {
            assertNeeds(Set.of(BulkAction.NAME, SHARD), () -> assertWritten(user(node).bulk(new BulkRequest()
                    .add(new IndexRequest("books").id("1").source(Map.of("title", "mending a tyre", "body", "patch")))
                    .add(new IndexRequest("books").id("2").source(Map.of("title", "baking bread", "body", "oven")))
                    .setRefreshPolicy(RefreshPolicy.IMMEDIATE)).actionGet()));
            assertVectorOf("mending a tyre patch", client(), "books", "1");
            assertNeeds(Set.of(IndexAction.NAME, BulkAction.NAME, SHARD), () -> user(node)
                    .index(new IndexRequest("books").id("3").source(Map.of("title", "tubes", "body", "b"))).actionGet());
            // Those by which the security plugin checks the items of a bulk with updates.
            assertNeeds(Set.of(UpdateAction.NAME, BulkAction.NAME, SHARD),
                    () -> assertWritten(user(node).bulk(new BulkRequest()
                            .add(new UpdateRequest("books", "3").doc(Map.of("title", "inner tubes")))
                            .setRefreshPolicy(RefreshPolicy.IMMEDIATE)).actionGet()));
            assertVectorOf("inner tubes b", client(), "books", "3");

            assertEquals("a tyre, by node " + node, "1", asked(node, "\"a flat tyre\"").getFirst());
            assertEquals("3", asked(node, "{\"query\": \"inner tubes\", \"k\": 1, \"filter\": {\"match\": {\"body\": \"b\"}}}")
                    .getFirst());
        }
    }

    /** Hits of a clause that a user looks for who may search and nothing else. */
    private static List<String> asked(String node, String clause) {
        List<List<String>> found = new ArrayList<>();
        assertEquals(Set.of(SearchAction.NAME),
                with(Set.of(SearchAction.NAME), () -> found.add(ids(semantic(user(node), "books", clause)))));
        return found.getFirst();
    }

    /** Each leg of a fusion, each example, each count over several shards is a search of the user's own, never one of the node's. */
    public void testSubSearchesAreTheUsers() {
        createBooks("books", 2, 0);
        assertWritten(client().bulk(new BulkRequest()
                .add(new IndexRequest("books").id("1").source(Map.of("title", "mending a tyre", "body", "patch")))
                .add(new IndexRequest("books").id("2").source(Map.of("title", "baking bread", "body", "oven")))
                .setRefreshPolicy(RefreshPolicy.IMMEDIATE)).actionGet());
        String semantic = "{\"semantic\": {\"meaning\": {\"query\": \"tyre\", \"k\": 1}}}";
        Map<String, Integer> searches = Map.of(
                "{\"fusion\": {\"queries\": [{\"match\": {\"title\": \"bread\"}}, {\"match\": {\"title\": \"tyre\"}}]}}", 3,
                "{\"semantic\": {\"meaning\": {\"like\": [{\"_id\": \"1\"}], \"k\": 1}}}", 3,
                "{\"bool\": {\"must\": [" + semantic + "], \"should\": [{\"match_all\": {}}]}}", 2);
        searches.forEach((query, count) -> {
            RecordedActions.forget();
            SearchResponse found = user(node()).prepareSearch("books")
                    .setQuery(new WrapperQueryBuilder(query)).get();
            assertTrue(query, found.getHits().getHits().length > 0);
            List<Seen> seen = RecordedActions.seen(SearchAction.NAME);
            assertEquals(query, count.intValue(), seen.size());
            seen.forEach(search -> assertEquals(query, Optional.of(USER), search.user()));
            assertEquals(query, Set.of(SearchAction.NAME),
                    RecordedActions.all().stream().map(Seen::action).collect(Collectors.toSet()));
            // Forbidding what stands below the user's own request fails it: nothing is found behind the user's back.
            int[] left = {1};
            RecordedActions.forget();
            RecordedActions.forbid(search -> search.action().equals(SearchAction.NAME) && left[0]-- <= 0);
            Exception refused = expectThrows(Exception.class, () -> user(node()).prepareSearch("books")
                    .setQuery(new WrapperQueryBuilder(query)).get());
            assertTrue(rootMessage(refused), rootMessage(refused).contains("no permission for [" + SearchAction.NAME + "]"));
        });
    }

    /** A request that needs these actions and no other. */
    private static void assertNeeds(Set<String> actions, Runnable request) {
        assertEquals(actions, with(actions, request));
    }

    public void testEachRequestOfOursNeedsOneAction() {
        createBooks("books", 1, 0);
        Client user = user(node());
        ModelRequest little = new ModelRequest("little",
                Map.of("provider", "local", "model", BUILT_IN, "dimensions", 128));
        assertNeeds(Set.of("cluster:admin/semantic/models/put"), () -> user.execute(PutModelAction.TYPE, little).actionGet());
        assertNeeds(Set.of("cluster:monitor/semantic/models/get"),
                () -> user.execute(ReadModelsAction.TYPE, new ReadModelsAction.Request(Optional.empty())).actionGet());
        assertNeeds(Set.of("cluster:admin/semantic/models/load"),
                () -> user.execute(KeepModelAction.TYPE, new KeepModelAction.Request("little", true)).actionGet());
        assertNeeds(Set.of("cluster:admin/semantic/embed"),
                () -> user.execute(EmbedAction.TYPE, new EmbedAction.Request(Optional.of("little"), List.of("a tyre"),
                        Role.DOCUMENT, OptionalInt.empty(), true, Optional.empty())).actionGet());
        assertNeeds(Set.of("cluster:monitor/semantic/stats"),
                () -> user.execute(StatsAction.TYPE, new StatsAction.Request()).actionGet());
        assertNeeds(Set.of("cluster:admin/semantic/models/delete"),
                () -> user.execute(DeleteModelAction.TYPE, new ModelRequest("little", Map.of())).actionGet());
        // Counting is searching.
        assertNeeds(Set.of("indices:monitor/semantic/status", MultiSearchAction.NAME, SearchAction.NAME),
                () -> user.execute(IndexStatusAction.TYPE, new IndexStatusAction.Request("books")).actionGet());
        assertNeeds(Set.of("indices:data/write/semantic/reembed"),
                () -> user.execute(ReembedAction.TYPE, ReembedRequest.start(new String[]{"books"}, Optional.empty(),
                        Optional.empty(), 0, true, Optional.of(TimeValue.timeValueSeconds(60)))).actionGet());
    }
}
