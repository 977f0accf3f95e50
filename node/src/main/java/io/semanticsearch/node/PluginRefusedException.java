package io.semanticsearch.node;

/** A plugin zip was not installed: it is malformed, or does not fit this home. The home is as it was before. */
public final class PluginRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PluginRefusedException(String message) {
        super(message);
    }

    PluginRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
