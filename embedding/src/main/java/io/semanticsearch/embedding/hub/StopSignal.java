package io.semanticsearch.embedding.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Response;

/**
 * Ends one fetch from another thread, at once: also while it waits for bytes that do not come. An interrupt of the fetching thread counts
 * as well, where that thread looks.
 */
final class StopSignal {

    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Call running;

    void stop() {
        stopped.countDown();
        // Set before it is looked for here, or the other thread sees the latch: see execute.
        Call call = running;
        if (call != null) call.cancel();
    }

    /** Whether to go on; throws {@link CancellationException} when not. */
    void check() {
        if (stopped.getCount() == 0) throw new CancellationException("the fetch was cancelled");
        if (Thread.currentThread().isInterrupted()) throw new CancellationException("the fetch was interrupted");
    }

    /** Begins a request; reading its answer ends at {@link #stop} too. */
    Response execute(Call call) throws IOException {
        running = call;
        check();
        try {
            return call.execute();
        } catch (Exception e) {
            // Kotlin declares no exceptions, so this one comes undeclared, and has taken the flag with it.
            if (e instanceof InterruptedException) Thread.currentThread().interrupt();
            throw e;
        }
    }

    void pause(Duration time) {
        try {
            if (stopped.await(time.toNanos(), TimeUnit.NANOSECONDS)) check();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            check();
        }
    }
}
