package io.semanticsearch.embedding.remote;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How servers are called, the same for all models of a node.
 *
 * @param queryTimeout for one request with queries, over all its calls
 * @param documentTimeout for one request with documents, over all its calls
 * @param connectTimeout for one connection
 * @param retries how often one call is tried again at most
 * @param maxDelay the longest pause before another try; a server that asks for more is not waited for
 * @param concurrentCalls calls at the same time with one credential, or to one server where there is none
 * @param waitingRequests requests with one credential at the same time, those that wait included
 * @param breakerFailures failures in a row after which a model is left alone
 * @param breakerPause for how long
 * @param maxAnswerBytes the largest answer that is read, unpacked
 * @param proxy an HTTP proxy for all but servers on this machine; empty for what the process is set to
 * @param certificates a PEM file of authorities to trust besides those of this Java
 * @param userAgent how requests name their sender
 */
public record RemoteOptions(Duration queryTimeout,
        Duration documentTimeout,
        Duration connectTimeout,
        int retries,
        Duration maxDelay,
        int concurrentCalls,
        int waitingRequests,
        int breakerFailures,
        Duration breakerPause,
        long maxAnswerBytes,
        Optional<InetSocketAddress> proxy,
        Optional<Path> certificates,
        String userAgent) {

    public static final String TIMEOUT_SETTING = "plugins.semantic.remote.timeout";
    public static final String WAITING_REQUESTS_SETTING = "plugins.semantic.remote.waiting_requests";
    public static final String CONCURRENT_CALLS_SETTING = "plugins.semantic.remote.concurrent_calls";
    public static final String BREAKER_PAUSE_SETTING = "plugins.semantic.remote.breaker_pause";
    public static final String PROXY_SETTING = "plugins.semantic.remote.proxy";
    public static final String MAX_ANSWER_BYTES_SETTING = "plugins.semantic.remote.max_answer_bytes";
    public static final String CERTIFICATES_SETTING = "plugins.semantic.remote.certificate_authorities";
    public static final String ALLOWED_ENDPOINTS_SETTING = "plugins.semantic.remote.allowed_endpoints";

    public RemoteOptions {
        checkPositive("queryTimeout", queryTimeout);
        checkPositive("documentTimeout", documentTimeout);
        checkPositive("connectTimeout", connectTimeout);
        checkPositive("maxDelay", maxDelay);
        checkPositive("breakerPause", breakerPause);
        if (retries < 0) throw new IllegalArgumentException("[retries] is [" + retries + "], expected 0 or more");
        checkPositive("concurrentCalls", concurrentCalls);
        checkPositive("waitingRequests", waitingRequests);
        checkPositive("breakerFailures", breakerFailures);
        checkPositive("maxAnswerBytes", maxAnswerBytes);
        Objects.requireNonNull(proxy, "proxy");
        Objects.requireNonNull(certificates, "certificates");
        Objects.requireNonNull(userAgent, "userAgent");
    }

    /** What a node does that was not told otherwise. */
    public static RemoteOptions defaults() {
        return new RemoteOptions(Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(10), 5,
                Duration.ofSeconds(60), 8,
                256, 5, Duration.ofSeconds(30), 64L << 20, Optional.empty(), Optional.empty(), "semantic-search");
    }

    private static void checkPositive(String name, Duration duration) {
        if (duration.isPositive()) return;
        throw new IllegalArgumentException("[" + name + "] is [" + duration + "], expected more than nothing");
    }

    private static void checkPositive(String name, long number) {
        if (number >= 1) return;
        throw new IllegalArgumentException("[" + name + "] is [" + number + "], expected 1 or more");
    }
}
