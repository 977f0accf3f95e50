package io.semanticsearch.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server on this machine that speaks OpenAI's {@code /v1/embeddings}. A text that holds the word number i of {@link #WORDS} is near others
 * that do. Some calls fail on the way, if asked to.
 */
final class OpenAiServer implements AutoCloseable {

    private static final String[] WORDS = {"bread", "moon", "tyre", "infant", "snow", "river", "guitar", "vote"};
    private static final int DIMENSION = 16;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger texts = new AtomicInteger();
    private volatile boolean unwell;
    private volatile boolean refusing;
    private volatile String lastKey = "";

    OpenAiServer() throws IOException {
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/embeddings", this::answer);
        server.setExecutor(Executors.newFixedThreadPool(8, Thread.ofPlatform().daemon().factory()));
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    int calls() {
        return calls.get();
    }

    int texts() {
        return texts.get();
    }

    /** Whether three calls in ten are answered with 429, 500 or half an answer. */
    void unwell(boolean unwell) {
        this.unwell = unwell;
    }

    /** Whether all calls are answered as if their key were wrong, and with the key. */
    void refusing(boolean refusing) {
        this.refusing = refusing;
    }

    /** The key that it was shown last, empty for none. */
    String lastKey() {
        return lastKey;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = json.readTree(exchange.getRequestBody());
            int call = calls.incrementAndGet();
            String shown = exchange.getRequestHeaders().getFirst("Authorization");
            lastKey = shown == null ? "" : shown.replace("Bearer ", "");
            if (refusing) {
                send(exchange, 401, "{\"error\": {\"message\": \"Incorrect API key provided: " + lastKey
                        + ".\", \"code\": \"invalid_api_key\"}}");
            } else if (unwell && call % 10 == 1) {
                exchange.getResponseHeaders().set("Retry-After", "0");
                send(exchange, 429, "{\"error\": {\"message\": \"Rate limit reached\", \"code\": \"rate_limit_exceeded\"}}");
            } else if (unwell && call % 10 == 4) {
                send(exchange, 500, "{\"error\": {\"message\": \"The server had an error\"}}");
            } else if (unwell && call % 10 == 7) {
                byte[] whole = json.writeValueAsBytes(embeddings(request));
                exchange.sendResponseHeaders(200, whole.length);
                exchange.getResponseBody().write(whole, 0, whole.length / 2);
            } else {
                texts.addAndGet(request.path("input").isArray() ? request.path("input").size() : 1);
                send(exchange, 200, json.writeValueAsString(embeddings(request)));
            }
        }
    }

    private ObjectNode embeddings(JsonNode request) {
        ObjectNode answer = json.createObjectNode().put("object", "list").put("model", request.path("model").asText());
        int index = 0;
        for (JsonNode text : request.path("input").isArray()
                ? request.path("input")
                : json.createArrayNode().add(request.path("input"))) {
            ObjectNode entry = answer.withArray("data").addObject().put("object", "embedding").put("index", index++);
            for (int d = 0; d < DIMENSION; d++) {
                boolean has = d < WORDS.length && text.asText().contains(WORDS[d]);
                // What else the text says, a little.
                entry.withArray("embedding").add(has ? 1 : 0.05 * Math.sin(text.asText().hashCode() * (d + 1.0)));
            }
        }
        answer.putObject("usage").put("prompt_tokens", index * 3).put("total_tokens", index * 3);
        return answer;
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
