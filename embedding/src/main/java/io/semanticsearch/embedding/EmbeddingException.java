package io.semanticsearch.embedding;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Why nothing could be embedded, split by what the caller can do about it. */
public abstract sealed class EmbeddingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private EmbeddingException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The HTTP status that tells a client the same. */
    public abstract int status();

    /** The failure of a future as one of this family, out of the wrappers that futures put around it. */
    public static EmbeddingException of(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof EmbeddingException known ? known : new BrokenModel("embedding failed: [" + cause + "]", cause);
    }

    /** The request or the definition is wrong: the same again fails again. */
    public static final class BadRequest extends EmbeddingException {

        private static final long serialVersionUID = 1L;

        public BadRequest(String message) {
            super(message, null);
        }

        public BadRequest(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public int status() {
            return 400;
        }
    }

    /** Too much is waiting already: try again later, send less at a time, or raise the setting that the message names. */
    public static final class Overloaded extends EmbeddingException {

        private static final long serialVersionUID = 1L;

        public Overloaded(String message) {
            super(message, null);
        }

        @Override
        public int status() {
            return 429;
        }
    }

    /** The model cannot be reached now: try again. */
    public static final class Unavailable extends EmbeddingException {

        private static final long serialVersionUID = 1L;

        public Unavailable(String message) {
            super(message, null);
        }

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public int status() {
            return 503;
        }
    }

    /** The time that the request gave was too short. */
    public static final class DeadlineExceeded extends EmbeddingException {

        private static final long serialVersionUID = 1L;

        public DeadlineExceeded(String message) {
            super(message, null);
        }

        @Override
        public int status() {
            return 504;
        }
    }

    /** The model itself is at fault, its files or what it computes: someone has to mend or replace it. */
    public static final class BrokenModel extends EmbeddingException {

        private static final long serialVersionUID = 1L;

        public BrokenModel(String message) {
            super(message, null);
        }

        public BrokenModel(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public int status() {
            return 500;
        }
    }
}
