package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.StatsAction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.bulk.BulkItemResponse;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.cluster.node.DiscoveryNodeRole;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.transport.TransportResponse;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.NodeRoles;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.test.transport.MockTransportService;
import org.opensearch.transport.TransportRequest;
import org.opensearch.transport.TransportService;

/** Nodes whose messages have formats that the others do not know, as while the plugin is upgraded on one node after the other. */
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0, supportsDedicatedMasters = false)
public class MixedVersionsIT extends SemanticIntegTestCase {

    private static final int OTHER = 99;
    private static final String FINISH = "the nodes run different versions of the plugin; finish the upgrade";

    private String asking;

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        List<Class<? extends Plugin>> plugins = new ArrayList<>(super.nodePlugins());
        plugins.add(MockTransportService.TestPlugin.class);
        return plugins;
    }

    /** A request as another version of the plugin writes it. */
    private static final class OtherRequest extends TransportRequest {
        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            out.writeVInt(OTHER);
            out.writeString("what this version knows nothing of");
        }
    }

    /** An answer as another version of the plugin writes it. */
    private static final class OtherResponse extends TransportResponse {
        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeVInt(OTHER);
            out.writeString("what this version knows nothing of");
        }
    }

    private static MockTransportService transport(String node) {
        return (MockTransportService) internalCluster().getInstance(TransportService.class, node);
    }

    private String startNodes() throws IOException {
        asking = internalCluster().startNode(Settings.builder().put("plugins.semantic.local.enabled", false).build());
        String other = internalCluster().startNode(NodeRoles.onlyRole(DiscoveryNodeRole.INGEST_ROLE));
        ensureStableCluster(2);
        createBooks("books", 1, 0);
        return other;
    }

    /** @return how many requests to the node were made unreadable so far */
    private AtomicInteger sendOtherRequests(String to) {
        AtomicInteger sent = new AtomicInteger();
        String id = internalCluster().clusterService(to).localNode().getId();
        transport(asking).addSendBehavior((connection, requestId, action, request, options) -> {
            boolean other = action.startsWith("internal:semantic/") && connection.getNode().getId().equals(id);
            if (other) sent.incrementAndGet();
            connection.sendRequest(requestId, action, other ? new OtherRequest() : request, options);
        });
        return sent;
    }

    private static void sendOtherAnswers(String from, String action) {
        transport(from).addRequestHandlingBehavior(action,
                (handler, request, channel, task) -> channel.sendResponse(new OtherResponse()));
    }

    private BulkItemResponse write(String title) {
        return internalCluster().client(asking).bulk(new BulkRequest().add(
                new IndexRequest("books").id("1").source(Map.of("title", title)))).actionGet().getItems()[0];
    }

    private void assertToldEverywhere(String other, String misunderstood) {
        BulkItemResponse refused = write("baking bread");
        assertEquals(RestStatus.SERVICE_UNAVAILABLE, refused.status());
        String told = "model [" + BUILT_IN + "] could not be asked on node [" + other + "], nor on another: ";
        assertThat(refused.getFailureMessage(), containsString(told));
        assertThat(refused.getFailureMessage(), containsString(misunderstood));
        Exception failure = expectThrows(Exception.class,
                () -> semantic(internalCluster().client(asking), "books", "\"bread\""));
        assertEquals(RestStatus.SERVICE_UNAVAILABLE, ExceptionsHelper.status(failure));
        assertThat(rootMessage(failure), containsString(misunderstood));
    }

    public void testARequestThatTheOthersCannotReadIsTold() throws Exception {
        String other = startNodes();
        AtomicInteger sent = sendOtherRequests(other);
        assertToldEverywhere(other, "a request to embed of format [99] came in, this node reads [4]: " + FINISH);
        assertEquals(2, sent.get());
        Exception undefined = expectThrows(Exception.class, () -> internalCluster().client(asking).execute(PutModelAction.TYPE,
                new ModelRequest("small", Map.of("provider", "local", "model", BUILT_IN, "dimensions", 64))).actionGet());
        assertEquals(RestStatus.SERVICE_UNAVAILABLE, ExceptionsHelper.status(undefined));
        assertThat(rootMessage(undefined), containsString("model [small] was not defined, because it does not work on node ["
                + other + "]: a request about a model of format [99] came in, this node reads [1]: " + FINISH));
        // As soon as a node of the same version runs models, it is asked in their place.
        internalCluster().startNode(NodeRoles.onlyRole(DiscoveryNodeRole.INGEST_ROLE));
        ensureStableCluster(3);
        for (int i = 0; i < 50 && sent.get() < 5; i++) assertFalse(write("baking bread " + i).isFailed());
        assertTrue("[" + other + "] was never asked", sent.get() >= 5);
    }

    public void testAnAnswerThatCannotBeReadIsTold() throws Exception {
        String other = startNodes();
        sendOtherAnswers(other, HeldRequests.EMBED);
        sendOtherAnswers(other, HeldRequests.MODEL);
        assertToldEverywhere(other, "embedded texts of format [99] came in, this node reads [2]: " + FINISH);
        Map<?, ?> stats = (Map<?, ?>) internalCluster().client(asking).execute(StatsAction.TYPE, new StatsAction.Request())
                .actionGet().body().get("nodes");
        assertEquals("an answer about a model of format [99] came in, this node reads [1]: " + FINISH,
                ((Map<?, ?>) stats.get(other)).get("error"));
        assertTrue(((Map<?, ?>) stats.get(asking)).containsKey("queue"));
    }
}
