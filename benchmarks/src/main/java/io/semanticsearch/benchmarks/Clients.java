package io.semanticsearch.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * So many clients of a node, each of which waits for an answer before it asks again.
 *
 * @param count how many work at the same time
 */
record Clients(int count) {

    /** One request. */
    interface Request<T, R> {
        R send(T work) throws IOException;
    }

    /**
     * Sends all of the work; the first failure ends it.
     *
     * @return what came back, in no order
     */
    <T, R> List<R> send(List<T> work, Request<T, R> request) throws IOException {
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            List<Future<List<R>>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) futures.add(threads.submit(() -> client(next, work, request)));
            List<R> answers = new ArrayList<>();
            for (Future<List<R>> future : futures) answers.addAll(future.get());
            return answers;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw new IOException(cause.getMessage(), cause);
                case BenchmarkException cause -> throw new BenchmarkException(cause.getMessage(), cause);
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    private static <T, R> List<R> client(AtomicInteger next, List<T> work, Request<T, R> request) throws IOException {
        List<R> answers = new ArrayList<>();
        try {
            for (int i = next.getAndIncrement(); i < work.size(); i = next.getAndIncrement())
                answers.add(request.send(work.get(i)));
            return answers;
        } catch (IOException | RuntimeException e) {
            // The other clients need not go on.
            next.set(work.size());
            throw e;
        }
    }
}
