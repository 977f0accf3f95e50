package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Requests to one node, each of which has to succeed. */
final class Rest implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;

    Rest(NodeProcess node) {
        this.port = node.httpPort();
    }

    String get(String path) throws IOException, InterruptedException {
        return send("GET", path, "");
    }

    /** Returns the body of the answer. */
    String send(String method, String path, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertTrue(response.statusCode() < 300,
                () -> method + " " + path + " answered " + response.statusCode() + ": " + response.body());
        return response.body();
    }

    @Override
    public void close() {
        client.close();
    }
}
