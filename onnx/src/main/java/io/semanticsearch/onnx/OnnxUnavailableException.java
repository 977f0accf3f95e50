package io.semanticsearch.onnx;

/** There is no ONNX Runtime here, or none of the wanted kind: local ONNX models cannot run in this process. */
public final class OnnxUnavailableException extends OnnxException {

    private static final long serialVersionUID = 1L;

    OnnxUnavailableException(String message) {
        super(NO_CODE, message);
    }

    OnnxUnavailableException(String message, Throwable cause) {
        super(cause instanceof OnnxException known ? known.code() : NO_CODE, message, cause);
    }
}
