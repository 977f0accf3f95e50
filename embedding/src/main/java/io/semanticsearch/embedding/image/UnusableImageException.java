package io.semanticsearch.embedding.image;

import io.semanticsearch.embedding.Embedding;

/** One image cannot be used, whatever the model; its message is a sentence for the one who sent the image. */
public final class UnusableImageException extends Exception {

    private static final long serialVersionUID = 1L;

    UnusableImageException(String message) {
        super(message);
    }

    UnusableImageException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What became of the image, among those of its batch. */
    public Embedding.Refused refusal() {
        return new Embedding.Refused(getMessage());
    }
}
