package io.semanticsearch.embedding.remote;

import static io.semanticsearch.embedding.remote.ProviderContract.credential;
import static io.semanticsearch.embedding.remote.ProviderContract.failure;
import static io.semanticsearch.embedding.remote.ProviderContract.get;
import static io.semanticsearch.embedding.remote.ProviderContract.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.RemoteModel;
import io.semanticsearch.embedding.Role;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes for calls of all providers, shown with one. Long, because all of it stands on one server and one stepped clock. */
class RemoteFunctionTest {

    private static final Duration LONG_TIMEOUT = Duration.ofMinutes(10);

    private static final Duration CALL_TIMEOUT = Duration.ofMillis(1234);

    private final ProviderServer server = new ProviderServer(RemoteFunctionTest::embed);
    private final SteppedTimers timers = new SteppedTimers(ProviderContract.QUERY_TIMEOUT, ProviderContract.DOCUMENT_TIMEOUT,
            LONG_TIMEOUT, ProviderContract.QUERY_TIMEOUT.dividedBy(2), ProviderContract.DOCUMENT_TIMEOUT.dividedBy(2),
            LONG_TIMEOUT.dividedBy(2), CALL_TIMEOUT);
    private RemoteModels models = models(Optional.of(credential()));

    @AfterEach
    void close() {
        models.close();
        server.close();
    }

    @Test
    void the_deadline_goes_for_all_attempts_together() {
        RemoteFunction function = open(Map.of("call_timeout", "31s"));
        server.reply(ProviderServer.json(503, "{}"), ProviderServer.json(503, "{}"), RemoteFunctionTest::hang);
        CompletableFuture<List<Embedding>> future = function.embed(Role.QUERY, List.of("a"));
        timers.endPause();
        timers.endPause();
        awaitRequests(5);
        timers.advance(ProviderContract.QUERY_TIMEOUT);
        EmbeddingException e = failure(future);
        assertInstanceOf(EmbeddingException.DeadlineExceeded.class, e);
        assertTrue(e.getMessage().contains("did not answer within [31000] ms; the last time: status [503]: {}; raise [timeout]"),
                e.getMessage());
        assertEquals(0, timers.waiting());
    }

    @Test
    void a_pause_that_would_end_after_the_deadline_is_not_begun() {
        RemoteFunction function = open(Map.of("timeout", "5s"));
        server.reply(ProviderServer.json(429, "{}", "Retry-After", "6"));
        EmbeddingException e = failure(function.embed(Role.QUERY, List.of("a")));
        assertInstanceOf(EmbeddingException.Overloaded.class, e);
        assertTrue(e.getMessage().contains("would be after the deadline of [5000] ms: status [429]"), e.getMessage());
    }

    @Test
    void attempts_are_bounded() {
        RemoteFunction function = open(Map.of("timeout", "10m"));
        server.seen.clear();
        ProviderServer.Reply busy = ProviderServer.json(429, "{}", "retry-after-ms", "10");
        server.reply(busy, busy, busy, busy, busy, busy, busy);
        CompletableFuture<List<Embedding>> future = function.embed(Role.QUERY, List.of("a"));
        for (int i = 0; i < 5; i++) {
            timers.endPause();
        }
        EmbeddingException e = failure(future);
        assertTrue(e.getMessage().contains("gave up after [6] attempts: status [429]"), e.getMessage());
        assertEquals(6, server.seen.size());
    }

    @Test
    void a_call_that_hangs_is_sent_again() {
        RemoteFunction function = open(Map.of("call_timeout", CALL_TIMEOUT.toMillis() + "ms"));
        server.reply(RemoteFunctionTest::hang);
        CompletableFuture<List<Embedding>> future = function.embed(Role.QUERY, List.of("a"));
        awaitRequests(3);
        timers.advance(CALL_TIMEOUT);
        timers.endPause();
        ProviderContract.assertVector(function, Role.QUERY, "a", get(future).getFirst());
        assertEquals(1, function.stats().retries());
        assertEquals(0, timers.waiting());
    }

    @Test
    void a_definition_bounds_its_calls() {
        // Two clear of the bound for the credential, which is two.
        RemoteFunction function = open(Map.of("concurrent_calls", 1, "batch_size", 3));
        server.seen.clear();
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ProviderServer.Reply counted = (exchange, request) -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            LockSupport.parkNanos(20_000_000);
            running.decrementAndGet();
            embed(exchange, request);
        };
        server.reply(counted, counted, counted, counted);
        CompletableFuture<List<Embedding>> first = function.embed(Role.DOCUMENT, List.of("a", "b", "c", "d"));
        CompletableFuture<List<Embedding>> second = function.embed(Role.DOCUMENT, List.of("e", "f", "g", "h"));
        get(first);
        get(second);
        assertEquals(1, most.get());
        assertEquals(List.of(1, 1, 3, 3),
                server.seen.stream().map(request -> request.body().path("input").size()).sorted().toList());
    }

    @Test
    void vectors_are_as_long_as_those_of_real_models() {
        float[] vector = new float[1536];
        vector[7] = 1;
        ProviderServer.Reply longer = (exchange, request) -> ProviderServer.send(exchange, 200,
                OpenAiProviderTest.openAiAnswer(request.body(), List.of(vector)).toString());
        server.reply(longer, longer);
        assertEquals(1536, open(Map.of()).dimension());
    }

    @Test
    void a_redirect_is_not_followed() {
        try (ProviderServer elsewhere = new ProviderServer(RemoteFunctionTest::embed)) {
            RemoteFunction function = open(Map.of());
            for (int status : List.of(301, 302, 307, 308)) {
                server.reply(ProviderServer.json(status, "", "Location", elsewhere.url() + "/v1/embeddings"));
                EmbeddingException e = failure(function.embed(Role.QUERY, List.of("a")));
                assertInstanceOf(EmbeddingException.BadRequest.class, e);
                assertTrue(e.getMessage().contains("it redirects with status [" + status + "], which is not followed"),
                        e.getMessage());
            }
            assertEquals(List.of(), elsewhere.seen);
        }
    }

    @Test
    void an_answer_that_is_too_large_is_not_read() {
        RemoteFunction function = open(Map.of());
        for (boolean packed : List.of(false, true)) {
            server.reply((exchange, request) -> sendLarge(exchange, packed));
            EmbeddingException e = failure(function.embed(Role.QUERY, List.of("a")));
            assertInstanceOf(EmbeddingException.BrokenModel.class, e);
            assertTrue(e.getMessage().contains("the answer is larger than [65536] bytes"), e.getMessage());
        }
    }

    @Test
    void a_packed_answer_is_read() {
        RemoteFunction function = open(Map.of());
        server.reply((exchange, request) -> {
            assertEquals("gzip", request.header("Accept-Encoding").orElse(""));
            byte[] packed = gzip(answer(request).getBytes(StandardCharsets.UTF_8));
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, packed.length);
            exchange.getResponseBody().write(packed);
        });
        assertInstanceOf(Embedding.Vector.class, get(function.embed(Role.QUERY, List.of("a"))).getFirst());
    }

    @Test
    void to_cancel_closes_the_connection() throws InterruptedException {
        RemoteFunction function = open(Map.of());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        server.reply((exchange, request) -> {
            exchange.sendResponseHeaders(200, 0);
            begun.countDown();
            try {
                // Ends only by the other side's going away: what it sends is slower than what would be too large.
                while (true) {
                    exchange.getResponseBody().write(' ');
                    exchange.getResponseBody().flush();
                    Thread.sleep(5);
                }
            } catch (IOException | InterruptedException e) {
                closed.countDown();
            }
        });
        CompletableFuture<List<Embedding>> future = function.embed(Role.QUERY, List.of("a"));
        assertTrue(begun.await(60, TimeUnit.SECONDS));
        future.cancel(true);
        assertTrue(closed.await(60, TimeUnit.SECONDS), "the server was not told");
        assertEquals(0, timers.waiting());
        assertInstanceOf(Embedding.Vector.class, get(function.embed(Role.QUERY, List.of("a"))).getFirst());
    }

    @Test
    void a_server_that_fails_is_left_alone_and_then_tried_by_one_call() {
        RemoteFunction function = open(Map.of());
        ProviderServer.Reply down = ProviderServer.json(500, "{}", "retry-after-ms", "1000");
        server.reply(down, down, down, down, down);
        CompletableFuture<List<Embedding>> first = function.embed(Role.DOCUMENT, List.of("a"));
        for (int i = 0; i < 5; i++) {
            timers.endPause();
        }
        EmbeddingException e = failure(first);
        assertInstanceOf(EmbeddingException.Unavailable.class, e);
        assertTrue(e.getMessage().contains("failed [5] times in a row and is left alone"), e.getMessage());
        assertEquals("open", function.stats().breaker());
        int before = server.seen.size();
        assertInstanceOf(EmbeddingException.Unavailable.class, failure(function.embed(Role.QUERY, List.of("a"))));
        assertEquals(before, server.seen.size());

        timers.advance(RemoteOptions.defaults().breakerPause());
        CountDownLatch go = new CountDownLatch(1);
        server.reply((exchange, request) -> {
            await(go);
            embed(exchange, request);
        });
        CompletableFuture<List<Embedding>> probe = function.embed(Role.QUERY, List.of("a"));
        assertEquals("half_open", function.stats().breaker());
        EmbeddingException other = failure(function.embed(Role.QUERY, List.of("a")));
        assertTrue(other.getMessage().contains("one call is trying it again now"), other.getMessage());
        go.countDown();
        assertInstanceOf(Embedding.Vector.class, get(probe).getFirst());
        assertEquals("closed", function.stats().breaker());
    }

    @Test
    void a_request_of_several_calls_tries_with_one_and_goes_on_with_the_others() {
        RemoteFunction function = open(Map.of("batch_size", 1));
        ProviderServer.Reply down = ProviderServer.json(500, "{}", "retry-after-ms", "1000");
        server.reply(down, down, down, down, down);
        CompletableFuture<List<Embedding>> first = function.embed(Role.DOCUMENT, List.of("a"));
        for (int i = 0; i < 5; i++) {
            timers.endPause();
        }
        failure(first);
        assertEquals("open", function.stats().breaker());
        timers.advance(RemoteOptions.defaults().breakerPause());
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, List.of("a", "b", "c")));
        assertTrue(embeddings.stream().allMatch(Embedding.Vector.class::isInstance), embeddings.toString());
        assertEquals("closed", function.stats().breaker());
    }

    @Test
    void a_server_that_hangs_is_left_alone_too() {
        RemoteFunction function = open(Map.of("call_timeout", "31s"));
        // The breaker is told by the closed connection, on a thread of its own, perhaps after the next call began: so more than five.
        for (int i = 0; i < 50 && function.stats().breaker().equals("closed"); i++) {
            int seen = server.seen.size();
            server.reply(RemoteFunctionTest::hang);
            CompletableFuture<List<Embedding>> future = function.embed(Role.QUERY, List.of("a"));
            while (server.seen.size() == seen && !future.isDone()) {
                Thread.onSpinWait();
            }
            timers.advance(ProviderContract.QUERY_TIMEOUT);
            assertTrue(failure(future).getMessage().contains(server.seen.size() > seen
                    ? "did not answer within [31000] ms"
                    : "is left alone"));
        }
        assertEquals("open", function.stats().breaker());
    }

    @Test
    void no_more_calls_start_in_a_minute_than_may() {
        // Two calls are the proof of the model.
        RemoteFunction function = open(Map.of("requests_per_minute", 3, "timeout", "61s"));
        get(function.embed(Role.DOCUMENT, List.of("a")));
        CompletableFuture<List<Embedding>> fourth = function.embed(Role.DOCUMENT, List.of("a"));
        assertEquals(Duration.ofMinutes(1), timers.endPause());
        get(fourth);
    }

    @Test
    void no_more_tokens_are_sent_in_a_minute_than_may() {
        RemoteFunction function = open(Map.of("tokens_per_minute", 100, "timeout", "61s"));
        get(function.embed(Role.DOCUMENT, List.of("a".repeat(150))));
        CompletableFuture<List<Embedding>> second = function.embed(Role.DOCUMENT, List.of("a".repeat(150)));
        assertEquals(Duration.ofMinutes(1), timers.endPause());
        get(second);
        EmbeddingException e = failure(open(Map.of("tokens_per_minute", 20, "timeout", "30s"))
                .embed(Role.DOCUMENT, List.of("a".repeat(150))));
        assertInstanceOf(EmbeddingException.Overloaded.class, e);
    }

    @Test
    void a_server_that_says_that_none_is_left_is_not_asked() {
        RemoteFunction function = open(Map.of());
        server.reply((exchange, request) -> {
            exchange.getResponseHeaders().add("x-ratelimit-remaining-requests", "0");
            exchange.getResponseHeaders().add("x-ratelimit-reset-requests", "1m2ms");
            embed(exchange, request);
        }, (exchange, request) -> {
            exchange.getResponseHeaders().add("x-ratelimit-remaining-tokens", "0");
            exchange.getResponseHeaders().add("x-ratelimit-reset-tokens", "1.5s");
            embed(exchange, request);
        });
        get(function.embed(Role.QUERY, List.of("a")));
        assertEquals(0, timers.waiting(), "more than the longest pause is not heeded");
        get(function.embed(Role.QUERY, List.of("a")));
        CompletableFuture<List<Embedding>> next = function.embed(Role.QUERY, List.of("a"));
        assertEquals(Duration.ofMillis(1500), timers.endPause());
        get(next);
    }

    @Test
    void what_waits_is_bounded_and_queries_go_first() {
        RemoteFunction function = open(Map.of());
        server.seen.clear();
        CountDownLatch go = new CountDownLatch(1);
        ProviderServer.Reply held = (exchange, request) -> {
            await(go);
            embed(exchange, request);
        };
        server.reply(held, held);
        List<CompletableFuture<List<Embedding>>> futures = new ArrayList<>();
        for (String text : List.of("first", "second")) {
            futures.add(function.embed(Role.DOCUMENT, List.of(text)));
        }
        awaitRequests(2);
        futures.add(function.embed(Role.DOCUMENT, List.of("document")));
        futures.add(function.embed(Role.QUERY, List.of("query")));
        EmbeddingException e = failure(function.embed(Role.QUERY, List.of("too many")));
        assertInstanceOf(EmbeddingException.Overloaded.class, e);
        assertEquals("[4] requests to credential [mine] are under way or wait already; send fewer at a time, or raise the setting"
                + " [plugins.semantic.remote.waiting_requests]", e.getMessage());
        assertEquals(2, server.seen.size());
        // A request that nobody waits for any more makes room.
        futures.remove(2).cancel(false);
        futures.add(function.embed(Role.DOCUMENT, List.of("document")));
        go.countDown();
        futures.forEach(ProviderContract::get);
        assertEquals(4, server.seen.size());
    }

    @Test
    void a_key_goes_only_where_it_may() {
        models.close();
        models = models(Optional.of(new Credential(ProviderContract.KEY, Set.of("api.openai.com", "*.example.com"))));
        EmbeddingException e = failure(models.open(define(Map.of())));
        assertInstanceOf(EmbeddingException.BadRequest.class, e);
        assertTrue(e.getMessage().contains("and not to [127.0.0.1]"), e.getMessage());
        models.close();
        models = models(Optional.empty());
        EmbeddingException missing = failure(models.open(define(Map.of())));
        assertTrue(missing.getMessage().contains("[credential] is [mine], and there is no such secret; add"
                + " [plugins.semantic.credential.mine.api_key] to the keystore"), missing.getMessage());
        assertEquals(List.of(), server.seen);
    }

    @Test
    void to_close_ends_what_is_under_way() {
        RemoteFunction function = open(Map.of());
        server.reply(RemoteFunctionTest::hang);
        CompletableFuture<List<Embedding>> future = function.embed(Role.QUERY, List.of("a"));
        awaitRequests(3);
        models.close();
        assertInstanceOf(EmbeddingException.Unavailable.class, failure(future));
        assertInstanceOf(EmbeddingException.Unavailable.class, failure(function.embed(Role.QUERY, List.of("a"))));
    }

    @Test
    void what_is_no_json_names_the_endpoint() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(200, "<html>Welcome</html>"));
        EmbeddingException e = failure(function.embed(Role.QUERY, List.of("a")));
        assertInstanceOf(EmbeddingException.BrokenModel.class, e);
        assertTrue(e.getMessage().contains("answered something that is no JSON; check that [endpoint]"), e.getMessage());
    }

    @Test
    void many_requests_at_once_get_their_own() {
        try (RemoteModels many = new RemoteModels(RemoteOptions.defaults(), EndpointRules.defaults(),
                name -> Optional.of(credential()))) {
            RemoteFunction function = get(many.open(define(Map.of())));
            List<CompletableFuture<List<Embedding>>> futures = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                futures.add(function.embed(i % 2 == 0 ? Role.QUERY : Role.DOCUMENT, List.of("a" + i, " ", "b" + i)));
            }
            for (int i = 0; i < 200; i++) {
                List<Embedding> embeddings = get(futures.get(i));
                ProviderContract.assertVector(function, Role.QUERY, "a" + i, embeddings.get(0));
                assertEquals(Embedding.NOTHING, embeddings.get(1));
                ProviderContract.assertVector(function, Role.QUERY, "b" + i, embeddings.get(2));
            }
            assertEquals(202, function.stats().calls());
        }
    }

    @Test
    void a_proxy_is_used() {
        RemoteOptions o = RemoteOptions.defaults();
        RemoteOptions options = new RemoteOptions(o.queryTimeout(), o.documentTimeout(), o.connectTimeout(), o.retries(),
                o.maxDelay(),
                o.concurrentCalls(), o.waitingRequests(), o.breakerFailures(), o.breakerPause(), o.maxAnswerBytes(),
                Optional.of(InetSocketAddress.createUnresolved("localhost", URI.create(server.url()).getPort())),
                Optional.empty(),
                o.userAgent());
        try (RemoteModels proxied = new RemoteModels(options, new EndpointRules(List.of("http://embeddings.invalid")),
                Credentials.NONE)) {
            RemoteModel model = (RemoteModel) ModelDefinition.of("m",
                    Map.of("provider", "openai", "model", "m", "endpoint", "http://embeddings.invalid/v1"));
            assertEquals(ProviderContract.DIMENSION, get(proxied.open(model)).dimension());
            assertEquals("http://embeddings.invalid/v1/embeddings", server.seen.getFirst().path());
        }
    }

    /** Of which the share of each text was once a negative number. */
    @Test
    void any_number_of_tokens_may_be_charged() {
        RemoteFunction function = open(Map.of());
        server.reply((exchange, request) -> ProviderServer.send(exchange, 200,
                answer(request).replaceAll("\"(prompt|total)_tokens\":\\d+", "\"$1_tokens\":" + Long.MAX_VALUE)));
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, List.of("red apples on a tree", "pears")));
        for (Embedding embedding : embeddings) {
            assertEquals(Integer.MAX_VALUE, assertInstanceOf(Embedding.Vector.class, embedding).tokens());
        }
    }

    @Test
    void threads_are_daemons() {
        open(Map.of());
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("semantic-remote")).toList();
        assertFalse(threads.isEmpty());
        assertTrue(threads.stream().allMatch(Thread::isDaemon));
    }

    private RemoteModels models(Optional<Credential> credential) {
        RemoteOptions defaults = RemoteOptions.defaults();
        RemoteOptions options = new RemoteOptions(ProviderContract.QUERY_TIMEOUT, ProviderContract.DOCUMENT_TIMEOUT,
                defaults.connectTimeout(), defaults.retries(), defaults.maxDelay(), 2, 4, defaults.breakerFailures(),
                defaults.breakerPause(), 65536, Optional.empty(), Optional.empty(), "test-agent");
        return new RemoteModels(options, EndpointRules.defaults(), name -> credential, timers, new Random(7));
    }

    private RemoteModel define(Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(Map.of("provider", "openai", "model", "m", "endpoint", server.url() + "/v1",
                "credential", "mine"));
        body.putAll(more);
        return (RemoteModel) ModelDefinition.of("m", body);
    }

    private RemoteFunction open(Map<String, Object> more) {
        return get(models.open(define(more)));
    }

    private void awaitRequests(int count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (server.seen.size() < count && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertEquals(count, server.seen.size());
    }

    private static void embed(HttpExchange exchange, ProviderServer.Seen request) throws IOException {
        ProviderServer.send(exchange, 200, answer(request));
    }

    private static String answer(ProviderServer.Seen request) {
        return OpenAiProviderTest.openAiAnswer(request.body(),
                StreamSupport.stream(request.body().path("input").spliterator(), false).map(text -> vector(text.textValue()))
                        .toList())
                .toString();
    }

    private static void hang(HttpExchange exchange, ProviderServer.Seen request) throws IOException {
        await(new CountDownLatch(1));
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void sendLarge(HttpExchange exchange, boolean packed) throws IOException {
        byte[] bytes = " ".repeat(200_000).getBytes(StandardCharsets.UTF_8);
        if (packed) {
            bytes = gzip(bytes);
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
