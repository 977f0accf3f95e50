package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.RemoteModel;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Jina. What it can be told of a text differs from one generation of its models to the next. */
final class JinaProvider implements Provider {

    private static final URI ENDPOINT = URI.create("https://api.jina.ai/v1");
    private static final String PASSAGE = "retrieval.passage";
    private static final String QUERY = "retrieval.query";
    private static final Tasks THIRD = new Tasks(List.of(QUERY, PASSAGE, "text-matching", "classification", "separation"),
            PASSAGE,
            QUERY);
    private static final Tasks FOURTH = new Tasks(List.of(QUERY, PASSAGE, "text-matching", "code.query", "code.passage"), PASSAGE,
            QUERY);
    private static final Tasks FIFTH = new Tasks(List.of(QUERY, PASSAGE, "text-matching", "classification", "clustering"),
            PASSAGE,
            QUERY);
    private static final Tasks CODE = new Tasks(
            List.of("nl2code.query", "nl2code.passage", "code2code.query", "code2code.passage", "code2nl.query",
                    "code2nl.passage", "code2completion.query", "code2completion.passage", "qa.query", "qa.passage"),
            "nl2code.passage", "nl2code.query");

    @Override
    public String name() {
        return "jina";
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
        int items = model.model().startsWith("jina-embeddings-v4") ? 512 : 2048;
        return new Limits(items, Limits.NO_LIMIT, KnownModels.textTokens(model.model()));
    }

    @Override
    public Optional<ImageReading> images(RemoteModel model) {
        boolean reads = model.model().startsWith("jina-clip-") || model.model().startsWith("jina-embeddings-v4");
        return reads ? Optional.of(new ImageReading(model.model(), 32, 8 << 20)) : Optional.empty();
    }

    @Override
    public List<String> imageModels() {
        return List.of("jina-clip-v2", "jina-embeddings-v4");
    }

    @Override
    public Tasks tasks(RemoteModel model) {
        String name = model.model();
        if (name.startsWith("jina-embeddings-v3")) return THIRD;
        if (name.startsWith("jina-embeddings-v4")) return FOURTH;
        if (name.startsWith("jina-embeddings-v5")) return FIFTH;
        return name.startsWith("jina-code") ? CODE : Tasks.NONE;
    }

    /** What the models were trained with is put there by the service, by the task. */
    @Override
    public Prompts prompts(RemoteModel model) {
        return Prompts.NONE;
    }

    @Override
    public List<String> problems(RemoteModel model) {
        return new DefinitionProblems(model).dimensions().ownFields("input", "model", "task", "dimensions", "normalized",
                "truncate", "embedding_type", "late_chunking", "return_multivector").found();
    }

    @Override
    public boolean cutsTexts() {
        return true;
    }

    @Override
    public WireRequest request(WireCall call) {
        return post(call, WireJson.array(call.texts()));
    }

    @Override
    public WireRequest imageRequest(WireCall call) {
        ArrayNode input = WireJson.array(List.of());
        call.images().forEach(image -> input.addObject().put("image", image.base64()));
        return post(call, input);
    }

    private static WireRequest post(WireCall call, ArrayNode input) {
        RemoteModel model = call.model();
        ObjectNode body = WireJson.object().put("model", model.model()).put("normalized", true).put("embedding_type", "float")
                .put("truncate", call.mayCut());
        body.set("input", input);
        if (!call.task().isEmpty()) body.put("task", call.task());
        model.dimensions().ifPresent(dimensions -> body.put("dimensions", dimensions));
        model.options().forEach((name, value) -> body.set(name, WireJson.node(value)));
        return WireRequest.post(call.url("embeddings").build(), body);
    }

    @Override
    public WireAnswer answer(WireCall call, JsonNode body, WireHeaders headers) {
        return OpenAiProvider.openAiAnswer(body);
    }

    @Override
    public Fault fault(WireCall call, WireError error) {
        if (error.says("INSUFFICIENT_BALANCE")) return error.noQuota();
        if (error.says("MODEL_NOT_FOUND")) return error.refused();
        if (error.says("largest allowed size")) return new Fault.TooLarge(error.reason());
        if (error.isAboutLength()) return new Fault.TooLong(error.reason(), error.index());
        return error.usual();
    }
}
