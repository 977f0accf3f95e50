package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.RemoteModel;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Cohere's second API. Its models refuse texts whose kind they are not told. */
final class CohereProvider implements Provider {

    private static final URI ENDPOINT = URI.create("https://api.cohere.com");
    private static final Tasks TASKS = new Tasks(List.of("search_document", "search_query", "classification", "clustering"),
            "search_document", "search_query");

    @Override
    public String name() {
        return "cohere";
    }

    @Override
    public Optional<URI> defaultEndpoint() {
        return Optional.of(ENDPOINT);
    }

    @Override
    public boolean needsKey() {
        return true;
    }

    @Override
    public Limits limits(RemoteModel model) {
        return new Limits(96, Limits.NO_LIMIT, KnownModels.textTokens(model.model()));
    }

    @Override
    public Tasks tasks(RemoteModel model) {
        return TASKS;
    }

    @Override
    public Optional<ImageReading> images(RemoteModel model) {
        if (!model.model().startsWith("embed-") || model.model().startsWith("embed-v2")) return Optional.empty();
        // The third generation takes one image of 5 MB, later ones 20 MB of them, in base64.
        return Optional.of(model.model().endsWith("-v3.0")
                ? new ImageReading(model.model(), 1, 5 << 20)
                : new ImageReading(model.model(), 96, 14 << 20));
    }

    @Override
    public List<String> imageModels() {
        return List.of("embed-v4.0", "embed-*-v3.0");
    }

    @Override
    public Prompts prompts(RemoteModel model) {
        return Prompts.NONE;
    }

    @Override
    public List<String> problems(RemoteModel model) {
        return new DefinitionProblems(model).dimensions()
                .ownFields("texts", "images", "inputs", "model", "input_type", "embedding_types", "output_dimension", "truncate")
                .found();
    }

    @Override
    public boolean cutsTexts() {
        return true;
    }

    @Override
    public WireRequest request(WireCall call) {
        RemoteModel model = call.model();
        ObjectNode body = WireJson.object().put("model", model.model()).put("input_type", call.task()).put("truncate",
                call.mayCut() ? "END" : "NONE");
        body.set("texts", WireJson.array(call.texts()));
        body.putArray("embedding_types").add("float");
        model.dimensions().ifPresent(dimensions -> body.put("output_dimension", dimensions));
        model.options().forEach((name, value) -> body.set(name, WireJson.node(value)));
        return WireRequest.post(call.url("v2/embed").build(), body);
    }

    @Override
    public WireRequest imageRequest(WireCall call) {
        RemoteModel model = call.model();
        ObjectNode body = WireJson.object().put("model", model.model()).put("input_type", "image");
        body.set("images", WireJson.array(call.images().stream().map(WireImage::dataUri).toList()));
        body.putArray("embedding_types").add("float");
        model.dimensions().ifPresent(dimensions -> body.put("output_dimension", dimensions));
        model.options().forEach((name, value) -> body.set(name, WireJson.node(value)));
        return WireRequest.post(call.url("v2/embed").build(), body);
    }

    @Override
    public WireAnswer answer(WireCall call, JsonNode body, WireHeaders headers) {
        return new WireAnswer(WireJson.vectors(body.at("/embeddings/float")),
                WireJson.count(body.at("/meta/billed_units/input_tokens")));
    }

    @Override
    public Fault fault(WireCall call, WireError error) {
        // Waiting does not help a trial key that has had its calls of the month.
        if (error.status() == 402 || error.status() == 429 && error.says("/ month", "per month")) return error.noQuota();
        if (error.status() == 498) return new Fault.BadText(error.reason(), error.index());
        if (error.says("at most 96")) return new Fault.TooLarge(error.reason());
        if (error.isAboutLength()) return new Fault.TooLong(error.reason(), error.index());
        return error.usual();
    }
}
