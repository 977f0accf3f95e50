package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.RemoteModel;
import io.semanticsearch.embedding.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;

/** What a provider makes of a definition, of texts and of answers, without a connection. */
record ProviderWire(Provider provider, RemoteModel model) {

    private static final JsonMapper MAPPER = new JsonMapper();

    /** @param definition a JSON body without [provider] */
    static ProviderWire of(Provider provider, String definition) {
        Map<String, Object> body = json(definition);
        body.put("provider", provider.name());
        return new ProviderWire(provider, (RemoteModel) ModelDefinition.of("m", body));
    }

    WireCall call(Role role, String... texts) {
        return call(role, false, texts);
    }

    WireCall call(Role role, boolean mayCut, String... texts) {
        URI endpoint = model.endpoint().or(provider::defaultEndpoint).orElseThrow();
        String task = model.tasks().getOrDefault(role, provider.tasks(model).of(role));
        return WireCall.ofTexts(model, HttpUrl.get(endpoint), role, task, mayCut, List.of(texts));
    }

    void assertPosts(String url, String json, Role role, String... texts) {
        assertPosts(url, json, call(role, texts));
    }

    void assertPosts(String url, String json, WireCall call) {
        WireRequest request = provider.request(call);
        assertEquals(url, request.url().toString());
        assertEquals(tree(json), tree(new String(WireJson.bytes(request.body().orElseThrow()), StandardCharsets.UTF_8)));
    }

    WireAnswer answer(String json, String... texts) {
        return answer(json, name -> Optional.empty(), texts);
    }

    WireAnswer answer(String json, WireHeaders headers, String... texts) {
        return provider.answer(call(Role.DOCUMENT, texts), WireJson.parse(json).orElseThrow(), headers);
    }

    Fault fault(int status, String body, String... texts) {
        return provider.fault(call(Role.DOCUMENT, texts), WireError.of(status, name -> Optional.empty(), body));
    }

    /** The message of a fault that nothing helps. */
    String refusal(int status, String body) {
        Fault.Final fault = assertInstanceOf(Fault.Final.class, fault(status, body, "a", "b"));
        return assertInstanceOf(EmbeddingException.BadRequest.class, fault.failure()).getMessage();
    }

    List<String> problems() {
        return provider.problems(model);
    }

    private static Map<String, Object> json(String text) {
        try {
            return MAPPER.readValue(text, new TypeReference<>() {
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode tree(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
