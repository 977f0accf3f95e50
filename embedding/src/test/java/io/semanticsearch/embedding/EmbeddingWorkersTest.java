package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EmbeddingWorkersTest {

    private final CountDownLatch gate = new CountDownLatch(1);
    private final EmbeddingWorkers workers = new EmbeddingWorkers(1, 0, new QueueBounds(100, 1000), Duration.ofSeconds(1),
            new PassRunner(new ProcessorLoad()));

    @AfterEach
    void close() {
        gate.countDown();
        workers.close();
    }

    @Test
    void work_runs_and_completes_on_a_daemon_thread_of_its_own() throws Exception {
        CompletableFuture<Thread> completedOn = new CompletableFuture<>();
        hold();
        CompletableFuture<Thread> ranOn = workers.submit(Role.QUERY, 1, Thread::currentThread);
        ranOn.thenRun(() -> completedOn.complete(Thread.currentThread()));
        gate.countDown();
        // Asked first: who waits for a future may itself run what depends on it.
        Thread completed = completedOn.get();
        assertEquals("semantic-embed-0", completed.getName());
        assertTrue(completed.isDaemon());
        assertSame(completed, ranOn.get());
    }

    @Test
    void queries_go_before_documents_that_wait_longer() throws Exception {
        hold();
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Boolean>> all = List.of(workers.submit(Role.DOCUMENT, 1, () -> order.add("d1")),
                workers.submit(Role.DOCUMENT, 1, () -> order.add("d2")), workers.submit(Role.QUERY, 1, () -> order.add("q1")),
                workers.submit(Role.QUERY, 1, () -> order.add("q2")));
        gate.countDown();
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
        assertEquals(List.of("q1", "q2", "d1", "d2"), order);
    }

    @Test
    void work_that_would_pass_the_bound_is_refused_and_the_setting_named() throws Exception {
        hold();
        workers.submit(Role.DOCUMENT, 60, () -> null);
        EmbeddingException refusal = failure(workers.submit(Role.DOCUMENT, 41, () -> null));
        assertInstanceOf(EmbeddingException.Overloaded.class, refusal);
        assertEquals(
                "[60] bytes of documents wait to be embedded on this node, and [41] more would pass the bound of [100]; send less at a"
                        + " time, try again later, or raise [plugins.semantic.queue_bytes]",
                refusal.getMessage());
        assertFalse(workers.submit(Role.DOCUMENT, 40, () -> null).isDone());
        assertEquals(new EmbeddingWorkers.Stats.Lane(2, 100, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0), workers.stats().documents());
    }

    @Test
    void waiting_documents_do_not_make_queries_be_refused() throws Exception {
        hold();
        workers.submit(Role.DOCUMENT, 100, () -> null);
        assertFalse(workers.submit(Role.QUERY, 100, () -> null).isDone());
    }

    @Test
    void one_work_larger_than_the_bound_is_taken_when_nothing_waits() throws Exception {
        hold();
        CompletableFuture<Integer> large = workers.submit(Role.DOCUMENT, Long.MAX_VALUE, () -> 1);
        assertInstanceOf(EmbeddingException.Overloaded.class, failure(workers.submit(Role.DOCUMENT, 1, () -> 2)));
        gate.countDown();
        assertEquals(1, large.get());
    }

    @Test
    void the_bound_can_be_raised() throws Exception {
        hold();
        workers.submit(Role.DOCUMENT, 100, () -> null);
        workers.setBounds(new QueueBounds(200, 1000));
        assertFalse(workers.submit(Role.DOCUMENT, 100, () -> null).isDone());
    }

    @Test
    void cancelling_what_waits_frees_its_bytes_and_never_runs_it() throws Exception {
        hold();
        CompletableFuture<Object> cancelled = workers.submit(Role.DOCUMENT, 100, () -> {
            throw new AssertionError("ran");
        });
        assertTrue(cancelled.cancel(false));
        assertEquals(0, workers.stats().documents().queuedBytes());
        CompletableFuture<Integer> next = workers.submit(Role.DOCUMENT, 100, () -> 1);
        gate.countDown();
        assertEquals(1, next.get());
        assertEquals(0, workers.stats().documents().failed());
    }

    @Test
    void a_timeout_takes_what_waits_out_as_well() throws Exception {
        hold();
        CompletableFuture<Object> late = workers.submit(Role.QUERY, 100, () -> null).orTimeout(1, TimeUnit.MILLISECONDS);
        assertThrows(ExecutionException.class, late::get);
        EmbeddingWorkers.Stats.Lane empty = new EmbeddingWorkers.Stats.Lane(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        // The thread of the timeout tells whoever waits first.
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> {
            while (!workers.stats().queries().equals(empty))
                Thread.sleep(1);
        });
    }

    @Test
    void an_exception_of_the_work_is_the_exception_of_the_future() {
        Exception cause = new Exception("no");
        CompletableFuture<Object> failed = workers.submit(Role.QUERY, 1, () -> {
            throw cause;
        });
        assertSame(cause, assertThrows(ExecutionException.class, failed::get).getCause());
        assertEquals(1, workers.stats().queries().failed());
    }

    @Test
    void an_error_is_wrapped_and_the_thread_lives_on() throws Exception {
        Error cause = new StackOverflowError("deep");
        CompletableFuture<Object> failed = workers.submit(Role.QUERY, 1, () -> {
            throw cause;
        });
        Throwable wrapped = assertThrows(ExecutionException.class, failed::get).getCause();
        assertInstanceOf(EmbeddingException.BrokenModel.class, wrapped);
        assertEquals("embedding failed: [java.lang.StackOverflowError: deep]", wrapped.getMessage());
        assertSame(cause, wrapped.getCause());
        assertEquals(1, workers.submit(Role.QUERY, 1, () -> 1).get());
    }

    @Test
    void an_interrupt_does_not_reach_the_next_work() throws Exception {
        workers.submit(Role.QUERY, 1, () -> {
            Thread.currentThread().interrupt();
            return null;
        }).get();
        assertFalse(workers.submit(Role.QUERY, 1, () -> Thread.currentThread().isInterrupted()).get());
    }

    @Test
    void counters_count_each_lane() throws Exception {
        workers.submit(Role.QUERY, 1, () -> null).get();
        workers.submit(Role.DOCUMENT, 1, () -> null).get();
        workers.submit(Role.DOCUMENT, 1, () -> null).get();
        assertEquals(new EmbeddingWorkers.Stats(new EmbeddingWorkers.Stats.Lane(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
                new EmbeddingWorkers.Stats.Lane(0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0)), workers.stats());
    }

    @Test
    void closing_fails_what_waits_and_lets_what_runs_finish() throws Exception {
        CompletableFuture<Object> running = hold();
        CompletableFuture<Object> waiting = workers.submit(Role.DOCUMENT, 1, () -> null);
        waiting.whenComplete((result, failure) -> gate.countDown());
        workers.close();
        String message = "embedding has stopped on this node, because the node is closing; try again on another";
        assertEquals(message, assertInstanceOf(EmbeddingException.Unavailable.class, failure(waiting)).getMessage());
        assertEquals(message, failure(workers.submit(Role.QUERY, 1, () -> null)).getMessage());
        assertEquals("held", running.get());
        assertEquals(0, workers.stats().documents().waiting());
    }

    @Test
    void closing_interrupts_what_never_ends() throws Exception {
        CompletableFuture<Object> endless = hold();
        workers.close();
        assertInstanceOf(InterruptedException.class, assertThrows(ExecutionException.class, endless::get).getCause());
    }

    @Test
    void work_may_close_the_workers_that_run_it() throws Exception {
        workers.submit(Role.QUERY, 1, () -> {
            workers.close();
            return null;
        }).get();
    }

    @Test
    void senseless_numbers_are_refused() {
        assertEquals("[threads] is [0], expected 1 or more",
                assertThrows(IllegalArgumentException.class, () -> new EmbeddingWorkers(0, 0, new QueueBounds(1, 1)))
                        .getMessage());
        assertEquals("[plugins.semantic.queue_bytes] is [0], expected 1 or more",
                assertThrows(IllegalArgumentException.class, () -> new QueueBounds(0, 1)).getMessage());
        assertEquals("[bytes] is [-1], expected 0 or more",
                assertThrows(IllegalArgumentException.class, () -> workers.submit(Role.QUERY, -1, () -> null)).getMessage());
    }

    /** Occupies the only thread until the gate opens. */
    private CompletableFuture<Object> hold() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Object> held = workers.submit(Role.DOCUMENT, 0, () -> {
            started.countDown();
            gate.await();
            return "held";
        });
        started.await();
        return held;
    }

    private static EmbeddingException failure(CompletableFuture<?> future) {
        return EmbeddingException.of(assertThrows(ExecutionException.class, future::get));
    }
}
