package io.semanticsearch.embedding.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several threads, and how a fetch is ended. Long, because all of it is about one download and who waits for it. */
@Timeout(120)
class SharingTest {

    private static final String WEIGHTS = "model.safetensors";
    private static final String STORED = "storage:" + WEIGHTS;
    private static final int CUT = 100_000;

    @TempDir
    private Path folder;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private LoopbackHub server;
    private HubModels hub;
    private byte[] weights;

    @BeforeEach
    void start() throws IOException {
        server = new LoopbackHub();
        server.add("tokenizer.json", 500);
        server.add("onnx/model_fp16.onnx", 3_000);
        weights = server.add(WEIGHTS, 300_000);
        hub = new HubModels(folder, server.options());
    }

    @AfterEach
    void stop() throws InterruptedException {
        goOn.countDown();
        hub.close();
        server.close();
        threads.shutdown();
        assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS), "nobody waits for ever");
    }

    /** The time is also what its thread has to come as far as where it waits, on however busy a machine. */
    private static void assertWaits(Future<HubCopy> fetch) {
        assertThrows(TimeoutException.class, () -> fetch.get(500, TimeUnit.MILLISECONDS));
    }

    @Test
    void who_asks_for_the_same_meanwhile_shares_one_download() throws Exception {
        pauseInTheMiddle();
        Future<HubCopy> first = fetch(LoopbackHub.MAIN, new CompletableFuture<>());
        begun.await();
        Future<HubCopy> second = fetch(LoopbackHub.MAIN, new CompletableFuture<>());
        assertWaits(second);
        goOn.countDown();
        assertEquals(first.get(), second.get());
        assertEquals(1, server.storageRequests().size());
        assertEquals(1, server.seen.stream().filter(request -> request.path().contains("/revision/")).count());
    }

    @Test
    void progress_shows_from_another_thread() throws Exception {
        assertEquals(Optional.empty(), hub.progress(LoopbackHub.MAIN));
        pauseInTheMiddle();
        Future<HubCopy> first = fetch(LoopbackHub.MAIN, new CompletableFuture<>());
        assertEquals(new HubProgress(WEIGHTS, 500 + CUT, 500 + 300_000), awaitMiddle(first));
        assertEquals(Optional.empty(), hub.progress(new HubReference("acme/other")));
        goOn.countDown();
        first.get();
        assertEquals(Optional.empty(), hub.progress(LoopbackHub.MAIN));
    }

    @Test
    void a_failure_reaches_all_who_wait_and_is_not_kept() throws Exception {
        server.fault("list", exchange -> {
            begun.countDown();
            await(goOn);
            LoopbackHub.status(403).answer(exchange);
        });
        Future<HubCopy> first = fetch(LoopbackHub.MAIN, new CompletableFuture<>());
        begun.await();
        Future<HubCopy> second = fetch(LoopbackHub.MAIN, new CompletableFuture<>());
        assertWaits(second);
        goOn.countDown();
        Throwable failure = failure(first);
        assertInstanceOf(EmbeddingException.BadRequest.class, failure);
        assertEquals(failure, failure(second));
        assertEquals(1, server.seen.size());
        assertEquals("a".repeat(40), hub.fetch(LoopbackHub.MAIN, new CompletableFuture<>()).commit());
    }

    @Test
    void a_cancel_ends_a_fetch_that_waits_for_bytes() throws Exception {
        pauseInTheMiddle();
        CompletableFuture<Void> cancel = new CompletableFuture<>();
        Future<HubCopy> first = fetch(LoopbackHub.MAIN, cancel);
        awaitMiddle(first);
        cancel.complete(null);
        assertInstanceOf(CancellationException.class, failure(first));
        assertEquals(Optional.empty(), hub.find(LoopbackHub.MAIN));
        goOn.countDown();
        hub.fetch(LoopbackHub.MAIN, new CompletableFuture<>());
        assertTrue(server.storageRequests().getLast().header("Range").isPresent(), "the next goes on from there");
    }

    @Test
    void a_cancel_ends_the_wait_for_another_try() throws Exception {
        CompletableFuture<Void> cancel = new CompletableFuture<>();
        server.fault("list", exchange -> {
            LoopbackHub.status(429, "Retry-After", "4").answer(exchange);
            begun.countDown();
        });
        Future<HubCopy> first = fetch(LoopbackHub.MAIN, cancel);
        begun.await();
        long start = System.nanoTime();
        cancel.cancel(true);
        assertInstanceOf(CancellationException.class, failure(first));
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(3));
    }

    @Test
    void a_cancel_before_it_begins_makes_no_request() {
        assertThrows(CancellationException.class, () -> hub.fetch(LoopbackHub.MAIN, CompletableFuture.completedFuture("stop")));
        assertEquals(0, server.seen.size());
    }

    @Test
    void whoever_waits_takes_over_from_one_who_cancels() throws Exception {
        pauseInTheMiddle();
        CompletableFuture<Void> cancel = new CompletableFuture<>();
        Future<HubCopy> first = fetch(LoopbackHub.MAIN, cancel);
        awaitMiddle(first);
        Future<HubCopy> second = fetch(LoopbackHub.MAIN, new CompletableFuture<>());
        assertWaits(second);
        cancel.complete(null);
        assertInstanceOf(CancellationException.class, failure(first));
        assertEquals("a".repeat(40), second.get().commit());
        assertTrue(server.storageRequests().getLast().header("Range").isPresent(), "from where the first ended");
    }

    @Test
    void who_waits_and_cancels_leaves_the_download_to_the_others() throws Exception {
        pauseInTheMiddle();
        Future<HubCopy> first = fetch(LoopbackHub.MAIN, new CompletableFuture<>());
        begun.await();
        CompletableFuture<Void> cancel = new CompletableFuture<>();
        Future<HubCopy> second = fetch(LoopbackHub.MAIN, cancel);
        assertWaits(second);
        cancel.completeExceptionally(new IllegalStateException("any way to complete will do"));
        assertInstanceOf(CancellationException.class, failure(second));
        goOn.countDown();
        assertEquals("a".repeat(40), first.get().commit());
        assertEquals(1, server.storageRequests().size());
    }

    @Test
    void another_file_of_the_same_repository_waits_and_is_fetched_then() throws Exception {
        pauseInTheMiddle();
        Future<HubCopy> first = fetch(LoopbackHub.MAIN, new CompletableFuture<>());
        begun.await();
        HubReference half = new HubReference(LoopbackHub.REPOSITORY, "main", Optional.of("onnx/model_fp16.onnx"));
        Future<HubCopy> second = fetch(half, new CompletableFuture<>());
        assertWaits(second);
        assertEquals(1, server.storageRequests().size());
        goOn.countDown();
        assertEquals(first.get().folder(), second.get().folder());
        assertEquals(2, server.storageRequests().size());
    }

    @Test
    void an_interrupt_ends_a_wait_for_another_try_and_stays_set() throws Exception {
        server.fault("list", exchange -> {
            LoopbackHub.status(429, "Retry-After", "4").answer(exchange);
            begun.countDown();
        });
        assertInterrupted();
    }

    @Test
    void an_interrupt_ends_a_wait_for_others_and_stays_set() throws Exception {
        pauseInTheMiddle();
        fetch(LoopbackHub.MAIN, new CompletableFuture<>());
        assertInterrupted();
    }

    @Test
    void an_interrupt_ends_a_fetch_that_connects_and_stays_set() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // One that does not accept: when its queue is full, to connect takes for ever.
            assertThrows(SocketTimeoutException.class, () -> {
                for (int i = 0; i < 100; i++) {
                    waiting.add(new Socket());
                    waiting.getLast().connect(full.getLocalSocketAddress(), 200);
                }
            });
            HubOptions all = server.options();
            URI endpoint = URI.create("http://127.0.0.1:" + full.getLocalPort());
            hub.close();
            hub = new HubModels(folder,
                    new HubOptions(endpoint, all.token(), false, all.proxy(), all.connectTimeout(), all.readTimeout(),
                            all.patience(), all.maxBytes(), all.userAgent()));
            CompletableFuture<Boolean> flag = new CompletableFuture<>();
            Thread thread = fetching(flag);
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                assertFalse(flag.isDone());
                Thread.onSpinWait();
            }
            thread.interrupt();
            assertTrue(flag.get(60, TimeUnit.SECONDS));
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void an_interrupt_while_the_endpoint_thinks_ends_the_fetch_when_it_answers() throws Exception {
        server.fault("list", exchange -> {
            begun.countDown();
            await(goOn);
            LoopbackHub.status(503).answer(exchange);
        });
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Thread thread = fetching(flag);
        begun.await();
        thread.interrupt();
        goOn.countDown();
        assertTrue(flag.get(60, TimeUnit.SECONDS));
    }

    @Test
    void to_close_ends_what_runs_and_what_comes() throws Exception {
        pauseInTheMiddle();
        Future<HubCopy> first = fetch(LoopbackHub.MAIN, new CompletableFuture<>());
        begun.await();
        hub.close();
        assertEquals("model [hf:acme/tiny-embed] at revision [main] cannot be fetched: this node is shutting down",
                failure(first).getMessage());
        assertThrows(EmbeddingException.Unavailable.class, () -> hub.fetch(LoopbackHub.MAIN, new CompletableFuture<>()));
    }

    /** Has the storage send a part of the weights, and the rest when the test says so. */
    private void pauseInTheMiddle() {
        server.fault(STORED, exchange -> {
            exchange.sendResponseHeaders(200, weights.length);
            exchange.getResponseBody().write(weights, 0, CUT);
            exchange.getResponseBody().flush();
            begun.countDown();
            await(goOn);
            exchange.getResponseBody().write(weights, CUT, weights.length - CUT);
        });
    }

    private void assertInterrupted() throws Exception {
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Thread thread = fetching(flag);
        begun.await();
        thread.interrupt();
        assertTrue(flag.get(60, TimeUnit.SECONDS));
    }

    /** Fetches until it is cancelled, and tells whether the thread knows that it was interrupted. */
    private Thread fetching(CompletableFuture<Boolean> flag) {
        return Thread.ofPlatform().start(() -> {
            try {
                hub.fetch(LoopbackHub.MAIN, new CompletableFuture<>());
                flag.complete(false);
            } catch (CancellationException e) {
                flag.complete(Thread.currentThread().isInterrupted());
            } catch (RuntimeException e) {
                flag.completeExceptionally(e);
            }
        });
    }

    /** Until what the server has sent is on disk. */
    private HubProgress awaitMiddle(Future<HubCopy> fetch) throws InterruptedException {
        begun.await();
        HubProgress progress = hub.progress(LoopbackHub.MAIN).orElseThrow();
        while (progress.doneBytes() < 500 + CUT) {
            assertFalse(fetch.isDone());
            Thread.onSpinWait();
            progress = hub.progress(LoopbackHub.MAIN).orElseThrow();
        }
        return progress;
    }

    private Future<HubCopy> fetch(HubReference reference, CompletableFuture<?> cancel) {
        return threads.submit(() -> hub.fetch(reference, cancel));
    }

    private static Throwable failure(Future<HubCopy> fetch) {
        return assertThrows(ExecutionException.class, () -> fetch.get(20, TimeUnit.SECONDS)).getCause();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
