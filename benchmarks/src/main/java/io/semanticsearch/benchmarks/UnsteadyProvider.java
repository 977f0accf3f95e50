package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingFunction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A server on loopback that speaks as OpenAI does, and answers with the vectors of a model in this process. Once told to be unsteady, one
 * call in ten is answered with 429, with 500, or with half of an answer; while it is down, all are answered with 503.
 */
final class UnsteadyProvider implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int THREADS = 16;

    /** How it answers. */
    enum Mood {
        STEADY, UNSTEADY, DOWN
    }

    private final EmbeddingFunction function;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private volatile Mood mood = Mood.STEADY;

    /** @param function not closed here */
    UnsteadyProvider(EmbeddingFunction function) throws IOException {
        this.function = function;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** What a definition calls the endpoint. */
    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    void is(Mood other) {
        mood = other;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
            int chance = mood == Mood.UNSTEADY ? ThreadLocalRandom.current().nextInt(100) : 100;
            if (mood == Mood.DOWN) {
                send(exchange, 503, "{\"error\": {\"message\": \"down\"}}");
            } else if (chance < 4) {
                send(exchange, 429, "{\"error\": {\"message\": \"slower, please\"}}");
            } else if (chance < 7) {
                send(exchange, 500, "{\"error\": {\"message\": \"oops\"}}");
            } else if (chance < 10) {
                byte[] whole = vectors(request).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, whole.length);
                exchange.getResponseBody().write(whole, 0, whole.length / 2);
                exchange.getResponseBody().flush();
            } else {
                send(exchange, 200, vectors(request));
            }
        }
    }

    private String vectors(JsonNode request) {
        List<String> texts = new ArrayList<>();
        request.path("input").forEach(text -> texts.add(text.textValue()));
        ObjectNode body = JSON.createObjectNode().put("object", "list").put("model", request.path("model").asText());
        List<Embedding> embeddings = function.encodeDocuments(texts);
        for (int i = 0; i < texts.size(); i++) {
            ObjectNode entry = body.withArray("data").addObject().put("object", "embedding").put("index", i);
            for (float x : SoakAudit.vector(embeddings.get(i))) entry.withArray("embedding").add(x);
        }
        body.putObject("usage").put("prompt_tokens", texts.size()).put("total_tokens", texts.size());
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
        server.stop(0);
        threads.close();
    }
}
