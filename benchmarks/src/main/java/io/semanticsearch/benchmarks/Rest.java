package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Requests to the node, over connections that stay open. An answer that is an error ends the measurement. Safe for many threads. */
final class Rest implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int SHOWN = 2_000;

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;

    Rest(int port) {
        this.base = "http://127.0.0.1:" + port;
    }

    JsonNode call(String method, String path, String body) throws IOException {
        return JSON.readTree(send(method, path, body.getBytes(StandardCharsets.UTF_8)));
    }

    JsonNode get(String path) throws IOException {
        return JSON.readTree(send("GET", path, new byte[0]));
    }

    /** For what is timed: nothing is encoded or parsed. */
    byte[] send(String method, String path, byte[] body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(PATIENCE)
                .header("Content-Type",
                        path.contains("/_bulk") || path.contains("/_msearch") ? "application/x-ndjson" : "application/json")
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                .build();
        try {
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() >= 400) {
                throw new BenchmarkException(
                        method + " " + path + " " + shown(body) + "\nwas answered with " + response.statusCode() + ": "
                                + shown(response.body()));
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private static String shown(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
