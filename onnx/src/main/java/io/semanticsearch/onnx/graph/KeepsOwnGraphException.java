package io.semanticsearch.onnx.graph;

/** The compiler has no fused form for a model; its message is the reason that {@link Compilation.Kept} carries. */
final class KeepsOwnGraphException extends Exception {

    private static final long serialVersionUID = 1L;

    KeepsOwnGraphException(String reason) {
        super(reason);
    }
}
