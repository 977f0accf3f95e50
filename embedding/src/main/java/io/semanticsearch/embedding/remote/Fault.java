package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.EmbeddingException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** What an answer that is no success means for the call. Reasons are in the provider's words, see {@link WireError#message}. */
sealed interface Fault {

    String reason();

    /**
     * The same call may succeed later.
     *
     * @param after when, if the provider said so
     * @param retries how often it may be tried again at most
     * @param busy whether the server is well and only asks to slow down
     */
    record Later(String reason, Optional<Duration> after, int retries, boolean busy) implements Fault {}

    /** The call has too many texts, tokens or bytes: fewer may succeed. */
    record TooLarge(String reason) implements Fault {}

    /**
     * One text has more tokens than the model reads.
     *
     * @param index which one, if the provider said so
     */
    record TooLong(String reason, OptionalInt index) implements Fault {}

    /**
     * One text cannot be embedded, whatever comes with it.
     *
     * @param index which one, if the provider said so
     */
    record BadText(String reason, OptionalInt index) implements Fault {}

    /** Nothing that could be sent would help. The exception's message is the reason and the advice; who it is about is put before it. */
    record Final(EmbeddingException failure) implements Fault {

        @Override
        public String reason() {
            return failure.getMessage();
        }
    }
}
