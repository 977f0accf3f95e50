package io.semanticsearch.onnx;

/** The call did not run to its end, because its {@link Cancellation} ended it. */
public final class OnnxCancelledException extends OnnxException {

    private static final long serialVersionUID = 1L;

    private final boolean deadlineExceeded;

    OnnxCancelledException(String message, boolean deadlineExceeded) {
        super(NO_CODE, message);
        this.deadlineExceeded = deadlineExceeded;
    }

    /** Whether the deadline did it, and not {@link Cancellation#cancel}. */
    public boolean deadlineExceeded() {
        return deadlineExceeded;
    }
}
