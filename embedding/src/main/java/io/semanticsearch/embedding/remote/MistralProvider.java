package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.RemoteModel;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Mistral: OpenAI's shape, but fields that it does not know are errors. Documents and queries are the same to it. */
final class MistralProvider implements Provider {

    private static final URI ENDPOINT = URI.create("https://api.mistral.ai/v1");
    private static final String CALL_TOO_LARGE = "3210";
    private static final Pattern INPUT_ID = Pattern.compile("Input id (\\d{1,6})");

    @Override
    public String name() {
        return "mistral";
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
        return new Limits(512, 16_384, KnownModels.textTokens(model.model()));
    }

    @Override
    public Prompts prompts(RemoteModel model) {
        return Prompts.NONE;
    }

    @Override
    public List<String> problems(RemoteModel model) {
        return new DefinitionProblems(model).dimensions().ownFields("input", "model", "output_dimension", "output_dtype").found();
    }

    @Override
    public WireRequest request(WireCall call) {
        RemoteModel model = call.model();
        ObjectNode body = WireJson.object().put("model", model.model()).put("encoding_format", "float");
        body.set("input", WireJson.array(call.texts()));
        // A model of one size refuses the field, even with that size.
        boolean one = KnownModels.find(model.model()).filter(known -> known.dimensions().isFixed()).isPresent();
        if (!one) model.dimensions().ifPresent(dimensions -> body.put("output_dimension", dimensions));
        model.options().forEach((name, value) -> body.set(name, WireJson.node(value)));
        return WireRequest.post(call.url("embeddings").build(), body);
    }

    @Override
    public WireAnswer answer(WireCall call, JsonNode body, WireHeaders headers) {
        return OpenAiProvider.openAiAnswer(body);
    }

    @Override
    public Fault fault(WireCall call, WireError error) {
        Matcher input = INPUT_ID.matcher(error.message());
        if (error.isAboutLength() && input.find()) {
            return new Fault.TooLong(error.reason(), OptionalInt.of(Integer.parseInt(input.group(1))));
        }
        if (error.field("code").equals(CALL_TOO_LARGE) || error.says("too many tokens", "too many inputs")) {
            return new Fault.TooLarge(error.reason());
        }
        return error.usual();
    }
}
