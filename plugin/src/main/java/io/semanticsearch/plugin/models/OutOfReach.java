package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.LocalModel;
import java.io.IOException;
import org.opensearch.OpenSearchException;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.node.NodeClosedException;
import org.opensearch.transport.ConnectTransportException;
import org.opensearch.transport.TransportSerializationException;

/** Failures of a node that was asked to embed which say nothing of the texts or the model, so that another node may do better. */
final class OutOfReach {

    private OutOfReach() {}

    static boolean is(Throwable cause, Model model) {
        return isNodes(cause)
                || isItsOwn(model) && cause instanceof OpenSearchException e && e.status() == RestStatus.SERVICE_UNAVAILABLE;
    }

    /** Whether it may be that one node can run a model and another cannot: a server that is down is down for all of them. */
    static boolean isItsOwn(Model model) {
        return model.definition() instanceof LocalModel;
    }

    /** What the user hears when no other node is left. */
    static Throwable told(DiscoveryNode node, Throwable cause, Model model) {
        if (!isNodes(cause)) return cause;
        return new OpenSearchStatusException("model [" + model.id() + "] could not be asked on node [" + node.getName()
                + "], nor on another: " + reason(cause) + "; try again", RestStatus.SERVICE_UNAVAILABLE);
    }

    /** The message of a failure; of an answer that could not be read, what was wrong with it. */
    static String reason(Throwable cause) {
        return cause instanceof TransportSerializationException && cause.getCause() != null
                ? cause.getCause().getMessage()
                : cause.getMessage();
    }

    /** Whether the node could not be asked or understood, whatever it was asked for. */
    static boolean isNodes(Throwable cause) {
        return isGone(cause) || isMisunderstood(cause);
    }

    static boolean isGone(Throwable cause) {
        return cause instanceof ConnectTransportException || cause instanceof NodeClosedException;
    }

    /** Nodes of different versions of the plugin: the question could not be read there, or the answer here. */
    private static boolean isMisunderstood(Throwable cause) {
        return cause instanceof IOException || cause instanceof TransportSerializationException;
    }
}
