package io.semanticsearch.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Calls to the node; an answer that is an error ends the demo with what OpenSearch said. */
final class Rest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;

    Rest(int port) {
        this.base = "http://127.0.0.1:" + port;
    }

    JsonNode call(String method, String path, String body) throws IOException {
        return JSON.readTree(text(method, path, body));
    }

    /** The answer as it came. */
    String text(String method, String path, String body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofMinutes(5));
        String type = path.contains("/_bulk") ? "application/x-ndjson" : "application/json";
        request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).header("Content-Type",
                type);
        try {
            var response = client.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() >= 400 && !(method.equals("DELETE") && response.statusCode() == 404)) {
                throw new DemoException(
                        method + " " + path + " was answered with " + response.statusCode() + ": " + response.body());
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted");
        }
    }
}
