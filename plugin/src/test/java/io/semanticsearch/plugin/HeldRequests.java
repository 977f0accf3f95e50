package io.semanticsearch.plugin;

import static org.opensearch.test.OpenSearchIntegTestCase.internalCluster;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.opensearch.test.transport.MockTransportService;
import org.opensearch.transport.TransportRequest;
import org.opensearch.transport.TransportService;

/** Requests of one action that lie on the nodes where they arrived: whoever sent them waits. */
final class HeldRequests {

    static final String EMBED = "internal:semantic/embed";
    static final String MODEL = "internal:semantic/model";

    private static final long PATIENCE_SECONDS = 30;

    private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
    private final AtomicBoolean holding = new AtomicBoolean(true);

    /** A request, and what lets it go on. */
    record Held(String node, Runnable goOn) {}

    /** Needs {@link MockTransportService.TestPlugin} on the nodes. */
    static HeldRequests of(String action, String... nodes) {
        HeldRequests requests = new HeldRequests();
        for (String node : nodes) requests.holdOn(node, action);
        return requests;
    }

    private void holdOn(String node, String action) {
        MockTransportService transport = (MockTransportService) internalCluster().getInstance(TransportService.class, node);
        transport.<TransportRequest>addRequestHandlingBehavior(action, (handler, request, channel, task) -> {
            if (!holding.get()) {
                handler.messageReceived(request, channel, task);
                return;
            }
            held.add(new Held(node, () -> {
                try {
                    handler.messageReceived(request, channel, task);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }));
        });
    }

    /** The next one that arrived; later ones pass if so wanted. */
    Held next(boolean thenPass) {
        try {
            Held next = held.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) throw new AssertionError("no request arrived");
            if (thenPass) holding.set(false);
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
