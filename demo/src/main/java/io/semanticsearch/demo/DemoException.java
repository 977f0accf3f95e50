package io.semanticsearch.demo;

/** Something that the person at the terminal can mend; shown as its message alone. */
final class DemoException extends RuntimeException {

    private static final long serialVersionUID = 1;

    DemoException(String message) {
        super(message);
    }
}
