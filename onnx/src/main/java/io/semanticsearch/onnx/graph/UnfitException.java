package io.semanticsearch.onnx.graph;

/** Weights cannot be written in the wanted precision; its message is the reason that {@link Compilation.Unfit} carries. */
final class UnfitException extends Exception {

    private static final long serialVersionUID = 1L;

    UnfitException(String reason) {
        super(reason);
    }
}
