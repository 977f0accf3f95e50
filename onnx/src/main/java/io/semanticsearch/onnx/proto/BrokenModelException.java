package io.semanticsearch.onnx.proto;

/** A file of a model cannot be read: it is cut short, is not what its name says, or contradicts itself. Fetching it again may help. */
public final class BrokenModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BrokenModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
