package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.RemoteModel;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Voyage, also where MongoDB serves it. Its vectors of documents, of queries and of texts without a type can be compared. */
final class VoyageProvider implements Provider {

    private static final URI ENDPOINT = URI.create("https://api.voyageai.com/v1");
    /** In place of the null that the API has for a text of no type. */
    private static final String NO_TYPE = "none";
    private static final Tasks TASKS = new Tasks(List.of("document", "query", NO_TYPE), "document", "query");
    private static final Set<String> MILLION_TOKENS = Set.of("voyage-4-lite", "voyage-3.5-lite");
    private static final Set<String> MANY_TOKENS = Set.of("voyage-4", "voyage-3.5", "voyage-2");
    private static final Pattern INDEX = Pattern.compile("at index (\\d{1,6})");

    @Override
    public String name() {
        return "voyage";
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
        int callTokens = 120_000;
        if (MANY_TOKENS.contains(model.model())) callTokens = 320_000;
        if (MILLION_TOKENS.contains(model.model())) callTokens = 1_000_000;
        if (isMultimodal(model)) callTokens = 320_000;
        return new Limits(1000, callTokens, KnownModels.textTokens(model.model()));
    }

    @Override
    public Optional<ImageReading> images(RemoteModel model) {
        return isMultimodal(model) ? Optional.of(new ImageReading(model.model(), 32, 14 << 20)) : Optional.empty();
    }

    @Override
    public List<String> imageModels() {
        return List.of("voyage-multimodal-3.5", "voyage-multimodal-3");
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
                .ownFields("input", "inputs", "model", "input_type", "truncation", "output_dimension", "output_dtype").found();
    }

    @Override
    public boolean cutsTexts() {
        return true;
    }

    @Override
    public WireRequest request(WireCall call) {
        RemoteModel model = call.model();
        if (isMultimodal(model)) {
            return multimodal(call, call.texts().stream().map(text -> part("text", text)).toList());
        }
        ObjectNode body = WireJson.object().put("model", model.model()).put("truncation", call.mayCut())
                .put("encoding_format", "base64");
        body.set("input", WireJson.array(call.texts()));
        return post(call, "embeddings", body);
    }

    @Override
    public WireRequest imageRequest(WireCall call) {
        return multimodal(call, call.images().stream().map(image -> part("image_base64", image.dataUri())).toList());
    }

    /** One content a text or image: several parts of one content would become one vector. */
    private static WireRequest multimodal(WireCall call, List<ObjectNode> parts) {
        ObjectNode body = WireJson.object().put("model", call.model().model()).put("truncation", call.mayCut());
        ArrayNode inputs = body.putArray("inputs");
        parts.forEach(part -> inputs.addObject().putArray("content").add(part));
        return post(call, "multimodalembeddings", body);
    }

    private static ObjectNode part(String type, String value) {
        return WireJson.object().put("type", type).put(type, value);
    }

    private static WireRequest post(WireCall call, String path, ObjectNode body) {
        RemoteModel model = call.model();
        if (!call.task().equals(NO_TYPE)) body.put("input_type", call.task());
        model.dimensions().ifPresent(dimensions -> body.put("output_dimension", dimensions));
        model.options().forEach((name, value) -> body.set(name, WireJson.node(value)));
        return WireRequest.post(call.url(path).build(), body);
    }

    @Override
    public WireAnswer answer(WireCall call, JsonNode body, WireHeaders headers) {
        return OpenAiProvider.openAiAnswer(body);
    }

    @Override
    public Fault fault(WireCall call, WireError error) {
        if (error.says("tokens per submitted batch", "batch size")) return new Fault.TooLarge(error.reason());
        if (error.isAboutLength()) return new Fault.TooLong(error.reason(), index(error));
        return error.usual();
    }

    private static boolean isMultimodal(RemoteModel model) {
        return model.model().startsWith("voyage-multimodal-");
    }

    private static OptionalInt index(WireError error) {
        Matcher matcher = INDEX.matcher(error.message());
        return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }
}
