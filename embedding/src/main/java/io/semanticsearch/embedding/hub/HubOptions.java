package io.semanticsearch.embedding.hub;

import io.semanticsearch.embedding.EmbeddingException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * From where and how models are fetched.
 *
 * @param endpoint the Hub or a mirror of it: http or https, may have a path, no query
 * @param token the token to show, asked for before each request so that a reloaded secret is used; shown to the endpoint only, over https
 *        or on loopback
 * @param offline whether to make no request at all and use only what is on disk
 * @param proxy an HTTP proxy; empty for what the process is set to
 * @param connectTimeout for one connection
 * @param readTimeout how long an answer may send nothing
 * @param patience how long to try again when nothing comes; counted from the last byte that came
 * @param maxBytes the largest copy to fetch
 * @param userAgent how requests name their sender
 */
public record HubOptions(URI endpoint,
        Supplier<Optional<String>> token,
        boolean offline,
        Optional<InetSocketAddress> proxy,
        Duration connectTimeout,
        Duration readTimeout,
        Duration patience,
        long maxBytes,
        String userAgent) {

    public static final URI DEFAULT_ENDPOINT = URI.create("https://huggingface.co");
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);
    public static final Duration DEFAULT_READ_TIMEOUT = Duration.ofSeconds(30);
    public static final Duration DEFAULT_PATIENCE = Duration.ofMinutes(2);
    public static final long DEFAULT_MAX_BYTES = 20L << 30;
    public static final String DEFAULT_USER_AGENT = "semantic-search";

    private static final Set<String> SCHEMES = Set.of("http", "https");

    public HubOptions {
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(proxy, "proxy");
        Objects.requireNonNull(userAgent, "userAgent");
        boolean plain = endpoint.getRawUserInfo() == null && endpoint.getRawQuery() == null && endpoint.getRawFragment() == null;
        if (endpoint.getHost() == null || !SCHEMES.contains(endpoint.getScheme()) || !plain) {
            // Not quoted where it may hold a password.
            String shown = endpoint.getRawUserInfo() == null ? "[" + endpoint + "]" : "one with a user in it";
            throw new EmbeddingException.BadRequest("the endpoint for models is " + shown
                    + ", expected a http or https address without user, query and fragment, such as [" + DEFAULT_ENDPOINT + "]");
        }
        checkPositive("connectTimeout", connectTimeout);
        checkPositive("readTimeout", readTimeout);
        checkPositive("patience", patience);
        if (maxBytes < 1) throw new IllegalArgumentException("[maxBytes] is [" + maxBytes + "], expected 1 or more");
    }

    /** The Hub itself, without a token. */
    public static HubOptions defaults() {
        return new HubOptions(DEFAULT_ENDPOINT, Optional::empty, false, Optional.empty(), DEFAULT_CONNECT_TIMEOUT,
                DEFAULT_READ_TIMEOUT, DEFAULT_PATIENCE, DEFAULT_MAX_BYTES, DEFAULT_USER_AGENT);
    }

    private static void checkPositive(String name, Duration duration) {
        if (duration.isPositive()) return;
        throw new IllegalArgumentException("[" + name + "] is [" + duration + "], expected more than nothing");
    }
}
