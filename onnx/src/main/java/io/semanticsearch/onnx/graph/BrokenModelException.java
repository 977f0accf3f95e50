package io.semanticsearch.onnx.graph;

/** A file of a model cannot be read: it is cut short, is not what its name says, or contradicts itself. Fetching it again may help. */
public final class BrokenModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BrokenModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
