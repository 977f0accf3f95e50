package io.semanticsearch.onnx;

/**
 * Takes what ONNX Runtime reports, warnings and worse. Called on whatever thread runs a model, also on native ones, in the middle of the
 * call: it must be quick, and must not close or run anything of ONNX Runtime. What it throws is dropped.
 */
@FunctionalInterface
public interface OnnxLog {

    /**
     * Takes one message.
     *
     * @param level {@code WARNING} or {@code ERROR}
     * @param place where in the source of ONNX Runtime it comes from
     */
    void log(System.Logger.Level level, String message, String place);
}
