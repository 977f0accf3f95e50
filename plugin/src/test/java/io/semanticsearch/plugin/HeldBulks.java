package io.semanticsearch.plugin;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.bulk.BulkAction;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.tasks.Task;

/** Holds bulks, when asked to, behind all filters and before OpenSearch looks at them; for all nodes of this process. */
public final class HeldBulks extends Plugin implements ActionPlugin, ActionFilter {

    private static final long PATIENCE_SECONDS = 120;

    private static volatile CountDownLatch held = new CountDownLatch(0);
    private static volatile CountDownLatch gate = new CountDownLatch(0);

    static void hold() {
        held = new CountDownLatch(1);
        gate = new CountDownLatch(1);
    }

    static void awaitOne() throws InterruptedException {
        if (!held.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) throw new AssertionError("no bulk came");
    }

    static void letGo() {
        gate.countDown();
    }

    @Override
    public List<ActionFilter> getActionFilters() {
        return List.of(this);
    }

    @Override
    public int order() {
        return Integer.MAX_VALUE;
    }

    @Override
    public <Request extends ActionRequest, Response extends ActionResponse> void apply(
            Task task,
            String action,
            Request request,
            ActionRequestMetadata<Request, Response> metadata,
            ActionListener<Response> listener,
            ActionFilterChain<Request, Response> chain) {
        if (action.equals(BulkAction.NAME)) {
            held.countDown();
            try {
                if (!gate.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) throw new AssertionError("nobody let it go");
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        chain.proceed(task, action, request, listener);
    }
}
