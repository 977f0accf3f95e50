package io.semanticsearch.tokenizer;

/** A {@code tokenizer.json} that cannot be used: malformed, contradicting itself, or of a kind that is not supported. */
public final class TokenizerException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    TokenizerException(String message) {
        super(message);
    }

    TokenizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
