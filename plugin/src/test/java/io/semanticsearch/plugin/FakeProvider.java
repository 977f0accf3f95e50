package io.semanticsearch.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A server on loopback that speaks as OpenAI and Jina do, and as Gemini does, computes a vector of each text or image, and counts. */
final class FakeProvider implements AutoCloseable {

    /** More than 127, up to where equal numbers are the same object in Java. */
    static final int DIMENSION = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What becomes of a call. */
    sealed interface Fate {

        /** Vectors, after so long. */
        record Answer(int millis) implements Fate {}

        /** @param headers name, value, name, value, … */
        record Error(int status, String body, String... headers) implements Fate {}

        /** Half of the vectors under a promise of all. */
        record CutOff() implements Fate {}

        /** Nothing, as long as this goes on. */
        record Hang() implements Fate {}
    }

    /** Decides what becomes of a call with these texts. */
    @FunctionalInterface
    interface Fates {

        Fate of(List<String> texts);
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(32);
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger texts = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private volatile Function<String, float[]> vectors = FakeProvider::vector;
    private volatile Fates fates = asked -> new Fate.Answer(0);
    private volatile CountDownLatch changed = new CountDownLatch(1);

    FakeProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Has calls end so from now on, and counts anew. */
    void from(Fates others) {
        fates = others;
        changed.countDown();
        changed = new CountDownLatch(1);
        calls.set(0);
        texts.set(0);
        most.set(0);
    }

    /** Has vectors made so, in place of {@link #vector}. */
    void makes(Function<String, float[]> others) {
        vectors = others;
    }

    int calls() {
        return calls.get();
    }

    /** Texts whose vectors were sent. */
    int texts() {
        return texts.get();
    }

    /** Calls at the same time at most. */
    int most() {
        return most.get();
    }

    /** Of length 1. */
    static float[] vector(String text) {
        Random random = new Random(text.hashCode());
        float[] vector = new float[DIMENSION];
        double squares = 0;
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = random.nextFloat() - 0.5f;
            squares += vector[i] * vector[i];
        }
        for (int i = 0; i < DIMENSION; i++) vector[i] /= (float) Math.sqrt(squares);
        return vector;
    }

    private void answer(HttpExchange exchange) throws IOException {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
            calls.incrementAndGet();
            boolean gemini = exchange.getRequestURI().getPath().contains("EmbedContent") || request.has("content");
            List<String> asked = gemini ? geminiTexts(request) : openAiTexts(request);
            Fate fate = fates.of(asked);
            switch (fate) {
                case Fate.Answer(int millis) -> {
                    Thread.sleep(millis);
                    texts.addAndGet(asked.size());
                    send(exchange, 200, gemini ? gemini(request, asked) : openAi(request, asked));
                }
                case Fate.Error(int status, String body, String[] headers) -> {
                    for (int i = 0; i < headers.length; i += 2) exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
                    send(exchange, status, body);
                }
                case Fate.CutOff() -> {
                    byte[] whole = (gemini ? gemini(request, asked) : openAi(request, asked)).getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, whole.length);
                    exchange.getResponseBody().write(whole, 0, whole.length / 2);
                    exchange.getResponseBody().flush();
                }
                case Fate.Hang() -> changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.decrementAndGet();
        }
    }

    private static List<String> openAiTexts(JsonNode request) {
        List<String> asked = new ArrayList<>();
        // An image is an object; what is said of it is its file.
        request.path("input").forEach(text -> asked.add(text.path("image").asText(text.textValue())));
        return asked;
    }

    private static List<String> geminiTexts(JsonNode request) {
        if (request.has("content")) return List.of(request.at("/content/parts/0/text").textValue());
        List<String> asked = new ArrayList<>();
        request.path("requests").forEach(item -> asked.add(item.at("/content/parts/0/text").textValue()));
        return asked;
    }

    private String openAi(JsonNode request, List<String> asked) {
        ObjectNode body = JSON.createObjectNode().put("object", "list").put("model", request.path("model").asText());
        // The last first: it is the index that says whose vector it is.
        for (int i = asked.size() - 1; i >= 0; i--) {
            ObjectNode entry = body.withArray("data").addObject().put("object", "embedding").put("index", i);
            for (float x : vectors.apply(asked.get(i))) entry.withArray("embedding").add(x);
        }
        body.putObject("usage").put("prompt_tokens", 3 * asked.size()).put("total_tokens", 3 * asked.size());
        return body.toString();
    }

    private String gemini(JsonNode request, List<String> asked) {
        ObjectNode body = JSON.createObjectNode();
        for (String text : asked) {
            ObjectNode entry = request.has("content") ? body.putObject("embedding") : body.withArray("embeddings").addObject();
            for (float x : vectors.apply(text)) entry.withArray("values").add(x);
        }
        return body.toString();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        changed.countDown();
        server.stop(0);
        threads.close();
    }
}
