package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.FunctionLease;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** When a request came, when the first of its texts was begun, and how long the model had to be loaded for it. Safe for many threads. */
final class RequestTiming {

    private static final long NOT_YET = -1;

    private final long came = System.nanoTime();
    private final AtomicLong waited = new AtomicLong(NOT_YET);
    private final AtomicLong loading = new AtomicLong();

    /** Lends a model to a part of the request whose turn has come. */
    FunctionLease lend(Supplier<FunctionLease> lease) {
        long begun = System.nanoTime();
        waited.compareAndSet(NOT_YET, begun - came);
        FunctionLease lent = lease.get();
        loading.accumulateAndGet(System.nanoTime() - begun, Math::max);
        return lent;
    }

    /** Whether a model of this node was used for it. */
    boolean wasLent() {
        return waited.get() != NOT_YET;
    }

    long tookNanos() {
        return System.nanoTime() - came;
    }

    /** How long it waited until a thread was free; all the time until now where none was. */
    long waitedNanos() {
        long nanos = waited.get();
        return nanos == NOT_YET ? tookNanos() : nanos;
    }

    long loadingNanos() {
        return loading.get();
    }
}
