package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.KeepAlive;
import io.semanticsearch.embedding.RemoteModel;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;

/**
 * Ollama, on this machine or elsewhere. It runs the texts of a call side by side, and one that fails takes the others with it. When it cuts
 * a text it does not say so.
 */
final class OllamaProvider implements Provider {

    private static final URI ENDPOINT = URI.create("http://localhost:11434");
    private static final String CONTEXT = "num_ctx";
    // It takes any number; a call of more only makes the others wait.
    private static final int ITEMS = 64;

    @Override
    public String name() {
        return "ollama";
    }

    @Override
    public Optional<URI> defaultEndpoint() {
        return Optional.of(ENDPOINT);
    }

    @Override
    public boolean needsKey() {
        return false;
    }

    @Override
    public boolean loadsModels(RemoteModel model) {
        return true;
    }

    @Override
    public Limits limits(RemoteModel model) {
        return new Limits(ITEMS, Limits.NO_LIMIT, context(model).orElse(Limits.USUAL_TEXT_TOKENS));
    }

    @Override
    public List<String> problems(RemoteModel model) {
        return new DefinitionProblems(model).noMoreDimensions().found();
    }

    @Override
    public Optional<WireRequest> check(WireCall call) {
        return Optional.of(WireRequest.post(call.url("api/show").build(), WireJson.object().put("model", call.model().model())));
    }

    @Override
    public CheckedModel checked(RemoteModel model, JsonNode answer) {
        JsonNode capabilities = answer.path("capabilities");
        // Old servers do not tell.
        boolean embeds = !capabilities.isArray() || capabilities.isEmpty()
                || StreamSupport.stream(capabilities.spliterator(), false).anyMatch(node -> node.asText().equals("embedding"));
        if (!embeds) {
            throw new EmbeddingException.BadRequest("it has the capabilities " + capabilities
                    + " and not [embedding]; choose an embedding model, such as [nomic-embed-text]");
        }
        JsonNode info = answer.path("model_info");
        String architecture = info.path("general.architecture").asText("");
        OptionalInt trained = positive(info.path(architecture + ".context_length"));
        OptionalInt asked = context(model);
        OptionalInt tokens = trained.isPresent() && asked.isPresent()
                ? OptionalInt.of(Math.min(trained.getAsInt(), asked.getAsInt()))
                : trained;
        OptionalInt dimension = positive(info.path(architecture + ".embedding_length"));
        if (dimension.isPresent() && model.dimensions().orElse(0) > dimension.getAsInt()) {
            throw new EmbeddingException.BadRequest("[dimensions] is [" + model.dimensions().getAsInt()
                    + "], and the model has [" + dimension.getAsInt() + "]");
        }
        return new CheckedModel(dimension, tokens, OptionalInt.empty(), List.of());
    }

    @Override
    public boolean cutsTexts() {
        return true;
    }

    @Override
    public WireRequest request(WireCall call) {
        RemoteModel model = call.model();
        ObjectNode body = WireJson.object().put("model", model.model());
        body.set("input", WireJson.array(call.texts()));
        body.put("truncate", call.mayCut());
        body.put("keep_alive", keepAlive(model));
        model.dimensions().ifPresent(dimensions -> body.put("dimensions", dimensions));
        if (!model.options().isEmpty()) body.set("options", WireJson.node(model.options()));
        return WireRequest.post(call.url("api/embed").build(), body);
    }

    @Override
    public WireAnswer answer(WireCall call, JsonNode body, WireHeaders headers) {
        return new WireAnswer(WireJson.vectors(body.path("embeddings")), WireJson.count(body.path("prompt_eval_count")));
    }

    @Override
    public Fault fault(WireCall call, WireError error) {
        if (error.status() == 404) {
            // A server that does not know the address answers with a page and not in JSON.
            String advice = error.body().path("error").isTextual()
                    ? "run [ollama pull " + call.model().model() + "] where the server is"
                    : "check that [endpoint] is an Ollama server of version 0.3 or later";
            return new Fault.Final(new EmbeddingException.BadRequest(error.reason() + "; " + advice));
        }
        if (error.says("exceeds the context length", "exceeds maximum context length")) {
            return new Fault.TooLong(error.reason(), error.index());
        }
        if (error.status() == 400
                && error.says("does not support embed", "invalid input type", "missing request body", "cannot unmarshal",
                        "invalid duration", "invalid option")) {
            return error.refused();
        }
        // What the model's runner says of one text, such as that it computed NaN, fails all of the call.
        if (error.status() == 400) return new Fault.BadText(error.reason(), error.index());
        return error.usual();
    }

    private static String keepAlive(RemoteModel model) {
        String text = KeepAlive.format(model.keepAlive());
        return switch (text) {
            // Without a unit it would be no duration to it.
            case "-1", "0" -> text + "s";
            // The largest unit that it knows.
            case String days when days.endsWith("d") -> model.keepAlive().toHours() + "h";
            default -> text;
        };
    }

    private static OptionalInt context(RemoteModel model) {
        return model.options().get(CONTEXT) instanceof Number number && number.intValue() > 0
                ? OptionalInt.of(number.intValue())
                : OptionalInt.empty();
    }

    private static OptionalInt positive(JsonNode node) {
        return node.canConvertToInt() && node.intValue() > 0 ? OptionalInt.of(node.intValue()) : OptionalInt.empty();
    }
}
