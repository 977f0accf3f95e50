package io.semanticsearch.ingest;

import io.semanticsearch.field.FieldConfig;
import java.util.List;
import java.util.Optional;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.bulk.BulkAction;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.delete.DeleteRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.update.UpdateAction;
import org.opensearch.action.update.UpdateRequest;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.test.OpenSearchTestCase;
import org.opensearch.test.client.NoOpClient;

/** What the filter lets through to the bulk action. */
public class FreshUpdatesTests extends OpenSearchTestCase {

    private static final List<FieldConfig> BOOKS = List.of(Documents.field("meaning", WordModels.ENGLISH, "title"));

    private final PlainActionFuture<BulkResponse> answer = new PlainActionFuture<>();

    /** The request that goes on to the action. */
    private <Request extends ActionRequest, Response extends ActionResponse> ActionRequest filtered(
            String action,
            Request request,
            PlainActionFuture<Response> answer) {
        PlainActionFuture<ActionRequest> proceeded = new PlainActionFuture<>();
        ActionFilterChain<Request, Response> chain = (task, name, passed, listener) -> {
            assertEquals(action, name);
            proceeded.onResponse(passed);
            listener.onFailure(new IllegalStateException("no action here"));
        };
        try (NoOpClient client = new NoOpClient(getTestName())) {
            new FreshUpdates(index -> Optional.of(new WrittenIndex(index, BOOKS)), () -> client)
                    .apply(null, action, request, ActionRequestMetadata.empty(), answer, chain);
        }
        return proceeded.actionGet();
    }

    public void testABulkThatTouchesNoTextIsLeftAlone() {
        BulkRequest bulk = new BulkRequest().add(new DeleteRequest("books", "1"))
                .add(new UpdateRequest("books", "2").doc("views", 1));
        assertSame(bulk, filtered(BulkAction.NAME, bulk, answer));
    }

    public void testOtherActionsAreLeftAlone() {
        UpdateRequest update = new UpdateRequest("books", "2").doc("title", "wheel");
        assertSame(update, filtered(UpdateAction.NAME, update, new PlainActionFuture<>()));
    }

    public void testUpdatesThatTouchATextAreTakenOut() {
        IndexRequest index = new IndexRequest("books").id("1").source("""
                {"title": "tyre"}""", XContentType.JSON);
        BulkRequest bulk = new BulkRequest().add(index).add(new UpdateRequest("books", "2").doc("title", "wheel"));
        assertEquals(List.of(index), ((BulkRequest) filtered(BulkAction.NAME, bulk, answer)).requests());
    }

    public void testWhereTheBulkFailsTheUpdatesAreNotRun() {
        BulkRequest bulk = new BulkRequest().add(new DeleteRequest("books", "1"))
                .add(new UpdateRequest("books", "2").doc("title", "wheel"));
        filtered(BulkAction.NAME, bulk, answer);
        IllegalStateException failure = expectThrows(IllegalStateException.class, answer::actionGet);
        assertEquals("no action here", failure.getMessage());
    }
}
