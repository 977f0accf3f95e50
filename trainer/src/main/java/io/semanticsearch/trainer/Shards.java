package io.semanticsearch.trainer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Work cut into numbered shards that some threads share. Which thread takes which shard is open, so a shard writes only what is its own;
 * then the result does not depend on the number of threads.
 */
final class Shards implements AutoCloseable {

    private final int threads;
    private final ExecutorService pool;

    Shards(int threads) {
        if (threads < 1) throw new TrainerException("threads are [" + threads + "], expected 1 or more");
        this.threads = threads;
        this.pool = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("trainer-", 1).factory());
    }

    int threads() {
        return threads;
    }

    /** Runs every shard once and returns when all are done; a failure of one is thrown. */
    void run(int shards, IntConsumer work) {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (int t = 0; t < Math.min(threads, shards); t++) {
            running.add(pool.submit(() -> {
                for (int shard = next.getAndIncrement(); shard < shards; shard = next.getAndIncrement()) work.accept(shard);
            }));
        }
        for (Future<?> future : running) await(future);
    }

    /** Cuts {@code 0 … count} into pieces of one size. */
    void ranges(int count, int size, Range work) {
        run((count + size - 1) / size, shard -> work.accept(shard * size, Math.min(count, (shard + 1) * size)));
    }

    /** A piece of the work: from, inclusive, to, exclusive. */
    interface Range {
        void accept(int from, int to);
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }

    private static void await(Future<?> future) {
        try {
            future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrainerException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) throw failure;
            throw new IllegalStateException(e.getCause());
        }
    }
}
