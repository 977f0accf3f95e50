package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.plugin.transport.DeleteModelAction;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.admin.indices.alias.Alias;
import org.opensearch.action.admin.indices.rollover.RolloverRequest;
import org.opensearch.action.admin.indices.template.put.PutComponentTemplateAction;
import org.opensearch.action.admin.indices.template.put.PutComposableIndexTemplateAction;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.cluster.metadata.ComponentTemplate;
import org.opensearch.cluster.metadata.ComposableIndexTemplate;
import org.opensearch.cluster.metadata.Template;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** Indices that come into being with their first document, of templates: also that document has its vector. */
@ClusterScope(scope = Scope.TEST, numDataNodes = 1, numClientNodes = 0, supportsDedicatedMasters = false)
public class IndexTemplatesIT extends SemanticIntegTestCase {

    private static final String FIELD = """
            {"properties": {"message": {"type": "text"}, "meaning": {"type": "embedding", "source_fields": "message"%s}}}""";

    private static void component(String name, String mapping) throws IOException {
        client().execute(PutComponentTemplateAction.INSTANCE, new PutComponentTemplateAction.Request(name).componentTemplate(
                new ComponentTemplate(new Template(null, new CompressedXContent(mapping), null), null, null))).actionGet();
    }

    private static void template(String name, String mapping, List<String> components) throws IOException {
        Template template = new Template(Settings.EMPTY, mapping == null ? null : new CompressedXContent(mapping), null);
        client().execute(PutComposableIndexTemplateAction.INSTANCE, new PutComposableIndexTemplateAction.Request(name)
                .indexTemplate(new ComposableIndexTemplate(List.of(name + "*"), template, components, 1L, null, null, null)))
                .actionGet();
    }

    private static void write(String index, String... messages) {
        BulkRequest bulk = new BulkRequest(index).setRefreshPolicy(RefreshPolicy.IMMEDIATE);
        for (String message : messages) bulk.add(new IndexRequest().id(message).source(Map.of("message", message)));
        BulkResponse written = client().bulk(bulk).actionGet();
        assertFalse(written.buildFailureMessage(), written.hasFailures());
        for (String message : messages) assertVectorOf(message, client(), index, message);
    }

    public void testTheFirstDocumentOfAnIndexHasItsVector() throws IOException {
        component("field", FIELD.formatted(""));
        component("other", "{\"properties\": {\"level\": {\"type\": \"keyword\"}}}");
        template("composed", null, List.of("other", "field"));
        write("composed-1", "phases of the moon", "baking bread");
        // What the template says itself goes before its components.
        template("own", FIELD.formatted(", \"similarity\": \"l2\""), List.of("field"));
        write("own-1", "phases of the moon");
        client().admin().indices().preparePutTemplate("old").setPatterns(List.of("old*"))
                .setMapping(FIELD.formatted(""), XContentType.JSON).get();
        write("old-1", "phases of the moon", "baking bread");
        assertEquals("baking bread", ids(semantic(client(), "composed-1", "\"a loaf\"")).getFirst());
        assertEquals("baking bread", ids(semantic(client(), "old-1", "\"a loaf\"")).getFirst());
    }

    public void testAnAliasThatRollsOverGoesOnEmbedding() throws IOException {
        template("logs", FIELD.formatted(""), List.of());
        assertTrue(
                client().admin().indices().prepareCreate("logs-000001").addAlias(new Alias("write-logs").writeIndex(true)).get()
                        .isAcknowledged());
        write("write-logs", "phases of the moon");
        assertTrue(client().admin().indices().rolloverIndex(new RolloverRequest("write-logs", null)).actionGet().isRolledOver());
        BulkRequest second = new BulkRequest("write-logs").setRefreshPolicy(RefreshPolicy.IMMEDIATE)
                .add(new IndexRequest().id("2").source(Map.of("message", "baking bread")));
        assertFalse(client().bulk(second).actionGet().hasFailures());
        assertVectorOf("baking bread", client(), "logs-000002", "2");
        assertEquals(List.of("2", "phases of the moon"), ids(semantic(client(), "write-logs", "\"a loaf\"")));
    }

    public void testATemplateWhoseModelIsGone() throws IOException {
        ModelRequest small = new ModelRequest("small", Map.of("provider", "local", "model", BUILT_IN, "dimensions", 64));
        Exception unknown = expectThrows(Exception.class,
                () -> template("early", FIELD.formatted(", \"model\": \"small\""), List.of()));
        assertThat(ExceptionsHelper.stackTrace(unknown), containsString("unknown model [small]"));
        client().execute(PutModelAction.TYPE, small).actionGet();
        template("late", FIELD.formatted(", \"model\": \"small\""), List.of());
        component("part", FIELD.formatted(", \"model\": \"small\""));
        Exception used = expectThrows(Exception.class,
                () -> client().execute(DeleteModelAction.TYPE, new ModelRequest("small", Map.of())).actionGet());
        assertThat(rootMessage(used), containsString("cannot be deleted while it is used by"));
        assertThat(rootMessage(used), containsString("index template [late]"));
        assertThat(rootMessage(used), containsString("component template [part]"));
    }
}
