package io.semanticsearch.embedding.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** That the same request may succeed later. */
final class RetryLaterException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> after;

    /** @param after when, if the other side said so */
    RetryLaterException(String message, Optional<Duration> after) {
        super(message);
        this.after = after;
    }

    Optional<Duration> after() {
        return after;
    }
}
