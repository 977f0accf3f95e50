package io.semanticsearch.onnx;

/** What ONNX Runtime refused or failed to do. */
public sealed class OnnxException extends RuntimeException
        permits OnnxUnavailableException, OnnxCancelledException, OnnxClosedException {

    /** The code of a failure that did not come from ONNX Runtime. */
    public static final int NO_CODE = -1;

    private static final long serialVersionUID = 1L;

    private final int code;

    OnnxException(int code, String message) {
        this(code, message, null);
    }

    OnnxException(int code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /**
     * The error code of ONNX Runtime, {@code OrtErrorCode}: 1 failed, 2 invalid argument, 3 no such file, 6 exception at run time, 7 invalid
     * protobuf, 9 not implemented, 10 invalid graph, 11 execution provider failed; or {@link #NO_CODE}.
     */
    public final int code() {
        return code;
    }

    /** The same failure, told together with what it was about. */
    OnnxException about(String what) {
        return new OnnxException(code, what + ": " + getMessage(), this);
    }
}
