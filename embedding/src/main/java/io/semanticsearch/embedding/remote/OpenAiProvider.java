package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.RemoteModel;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * OpenAI, and by [endpoint] every server that speaks like it: vLLM, llama.cpp, LM Studio, LocalAI and hosted ones. Servers in its likeness
 * refuse fields that they do not know, so only what every one of them takes is sent unless the definition asks for more.
 */
final class OpenAiProvider implements Provider {

    /** Fields that a definition cannot set by its options. */
    static final Set<String> OWN_FIELDS = Set.of("model", "input", "dimensions");

    private static final URI ENDPOINT = URI.create("https://api.openai.com/v1");
    private static final int TEXT_TOKENS = 8191;

    @Override
    public String name() {
        return "openai";
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
        // Others that speak like it take fewer; which have told so is found out by splitting.
        return atHome(model) ? new Limits(2048, 300_000, TEXT_TOKENS) : new Limits(64, 300_000, Limits.USUAL_TEXT_TOKENS);
    }

    /** Servers on a desk load a model when it is first asked for. */
    @Override
    public boolean loadsModels(RemoteModel model) {
        return !atHome(model);
    }

    @Override
    public List<String> problems(RemoteModel model) {
        List<String> problems = new ArrayList<>(atHome(model)
                ? new DefinitionProblems(model).dimensions().found()
                : new DefinitionProblems(model).noMoreDimensions().found());
        problems.addAll(problemsOfOptions(model));
        return problems;
    }

    @Override
    public WireRequest request(WireCall call) {
        HttpUrl url = call.url("embeddings").build();
        return WireRequest.post(url, body(call, atHome(call.model())));
    }

    @Override
    public WireAnswer answer(WireCall call, JsonNode body, WireHeaders headers) {
        return openAiAnswer(body);
    }

    @Override
    public Fault fault(WireCall call, WireError error) {
        return openAiFault(error);
    }

    /** @param base64 whether the server is known to answer in base64, a third of the bytes of numbers */
    static ObjectNode body(WireCall call, boolean base64) {
        ObjectNode body = WireJson.object().put("model", call.model().model());
        body.set("input", WireJson.array(call.texts()));
        call.model().dimensions().ifPresent(dimensions -> body.put("dimensions", dimensions));
        if (base64) body.put("encoding_format", "base64");
        call.model().options().forEach((name, value) -> body.set(name, WireJson.node(value)));
        return body;
    }

    static List<String> problemsOfOptions(RemoteModel model) {
        List<String> problems = new ArrayList<>();
        model.options().keySet().stream().filter(OWN_FIELDS::contains)
                .forEach(name -> problems.add("[options." + name + "] cannot be set, it is written from the other fields"));
        return problems;
    }

    /** Answers of OpenAI's shape. */
    static WireAnswer openAiAnswer(JsonNode body) {
        JsonNode usage = body.path("usage");
        JsonNode tokens = usage.has("prompt_tokens") ? usage.path("prompt_tokens") : usage.path("total_tokens");
        return new WireAnswer(WireJson.indexed(body.path("data")), WireJson.count(tokens));
    }

    /** Errors of OpenAI and of the servers in its likeness, which put the same in other words. */
    static Fault openAiFault(WireError error) {
        String code = error.field("code");
        String type = error.field("type");
        if (code.equals("insufficient_quota") || type.equals("insufficient_quota")) return error.noQuota();
        if (code.equals("max_tokens_per_request")
                || error.says("max 300000 tokens per request", "array too long", "batch size")) {
            return new Fault.TooLarge(error.reason());
        }
        // llama.cpp says so with status 500.
        if (error.says("maximum context length", "maximum input length", "too large to process", "exceeds the available context")
                || type.equals("exceed_context_size_error")) {
            return new Fault.TooLong(error.reason(), error.index());
        }
        if (error.status() == 404 || code.equals("model_not_found")) {
            return new Fault.Final(new EmbeddingException.BadRequest(error.reason()
                    + "; check [model] and [endpoint] of the definition, which ends in [/v1] for most servers"));
        }
        // An account may have models that take other values; what it says is all there is to know.
        if (error.status() == 400 && error.index().isPresent()) return new Fault.BadText(error.reason(), error.index());
        if (error.status() == 400 && error.field("param").equals("input")) {
            return new Fault.BadText(error.reason(), OptionalInt.empty());
        }
        return error.usual();
    }

    private static boolean atHome(RemoteModel model) {
        return model.endpoint().isEmpty() || model.endpoint().get().getHost().equalsIgnoreCase(ENDPOINT.getHost());
    }
}
