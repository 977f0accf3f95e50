package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A client that knows all nodes and leaves one alone for a while after it did not answer, as clients of OpenSearch do. What was sent is
 * never sent again: only a node that could not be connected to is followed by another. Safe for many threads.
 */
final class SoakClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LEFT_ALONE = Duration.ofSeconds(10);

    /** What became of a request. */
    sealed interface Outcome {
        record Answered(int status, JsonNode body) implements Outcome {}

        /** It may have been done, or may be done yet. */
        record Unanswered(String reason) implements Outcome {}

        /** No node could be connected to. */
        record NotSent() implements Outcome {}
    }

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final List<Integer> ports;
    private final AtomicLongArray avoidedUntil;
    private final AtomicInteger next = new AtomicInteger();

    SoakClient(List<Integer> ports) {
        this.ports = List.copyOf(ports);
        this.avoidedUntil = new AtomicLongArray(ports.size());
        for (int i = 0; i < ports.size(); i++) avoidedUntil.set(i, System.nanoTime());
    }

    Outcome post(String path, String contentType, String body, Duration patience) {
        int first = Math.floorMod(next.getAndIncrement(), ports.size());
        // Those that are left alone come last, for they may be all there are.
        for (boolean avoided : new boolean[]{false, true}) {
            for (int i = 0; i < ports.size(); i++) {
                int node = (first + i) % ports.size();
                if (isAvoided(node) != avoided) continue;
                try {
                    HttpResponse<byte[]> response = client.send(HttpRequest
                            .newBuilder(URI.create("http://127.0.0.1:" + ports.get(node) + path)).timeout(patience)
                            .header("Content-Type", contentType).POST(BodyPublishers.ofString(body)).build(),
                            BodyHandlers.ofByteArray());
                    return new Outcome.Answered(response.statusCode(), JSON.readTree(response.body()));
                } catch (ConnectException | HttpConnectTimeoutException e) {
                    avoid(node);
                } catch (IOException e) {
                    avoid(node);
                    return new Outcome.Unanswered(e.getClass().getSimpleName());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return new Outcome.Unanswered("interrupted");
                }
            }
        }
        return new Outcome.NotSent();
    }

    private boolean isAvoided(int node) {
        return avoidedUntil.get(node) - System.nanoTime() > 0;
    }

    private void avoid(int node) {
        avoidedUntil.set(node, System.nanoTime() + LEFT_ALONE.toNanos());
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
