package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.RemoteModel;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Hugging Face's text-embeddings-inference. A server runs one model and tells which, and how much it takes. It puts nothing before texts
 * that it is not told to, so the prompts that the model is known by are put there by the client.
 */
final class TeiProvider implements Provider {

    private static final int ITEMS = 32;

    @Override
    public String name() {
        return "tei";
    }

    @Override
    public Optional<URI> defaultEndpoint() {
        return Optional.empty();
    }

    @Override
    public boolean needsKey() {
        return false;
    }

    @Override
    public Limits limits(RemoteModel model) {
        return new Limits(ITEMS, Limits.NO_LIMIT, KnownModels.textTokens(model.model()));
    }

    @Override
    public List<String> problems(RemoteModel model) {
        return new DefinitionProblems(model).dimensions().ownFields("inputs", "truncate", "normalize", "dimensions").found();
    }

    @Override
    public Optional<WireRequest> check(WireCall call) {
        return Optional.of(WireRequest.get(call.url("info").build()));
    }

    @Override
    public CheckedModel checked(RemoteModel model, JsonNode answer) {
        JsonNode type = answer.path("model_type");
        if (type.isObject() && !type.has("embedding")) {
            throw new EmbeddingException.BadRequest("the server runs a model of type " + names(type)
                    + ", expected one of type [embedding]; check [endpoint]");
        }
        String id = answer.path("model_id").asText("");
        String served = answer.path("served_model_name").asText("");
        if (!id.isEmpty() && !isCalled(model.model(), id) && !isCalled(model.model(), served)) {
            throw new EmbeddingException.BadRequest("[model] is [" + model.model() + "], and the server runs [" + id
                    + "]; write that, or check [endpoint]");
        }
        return new CheckedModel(OptionalInt.empty(), positive(answer.path("max_input_length")),
                positive(answer.path("max_client_batch_size")), List.of());
    }

    @Override
    public boolean cutsTexts() {
        return true;
    }

    @Override
    public WireRequest request(WireCall call) {
        RemoteModel model = call.model();
        // Said although it is the default: it was not in older versions.
        ObjectNode body = WireJson.object().put("normalize", true).put("truncate", call.mayCut());
        body.set("inputs", WireJson.array(call.texts()));
        model.dimensions().ifPresent(dimensions -> body.put("dimensions", dimensions));
        model.options().forEach((name, value) -> body.set(name, WireJson.node(value)));
        return WireRequest.post(call.url("embed").build(), body);
    }

    @Override
    public WireAnswer answer(WireCall call, JsonNode body, WireHeaders headers) {
        return new WireAnswer(WireJson.vectors(body), headers.number("x-compute-tokens"));
    }

    @Override
    public Fault fault(WireCall call, WireError error) {
        if (error.status() == 424) return error.later(1);
        if (error.says("maximum allowed batch size")) return new Fault.TooLarge(error.reason());
        // Of tokens, or of characters, which [truncate] does not lift.
        if (error.says("must have less than")) {
            return new Fault.TooLong(error.reason(), error.index());
        }
        boolean ofText = error.field("error_type").equalsIgnoreCase("tokenizer");
        return ofText ? new Fault.BadText(error.reason(), error.index()) : error.usual();
    }

    private static boolean isCalled(String name, String served) {
        String a = name.toLowerCase(Locale.ROOT);
        String b = served.toLowerCase(Locale.ROOT);
        return a.equals(b) || !b.isEmpty() && a.equals(b.substring(b.lastIndexOf('/') + 1));
    }

    private static List<String> names(JsonNode type) {
        List<String> names = new ArrayList<>();
        type.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static OptionalInt positive(JsonNode number) {
        return number.isIntegralNumber()
                ? OptionalInt.of(Math.clamp(number.longValue(), 1, Integer.MAX_VALUE))
                : OptionalInt.empty();
    }
}
