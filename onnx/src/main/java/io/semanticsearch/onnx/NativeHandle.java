package io.semanticsearch.onnx;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A native object that many threads use and one owner closes. Freed once, and only when nobody uses it: a native object that is freed
 * under a running call takes the process down. Safe for many threads.
 */
final class NativeHandle implements AutoCloseable {

    /** Added to the number of uses once it is closed. */
    private static final int CLOSED = Integer.MIN_VALUE;

    private final String what;
    private final MemorySegment address;
    private final Runnable free;
    private final AtomicInteger uses = new AtomicInteger();
    private final CountDownLatch unused = new CountDownLatch(1);
    private final CountDownLatch freed = new CountDownLatch(1);

    /** @param what names it in messages */
    NativeHandle(String what, MemorySegment address, Runnable free) {
        this.what = what;
        this.address = address;
        this.free = free;
    }

    /** The object, for use until {@link #release}, which must follow. */
    MemorySegment acquire() {
        while (true) {
            int before = uses.get();
            if (before < 0) throw new OnnxClosedException(what);
            if (uses.compareAndSet(before, before + 1)) return address;
        }
    }

    void release() {
        if (uses.decrementAndGet() == CLOSED) unused.countDown();
    }

    boolean isClosed() {
        return uses.get() < 0;
    }

    /** Refuses further use, waits for what is in use, and frees it. Closing again does nothing but wait for that. */
    @Override
    public void close() {
        int before = uses.getAndUpdate(now -> now < 0 ? now : now + CLOSED);
        if (before < 0) {
            await(freed);
            return;
        }
        if (before > 0) await(unused);
        try {
            free.run();
        } finally {
            freed.countDown();
        }
    }

    /** Not to be interrupted: whoever closes a model relies on its memory being free afterwards. */
    private static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
