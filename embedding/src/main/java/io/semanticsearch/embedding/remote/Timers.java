package io.semanticsearch.embedding.remote;

import java.time.Duration;

/** The time, and what is to be done when it has come. */
interface Timers extends AutoCloseable {

    /** Nanoseconds since some moment; differences only. */
    long nanoTime();

    /**
     * Does something later, which must not block.
     *
     * @return takes it back, to no effect when it began already
     */
    Runnable after(Duration delay, Runnable action);

    @Override
    void close();
}
