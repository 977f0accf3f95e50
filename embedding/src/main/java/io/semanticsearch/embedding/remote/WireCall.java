package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.RemoteModel;
import io.semanticsearch.embedding.Role;
import java.util.List;
import java.util.Objects;
import okhttp3.HttpUrl;

/**
 * What one call has to bring.
 *
 * @param model the settings
 * @param endpoint the base address, which the address of the request has to begin with
 * @param task the provider's name of what the texts are for, empty for none
 * @param mayCut whether a text that is too long is to be cut by the server; else the server is to refuse it, so that it is known
 * @param texts at least one text, none of them blank, with their prompts; no more than the {@link Limits} allow; none where there are images
 * @param images no more than the {@link ImageReading} allows; none where there are texts
 */
record WireCall(RemoteModel model,
        HttpUrl endpoint,
        Role role,
        String task,
        boolean mayCut,
        List<String> texts,
        List<WireImage> images) {

    WireCall {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(task, "task");
        texts = List.copyOf(texts);
        images = List.copyOf(images);
    }

    static WireCall ofTexts(RemoteModel model, HttpUrl endpoint, Role role, String task, boolean mayCut, List<String> texts) {
        return new WireCall(model, endpoint, role, task, mayCut, texts, List.of());
    }

    static WireCall ofImages(RemoteModel model, HttpUrl endpoint, Role role, String task, List<WireImage> images) {
        return new WireCall(model, endpoint, role, task, false, List.of(), images);
    }

    /** An address under the endpoint: {@code path} may have several segments, names in it are to be given to {@code addPathSegment}. */
    HttpUrl.Builder url(String path) {
        return endpoint.newBuilder().addPathSegments(path);
    }
}
