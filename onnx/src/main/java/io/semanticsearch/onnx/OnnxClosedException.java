package io.semanticsearch.onnx;

/** The object was closed before or while this call came: the model was unloaded meanwhile. */
public final class OnnxClosedException extends OnnxException {

    private static final long serialVersionUID = 1L;

    OnnxClosedException(String what) {
        super(NO_CODE, what + " is closed");
    }
}
