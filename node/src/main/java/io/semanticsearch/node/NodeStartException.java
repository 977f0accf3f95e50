package io.semanticsearch.node;

/** A node was not started, or did not answer; the message says why and, when it ran at all, has the end of its log. */
public final class NodeStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NodeStartException(String message) {
        super(message);
    }

    NodeStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
