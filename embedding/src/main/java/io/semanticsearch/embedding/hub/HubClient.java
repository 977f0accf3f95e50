package io.semanticsearch.embedding.hub;

import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Requests to the endpoint and to where it redirects. Redirects are followed here and not by the HTTP library, because of what must not
 * follow: the token goes to the endpoint and nowhere else, and nothing goes from https to http. Safe for many threads; closed by whoever
 * made it.
 */
final class HubClient implements AutoCloseable {

    private static final int MAX_REDIRECTS = 5;
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,4096}");

    private final HubOptions options;
    private final HttpUrl endpoint;
    private final OkHttpClient client;

    HubClient(HubOptions options) {
        this.options = options;
        this.endpoint = HttpUrl.get(options.endpoint());
        OkHttpClient.Builder builder = new OkHttpClient.Builder().followRedirects(false).followSslRedirects(false)
                .connectTimeout(options.connectTimeout()).readTimeout(options.readTimeout()).writeTimeout(options.readTimeout());
        options.proxy().ifPresent(address -> builder.proxy(new Proxy(Proxy.Type.HTTP, address)));
        this.client = builder.build();
    }

    /** The endpoint as messages name it. */
    String name() {
        return endpoint.toString();
    }

    /** The list of files of a revision, with sizes and content ids. */
    HttpUrl list(HubReference reference, String revision) {
        return endpoint.newBuilder().addPathSegments("api/models").addPathSegments(reference.repository())
                .addPathSegment("revision").addPathSegment(revision).addQueryParameter("blobs", "true").build();
    }

    HttpUrl file(HubReference reference, String commit, String file) {
        return endpoint.newBuilder().addPathSegments(reference.repository()).addPathSegment("resolve").addPathSegment(commit)
                .addPathSegments(file).build();
    }

    /**
     * Asks for something, through at most {@value #MAX_REDIRECTS} redirects.
     *
     * @return the last answer, whatever its status
     */
    HubResponse get(HttpUrl start, Headers headers, StopSignal stop) throws IOException {
        Optional<String> token = token();
        HttpUrl url = start;
        Headers fromEndpoint = Headers.EMPTY;
        boolean atEndpoint = true;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            // Once led away it stays away: another host must not choose what the token is shown for.
            atEndpoint = atEndpoint && sameOrigin(url, endpoint);
            Request.Builder request = new Request.Builder().url(url).headers(headers).header("User-Agent", options.userAgent());
            if (atEndpoint) token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
            Response response = stop.execute(client.newCall(request.build()));
            if (atEndpoint) fromEndpoint = response.headers();
            if (!response.isRedirect()) return new HubResponse(response, fromEndpoint, atEndpoint, token.isPresent());
            try (response) {
                url = target(url, response);
            }
        }
        throw refused("more than [" + MAX_REDIRECTS + "] times");
    }

    /** Ends what is left of connections; requests in flight end by their {@link StopSignal}. */
    @Override
    public void close() {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }

    private Optional<String> token() {
        Optional<String> token = options.token().get().map(String::strip).filter(text -> !text.isEmpty());
        if (token.isEmpty()) return token;
        if (!TOKEN.matcher(token.get()).matches()) {
            throw new EmbeddingException.BadRequest("the token for models from [" + name()
                    + "] has characters that no token has, or too many; store it again, without quotes and line breaks");
        }
        if (!endpoint.isHttps() && !isLoopback(endpoint)) {
            throw new EmbeddingException.BadRequest("there is a token for models, and the endpoint [" + name()
                    + "] is not https; a token is not sent in the clear: use https or remove the token");
        }
        return token;
    }

    private HttpUrl target(HttpUrl from, Response response) {
        String location = response.header("Location", "");
        HttpUrl to = from.resolve(location);
        if (to == null) throw refused("from host [" + from.host() + "] to what is no http or https address");
        if (!mayRedirect(from, to)) throw refused("from host [" + from.host() + "] to host [" + to.host() + "] without https");
        return to;
    }

    boolean mayRedirect(HttpUrl from, HttpUrl to) {
        if (to.isHttps() || sameOrigin(from, to)) return true;
        // An endpoint on loopback is its administrator's own, and so is what stands beside it.
        return !from.isHttps() && isLoopback(endpoint) && isLoopback(to);
    }

    private EmbeddingException.Unavailable refused(String redirect) {
        return new EmbeddingException.Unavailable("endpoint [" + name() + "] redirects " + redirect
                + ", which is not followed; check the address of the endpoint, and the proxy");
    }

    private static boolean sameOrigin(HttpUrl a, HttpUrl b) {
        return a.scheme().equals(b.scheme()) && a.host().equals(b.host()) && a.port() == b.port();
    }

    private static boolean isLoopback(HttpUrl url) {
        if (url.host().equals("localhost")) return true;
        try {
            return InetAddress.ofLiteral(url.host()).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
