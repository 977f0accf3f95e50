package io.semanticsearch.embedding.remote;

/** That what came with status 200 is not what the provider is known to send; its message says what was there. */
final class UnusableAnswerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableAnswerException(String message) {
        super(message);
    }
}
