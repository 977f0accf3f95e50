package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CancellationTest {

    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private Path folder;
    private final OnnxRuntime runtime = Natives.open();

    @AfterEach
    void nothing_native_is_left() {
        assertEquals(0, runtime.liveObjects());
    }

    @Test
    void another_thread_ends_a_run() throws Exception {
        try (OnnxSession session = endless();
                OnnxCall call = ready(session);
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            Cancellation cancellation = new Cancellation();
            long start = System.nanoTime();
            Future<?> cancelled = other.submit(() -> {
                Thread.sleep(SOON);
                cancellation.cancel();
                return null;
            });
            OnnxCancelledException e = assertThrows(OnnxCancelledException.class, () -> call.run(cancellation));
            assertEquals("a call of model [" + session.model() + "] was cancelled", e.getMessage());
            assertFalse(e.deadlineExceeded());
            assertEndedEarly(start);
            cancelled.get();
        }
    }

    @Test
    void a_deadline_ends_a_run() throws Exception {
        try (OnnxSession session = endless(); OnnxCall call = ready(session)) {
            long start = System.nanoTime();
            OnnxCancelledException e = assertThrows(OnnxCancelledException.class, () -> call.run(Cancellation.after(SOON)));
            assertEquals("a call of model [" + session.model() + "] did not end before its deadline", e.getMessage());
            assertTrue(e.deadlineExceeded());
            assertEndedEarly(start);
        }
    }

    @Test
    void the_nearest_of_many_deadlines_comes_first() throws Exception {
        try (OnnxSession session = endless(); ExecutorService threads = Executors.newFixedThreadPool(3)) {
            long start = System.nanoTime();
            List<Future<Long>> ended = new ArrayList<>();
            for (int millis : new int[]{2400, 1200, 50}) {
                ended.add(threads.submit(() -> {
                    try (OnnxCall call = ready(session)) {
                        assertThrows(OnnxCancelledException.class, () -> call.run(Cancellation.after(Duration.ofMillis(millis))));
                        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                    }
                }));
            }
            long last = ended.get(0).get();
            long middle = ended.get(1).get();
            long first = ended.get(2).get();
            assertTrue(first < middle && middle < last, first + ", " + middle + ", " + last);
        }
    }

    @Test
    void one_cancellation_ends_all_runs_that_use_it() throws Exception {
        try (OnnxSession session = endless(); ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Cancellation cancellation = new Cancellation();
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                runs.add(threads.submit(() -> {
                    try (OnnxCall call = ready(session)) {
                        assertThrows(OnnxCancelledException.class, () -> call.run(cancellation));
                    }
                }));
            }
            Thread.sleep(SOON);
            cancellation.cancel();
            for (Future<?> run : runs) {
                run.get();
            }
        }
    }

    @Test
    void a_call_runs_again_after_it_was_cancelled() throws Exception {
        try (OnnxSession session = slow(150); OnnxCall call = ready(session)) {
            for (int i = 0; i < 3; i++) {
                assertThrows(OnnxCancelledException.class, () -> call.run(Cancellation.after(Duration.ofMillis(5))));
                call.run(Cancellation.after(Duration.ofMinutes(1)));
            }
            call.run();
        }
    }

    @Test
    void what_is_cancelled_before_does_not_run() throws Exception {
        try (OnnxSession session = endless(); OnnxCall call = ready(session)) {
            Cancellation cancellation = new Cancellation();
            assertFalse(cancellation.isCancelled());
            cancellation.cancel();
            assertTrue(cancellation.isCancelled());
            assertThrows(OnnxCancelledException.class, () -> call.run(cancellation));
            assertTrue(Cancellation.after(Duration.ZERO).isCancelled());
            assertThrows(OnnxCancelledException.class, () -> call.run(Cancellation.after(Duration.ZERO)));
        }
    }

    @Test
    void a_late_cancellation_leaves_other_runs_alone() throws Exception {
        try (OnnxSession session = slow(5); OnnxCall call = ready(session)) {
            Cancellation first = new Cancellation();
            call.run(first);
            first.cancel();
            call.run(new Cancellation());
            call.run();
        }
    }

    @Test
    void cancelling_at_any_moment_ends_a_run_or_not_and_nothing_else() throws Exception {
        try (OnnxSession session = slow(3);
                OnnxCall call = ready(session);
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            int cancelled = 0;
            for (int i = 0; i < 100; i++) {
                Cancellation cancellation = i % 2 == 0 ? new Cancellation() : Cancellation.after(Duration.ofNanos(i * 50_000L));
                long pause = i * 40_000L;
                Future<?> end = other.submit(() -> {
                    TimeUnit.NANOSECONDS.sleep(pause);
                    cancellation.cancel();
                    return null;
                });
                try {
                    call.run(cancellation);
                } catch (OnnxCancelledException e) {
                    cancelled++;
                }
                end.get();
                call.run();
            }
            assertTrue(cancelled > 0, "none was cancelled");
        }
    }

    /** Most of a minute of work: an end within [PATIENCE] can only be the cancellation. */
    private OnnxSession endless() throws Exception {
        return slow(1000, 8192);
    }

    private OnnxSession slow(int operators) throws Exception {
        return slow(operators, 512);
    }

    private OnnxSession slow(int operators, int rows) throws Exception {
        // Not rewritten: that takes longer than the run.
        return runtime.openSession(TinyModel.slow(operators, rows).write(folder.resolve("slow" + operators + ".onnx")),
                SessionOptions.DEFAULT.withOptimization(SessionOptions.Optimization.NONE));
    }

    private static OnnxCall ready(OnnxSession session) {
        OnnxCall call = session.newCall();
        call.input(0, session.inputs().getFirst().shape().stream().mapToLong(TensorInfo.Dimension::size).toArray());
        return call;
    }

    private static void assertEndedEarly(long start) {
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.compareTo(PATIENCE) < 0, "it took [" + took + "]");
    }
}
