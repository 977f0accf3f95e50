package io.semanticsearch.embedding.hub;

import okhttp3.Headers;
import okhttp3.Response;

/**
 * An answer after all redirects; closed by whoever asked for it.
 *
 * @param response what came at last, its body not read yet
 * @param endpointHeaders of the last answer that the endpoint itself gave: only there do [ETag] and its like speak of the repository
 * @param atEndpoint whether the endpoint itself gave the last answer
 * @param tokenShown whether the endpoint was shown a token
 */
record HubResponse(Response response, Headers endpointHeaders, boolean atEndpoint, boolean tokenShown) implements AutoCloseable {

    String host() {
        return response.request().url().host();
    }

    @Override
    public void close() {
        response.close();
    }
}
