package io.semanticsearch.node;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Waits until a node answers over HTTP, and no longer once its process has ended. */
record FirstAnswer(String node, int port, Duration patience) {
    private static final Duration ONE_TRY = Duration.ofSeconds(5);
    private static final int PAUSE_MS = 100;

    void await(Process process, NodeLog log) {
        long deadline = System.nanoTime() + patience.toNanos();
        try (HttpClient client = HttpClient.newBuilder()
                .proxy(HttpClient.Builder.NO_PROXY)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(ONE_TRY)
                .build()) {
            while (!answers(client)) {
                if (!process.isAlive()) {
                    throw new NodeStartException(
                            "[" + node + "] ended with exit code " + process.exitValue() + " before it answered; " + log.tail());
                }
                if (System.nanoTime() >= deadline) {
                    throw new NodeStartException(
                            "[" + node + "] did not answer on port " + port + " within " + seconds() + " s; "
                                    + log.tail());
                }
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeStartException("[" + node + "] was stopped: interrupted while waiting for its first answer", e);
        }
    }

    private String seconds() {
        return patience.toMillis() % 1000 == 0
                ? Long.toString(patience.toSeconds())
                : Double.toString(patience.toMillis() / 1000.0);
    }

    /** A status of 500 and above is that of a node which is not ready yet; one that asks for a password is. */
    private boolean answers(HttpClient client) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).timeout(ONE_TRY).build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() < 500;
        } catch (IOException e) {
            return false;
        }
    }
}
