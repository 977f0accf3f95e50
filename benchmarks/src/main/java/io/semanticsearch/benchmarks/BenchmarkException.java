package io.semanticsearch.benchmarks;

/** Something that the person at the terminal can mend, or that the node answered; shown as its message alone. */
final class BenchmarkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchmarkException(String message) {
        super(message);
    }

    BenchmarkException(String message, Throwable cause) {
        super(message, cause);
    }
}
