package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.LongText;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.RemoteModel;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Nomic Atlas. It puts the prefix of the task before the texts itself, and averages the windows of a long text if asked to. */
final class NomicProvider implements Provider {

    private static final URI ENDPOINT = URI.create("https://api-atlas.nomic.ai");
    private static final Tasks TASKS = new Tasks(List.of("search_document", "search_query", "classification", "clustering"),
            "search_document", "search_query");
    /** It documents no limit; this is what its own client for TypeScript sends. */
    private static final int ITEMS = 400;

    @Override
    public String name() {
        return "nomic";
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
        return new Limits(ITEMS, Limits.NO_LIMIT, KnownModels.textTokens(model.model()));
    }

    @Override
    public Tasks tasks(RemoteModel model) {
        return TASKS;
    }

    @Override
    public Prompts prompts(RemoteModel model) {
        return Prompts.NONE;
    }

    @Override
    public List<String> problems(RemoteModel model) {
        return new DefinitionProblems(model).dimensions()
                .longText("this provider does not refuse long texts", LongText.TRUNCATE, LongText.MEAN)
                .ownFields("texts", "model", "task_type", "long_text_mode", "dimensionality").found();
    }

    @Override
    public WireRequest request(WireCall call) {
        RemoteModel model = call.model();
        // Model and mode are always said: what the service takes without them is not what its own clients do.
        ObjectNode body = WireJson.object().put("model", model.model()).put("task_type", call.task()).put("long_text_mode",
                model.longText() == LongText.MEAN ? "mean" : "truncate");
        body.set("texts", WireJson.array(call.texts()));
        model.dimensions().ifPresent(dimensions -> body.put("dimensionality", dimensions));
        model.options().forEach((name, value) -> body.set(name, WireJson.node(value)));
        return WireRequest.post(call.url("v1/embedding/text").build(), body);
    }

    @Override
    public WireAnswer answer(WireCall call, JsonNode body, WireHeaders headers) {
        String model = body.path("model").asText(call.model().model());
        if (!model.equals(call.model().model())) {
            throw new UnusableAnswerException("the vectors are of model [" + model + "], not of [" + call.model().model() + "]");
        }
        return new WireAnswer(WireJson.vectors(body.path("embeddings")), WireJson.count(body.at("/usage/prompt_tokens")));
    }

    @Override
    public Fault fault(WireCall call, WireError error) {
        return error.isAboutLength() ? new Fault.TooLong(error.reason(), error.index()) : error.usual();
    }
}
