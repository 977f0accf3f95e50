package io.semanticsearch.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server in the manner of text-embeddings-inference, on loopback, whose model counts letters. It can be told to refuse or to keep silent. */
final class LetterServer implements Closeable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile boolean refusing;
    private volatile CountDownLatch silence = new CountDownLatch(0);

    LetterServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/info",
                exchange -> send(exchange, 200, "{\"model_id\": \"letters\", \"model_type\": {\"embedding\": {}}}"));
        server.createContext("/embed", this::embed);
        server.setExecutor(threads);
        server.start();
    }

    String endpoint() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** From now on requests are refused for good, so that nobody tries again. */
    void refuse() {
        refusing = true;
    }

    /** The texts that were embedded since {@link #forget}. */
    List<String> texts() {
        return asked;
    }

    void forget() {
        asked.clear();
    }

    /** From now on requests wait. */
    void hold() {
        silence = new CountDownLatch(1);
    }

    void answer() {
        refusing = false;
        silence.countDown();
    }

    private void embed(HttpExchange exchange) throws IOException {
        JsonNode texts = JSON.readTree(exchange.getRequestBody()).path("inputs");
        try {
            silence.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (refusing) {
            send(exchange, 401, "{\"error\": \"no letters today\", \"error_type\": \"unauthorized\"}");
            return;
        }
        for (JsonNode text : texts) asked.add(text.asText());
        ArrayNode vectors = JSON.createArrayNode();
        for (JsonNode text : texts) {
            ArrayNode vector = vectors.addArray();
            for (int count : counts(text.asText())) vector.add((float) count);
        }
        send(exchange, 200, vectors.toString());
    }

    private static int[] counts(String text) {
        int[] counts = new int[27];
        text.chars().forEach(c -> counts[c >= 'a' && c <= 'z' ? c - 'a' : 26]++);
        return counts;
    }

    /** What a document of this text is given, at unit length. */
    static float[] vector(String text) {
        int[] counts = counts(text);
        double squares = 0;
        for (int count : counts) squares += count * count;
        float[] vector = new float[counts.length];
        for (int i = 0; i < vector.length; i++) vector[i] = (float) (counts[i] / Math.sqrt(squares));
        return vector;
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        answer();
        server.stop(0);
        threads.shutdownNow();
    }
}
