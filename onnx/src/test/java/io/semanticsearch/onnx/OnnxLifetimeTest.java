package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class OnnxLifetimeTest {

    @TempDir
    private Path folder;
    private final OnnxRuntime runtime = Natives.open();

    @AfterEach
    void nothing_native_is_left() {
        assertEquals(0, runtime.liveObjects());
    }

    @Test
    void native_objects_are_counted() throws Exception {
        try (OnnxSession session = sum()) {
            assertEquals(1, runtime.liveObjects());
            try (OnnxCall call = session.newCall()) {
                assertEquals(2, runtime.liveObjects());
                call.input(0, 1);
                call.input(1, 1);
                call.run();
                assertEquals(4, runtime.liveObjects());
            }
            assertEquals(1, runtime.liveObjects());
        }
    }

    @Test
    void closing_twice_does_nothing() throws Exception {
        OnnxSession session = sum();
        OnnxCall call = session.newCall();
        call.input(0, 1);
        call.close();
        call.close();
        assertFalse(session.isClosed());
        session.close();
        session.close();
        assertTrue(session.isClosed());
    }

    @Test
    void a_closed_session_refuses() throws Exception {
        OnnxSession session = sum();
        OnnxCall call = session.newCall();
        call.input(0, 1);
        call.input(1, 1);
        session.close();
        String message = "model [" + session.model() + "] is closed";
        assertEquals(message, assertThrows(OnnxClosedException.class, call::run).getMessage());
        assertEquals(message, assertThrows(OnnxClosedException.class, session::newCall).getMessage());
        assertEquals(message, assertThrows(OnnxClosedException.class, session::newBinding).getMessage());
        assertEquals(message, assertThrows(OnnxClosedException.class, () -> session.run(Map.of())).getMessage());
        assertEquals(2, session.inputs().size());
        call.close();
    }

    @Test
    void a_closed_call_refuses() throws Exception {
        try (OnnxSession session = sum()) {
            OnnxCall call = session.newCall();
            MemorySegment x = call.input(0, 1);
            call.input(1, 1);
            call.run();
            call.close();
            String message = "a call of model [" + session.model() + "] is closed";
            assertEquals(message, assertThrows(OnnxClosedException.class, call::run).getMessage());
            assertEquals(message, assertThrows(OnnxClosedException.class, () -> call.input(0, 1)).getMessage());
            assertEquals(message, assertThrows(OnnxClosedException.class, () -> call.output(0, 1)).getMessage());
            assertThrows(IllegalStateException.class, () -> call.result(0));
            assertThrows(IllegalStateException.class, () -> x.get(ValueLayout.JAVA_LONG, 0));
        }
    }

    @Test
    void closing_a_session_waits_for_the_call_that_runs() throws Exception {
        OnnxSession session = slow();
        try (ExecutorService threads = Executors.newFixedThreadPool(3); OnnxCall call = session.newCall()) {
            Cancellation cancellation = new Cancellation();
            Future<?> run = start(call, cancellation, threads);
            List<Future<?>> closes = List.of(threads.submit(session::close), threads.submit(session::close));
            for (Future<?> close : closes) {
                assertThrows(TimeoutException.class, () -> close.get(50, TimeUnit.MILLISECONDS));
            }
            assertTrue(session.isClosed());
            assertFalse(run.isDone());
            cancellation.cancel();
            assertInstanceOf(OnnxCancelledException.class, assertThrows(ExecutionException.class, run::get).getCause());
            for (Future<?> close : closes) {
                close.get();
            }
        }
    }

    @Test
    void closing_a_call_waits_for_its_run() throws Exception {
        try (OnnxSession session = slow(); ExecutorService threads = Executors.newFixedThreadPool(2)) {
            OnnxCall call = session.newCall();
            Cancellation cancellation = new Cancellation();
            Future<?> run = start(call, cancellation, threads);
            Future<?> close = threads.submit(call::close);
            assertThrows(TimeoutException.class, () -> close.get(50, TimeUnit.MILLISECONDS));
            cancellation.cancel();
            assertInstanceOf(OnnxCancelledException.class, assertThrows(ExecutionException.class, run::get).getCause());
            close.get();
        }
    }

    @Test
    void closing_while_many_threads_run_refuses_them_and_harms_none() throws Exception {
        int threads = 16;
        Path model = TinyModel.product().write(folder.resolve("model.onnx"));
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int round = 0; round < 10; round++) {
                OnnxSession session = runtime.openSession(model, SessionOptions.DEFAULT);
                CountDownLatch started = new CountDownLatch(threads);
                List<Future<Integer>> all = new ArrayList<>();
                for (int t = 0; t < threads; t++) {
                    int batch = t + 1;
                    all.add(pool.submit(() -> runUntilClosed(session, batch, started)));
                }
                started.await();
                session.close();
                for (Future<Integer> one : all) {
                    assertTrue(one.get() > 0);
                }
            }
        }
    }

    /** Runs until the session is closed, and checks every result. */
    private static int runUntilClosed(OnnxSession session, int batch, CountDownLatch started) {
        try (OnnxCall call = session.newCall()) {
            call.input(0, batch, 4).fill((byte) 0);
            for (int runs = 0;; runs++) {
                call.input(0, batch, 4).setAtIndex(ValueLayout.JAVA_FLOAT, 0, runs);
                try {
                    call.run();
                } catch (OnnxClosedException e) {
                    return runs;
                }
                assertEquals(3f * runs, call.result(0).getAtIndex(ValueLayout.JAVA_FLOAT, 2));
                if (runs == 0) started.countDown();
            }
        }
    }

    /** Has the call run on another thread, and returns once it is under way. */
    private static Future<?> start(OnnxCall call, Cancellation cancellation, ExecutorService threads)
            throws InterruptedException {
        call.input(0, 8192, 512);
        CountDownLatch started = new CountDownLatch(1);
        Future<?> run = threads.submit(() -> {
            started.countDown();
            call.run(cancellation);
        });
        started.await();
        Thread.sleep(100);
        return run;
    }

    /** Takes most of a minute for a call. */
    private OnnxSession slow() throws Exception {
        return runtime.openSession(TinyModel.slow(1000, 8192).write(folder.resolve("slow.onnx")),
                SessionOptions.DEFAULT.withOptimization(SessionOptions.Optimization.NONE));
    }

    private OnnxSession sum() throws Exception {
        return runtime.openSession(TinyModel.sum().write(folder.resolve("model.onnx")), SessionOptions.DEFAULT);
    }
}
