package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.LongText;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.RemoteModel;
import io.semanticsearch.embedding.Role;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import okhttp3.HttpUrl;

/**
 * Google's Gemini API. The first generation of its models is told a task type beside the text; [gemini-embedding-2] ignores that without a
 * word and wants the task in front of the text. Both take the same names here.
 */
final class GeminiProvider implements Provider {

    private static final URI ENDPOINT = URI.create("https://generativelanguage.googleapis.com");
    private static final String MODELS = "models/";
    private static final String DOCUMENT = "RETRIEVAL_DOCUMENT";
    private static final String QUERY = "RETRIEVAL_QUERY";

    /** Every task type, with what says the same to a model that reads it in the text. */
    private static final Map<String, String> PREFIXES = new LinkedHashMap<>();

    static {
        PREFIXES.put(DOCUMENT, "title: none | text: ");
        PREFIXES.put(QUERY, "task: search result | query: ");
        PREFIXES.put("SEMANTIC_SIMILARITY", "task: sentence similarity | query: ");
        PREFIXES.put("CLASSIFICATION", "task: classification | query: ");
        PREFIXES.put("CLUSTERING", "task: clustering | query: ");
        PREFIXES.put("QUESTION_ANSWERING", "task: question answering | query: ");
        PREFIXES.put("FACT_VERIFICATION", "task: fact checking | query: ");
        PREFIXES.put("CODE_RETRIEVAL_QUERY", "task: code retrieval | query: ");
    }

    private static final Tasks TASKS = new Tasks(List.copyOf(PREFIXES.keySet()), DOCUMENT, QUERY);

    /** Of the 4 MiB that a request may have, at 4 bytes a token and room for characters that take more. */
    private static final int CALL_TOKENS = 500_000;

    @Override
    public String name() {
        return "gemini";
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
        return new Limits(100, CALL_TOKENS, KnownModels.textTokens(model.model()));
    }

    @Override
    public Optional<ImageReading> images(RemoteModel model) {
        // Of the 4 MiB that a request may have, in base64.
        return readsTaskInText(model) ? Optional.of(new ImageReading(nameOf(model), 100, 3_000_000)) : Optional.empty();
    }

    @Override
    public List<String> imageModels() {
        return List.of("gemini-embedding-2");
    }

    @Override
    public Tasks tasks(RemoteModel model) {
        return nameOf(model).equals("embedding-001") ? Tasks.NONE : TASKS;
    }

    @Override
    public Prompts prompts(RemoteModel model) {
        return readsTaskInText(model) ? new Prompts(prefix(model, Role.DOCUMENT), prefix(model, Role.QUERY)) : Prompts.NONE;
    }

    @Override
    public List<String> problems(RemoteModel model) {
        return new DefinitionProblems(model).dimensions()
                .longText("this provider cuts long texts and does not say so", LongText.TRUNCATE)
                .ownFields("model", "content", "taskType", "outputDimensionality").found();
    }

    /** Not as a parameter of the address, where keys also work and get into logs. */
    @Override
    public Map<String, String> keyHeaders(String key) {
        return Map.of("x-goog-api-key", key);
    }

    @Override
    public WireRequest request(WireCall call) {
        return post(call, call.texts().stream().map(text -> WireJson.object().put("text", text)).toList());
    }

    @Override
    public WireRequest imageRequest(WireCall call) {
        return post(call, call.images().stream().map(image -> {
            ObjectNode part = WireJson.object();
            part.putObject("inlineData").put("mimeType", image.type()).put("data", image.base64());
            return part;
        }).toList());
    }

    private static WireRequest post(WireCall call, List<ObjectNode> parts) {
        String method = parts.size() == 1 ? ":embedContent" : ":batchEmbedContents";
        HttpUrl url = call.url("v1beta/models").addPathSegment(nameOf(call.model()) + method).build();
        // One content a text or image: several parts of one content would become one vector.
        List<ObjectNode> items = parts.stream().map(part -> item(call, part)).toList();
        if (items.size() == 1) return WireRequest.post(url, items.getFirst());
        ObjectNode body = WireJson.object();
        body.putArray("requests").addAll(items);
        return WireRequest.post(url, body);
    }

    @Override
    public WireAnswer answer(WireCall call, JsonNode body, WireHeaders headers) {
        OptionalLong tokens = WireJson.count(body.at("/usageMetadata/promptTokenCount"));
        List<float[]> vectors = new ArrayList<>();
        if (body.path("embeddings") instanceof ArrayNode embeddings) {
            embeddings.forEach(embedding -> vectors.add(WireJson.vector(embedding.path("values"))));
        } else {
            vectors.add(WireJson.vector(body.at("/embedding/values")));
        }
        return new WireAnswer(vectors, tokens);
    }

    @Override
    public Fault fault(WireCall call, WireError error) {
        // A wrong key has the status of a wrong field.
        if (error.body().at("/error/details").toString().contains("API_KEY_INVALID")) return error.badKey();
        if (error.says("requests can be in one batch", "payload size exceeds")) {
            return new Fault.TooLarge(error.reason());
        }
        return error.usual();
    }

    private static ObjectNode item(WireCall call, ObjectNode part) {
        RemoteModel model = call.model();
        ObjectNode item = WireJson.object().put("model", MODELS + nameOf(model));
        item.putObject("content").putArray("parts").add(part);
        if (!call.task().isEmpty() && !readsTaskInText(model)) item.put("taskType", call.task());
        model.dimensions().ifPresent(dimensions -> item.put("outputDimensionality", dimensions));
        model.options().forEach((name, value) -> item.set(name, WireJson.node(value)));
        return item;
    }

    private static String prefix(RemoteModel model, Role role) {
        // A task that is none has no prefix; it is refused elsewhere.
        return PREFIXES.getOrDefault(model.tasks().getOrDefault(role, TASKS.of(role)), "");
    }

    private static boolean readsTaskInText(RemoteModel model) {
        return nameOf(model).startsWith("gemini-embedding-2");
    }

    private static String nameOf(RemoteModel model) {
        return model.model().startsWith(MODELS) ? model.model().substring(MODELS.length()) : model.model();
    }
}
