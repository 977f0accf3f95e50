package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.LongText;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.RemoteModel;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Nomic Atlas. It puts the prefix of the task before the texts itself, and averages the windows of a long text if asked to. */
final class NomicProvider implements Provider {

    private static final URI ENDPOINT = URI.create("https://api-atlas.nomic.ai");
    private static final String TEXT = "nomic-embed-text-";
    private static final String VISION = "nomic-embed-vision-";
    private static final Pattern HAS_VISION = Pattern.compile("nomic-embed-(text|vision)-v1(\\.5)?");
    /** Of all vectors of images, and of texts that were not cut. */
    private static final int DIMENSION = 768;
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
    public Optional<ImageReading> images(RemoteModel model) {
        boolean reads = HAS_VISION.matcher(model.model()).matches() && model.dimensions().orElse(DIMENSION) == DIMENSION;
        return reads ? Optional.of(new ImageReading(vision(model), 64, 20 << 20)) : Optional.empty();
    }

    @Override
    public List<String> imageModels() {
        return List.of("nomic-embed-text-v1.5", "nomic-embed-text-v1");
    }

    /** Models of texts and of images of one version are two halves of one. */
    @Override
    public String spaceName(RemoteModel model) {
        return text(model);
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
        ObjectNode body = WireJson.object().put("model", text(model)).put("task_type", call.task()).put("long_text_mode",
                model.longText() == LongText.MEAN ? "mean" : "truncate");
        body.set("texts", WireJson.array(call.texts()));
        model.dimensions().ifPresent(dimensions -> body.put("dimensionality", dimensions));
        model.options().forEach((name, value) -> body.set(name, WireJson.node(value)));
        return WireRequest.post(call.url("v1/embedding/text").build(), body);
    }

    @Override
    public WireRequest imageRequest(WireCall call) {
        WireForm form = new WireForm(Map.of("model", vision(call.model())), "images", call.images());
        return WireRequest.post(call.url("v1/embedding/image").build(), form);
    }

    @Override
    public WireAnswer answer(WireCall call, JsonNode body, WireHeaders headers) {
        String asked = call.images().isEmpty() ? text(call.model()) : vision(call.model());
        String model = body.path("model").asText(asked);
        if (!model.equals(asked)) {
            throw new UnusableAnswerException("the vectors are of model [" + model + "], not of [" + asked + "]");
        }
        return new WireAnswer(WireJson.vectors(body.path("embeddings")), WireJson.count(body.at("/usage/prompt_tokens")));
    }

    @Override
    public Fault fault(WireCall call, WireError error) {
        return error.isAboutLength() ? new Fault.TooLong(error.reason(), error.index()) : error.usual();
    }

    private static String text(RemoteModel model) {
        return model.model().replace(VISION, TEXT);
    }

    private static String vision(RemoteModel model) {
        return model.model().replace(TEXT, VISION);
    }
}
