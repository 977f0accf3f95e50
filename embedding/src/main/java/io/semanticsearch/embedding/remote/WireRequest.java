package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * A request as a provider wants it, without the key.
 *
 * @param headers in addition to the usual ones
 * @param body JSON to POST; empty for GET, or where there is a form
 * @param form to POST; empty where there is none
 */
record WireRequest(HttpUrl url, Map<String, String> headers, Optional<JsonNode> body, Optional<WireForm> form) {

    WireRequest {
        Objects.requireNonNull(url, "url");
        headers = Map.copyOf(headers);
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(form, "form");
    }

    static WireRequest get(HttpUrl url) {
        return new WireRequest(url, Map.of(), Optional.empty(), Optional.empty());
    }

    static WireRequest post(HttpUrl url, JsonNode body) {
        return new WireRequest(url, Map.of(), Optional.of(body), Optional.empty());
    }

    static WireRequest post(HttpUrl url, WireForm form) {
        return new WireRequest(url, Map.of(), Optional.empty(), Optional.of(form));
    }
}
