package io.semanticsearch.trainer;

/** What the user can mend: said without a stack trace. */
final class TrainerException extends RuntimeException {

    private static final long serialVersionUID = 1;

    TrainerException(String message) {
        super(message);
    }
}
