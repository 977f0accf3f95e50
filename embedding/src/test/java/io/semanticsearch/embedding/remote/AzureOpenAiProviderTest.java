package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.RemoteModel;
import io.semanticsearch.embedding.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class AzureOpenAiProviderTest extends ProviderContract {

    private static final String PATH = "/openai/deployments/my%20deployment/embeddings?api-version=2024-10-21";

    @Override
    Map<String, Object> definition() {
        return Map.of("provider", "azure_openai", "model", "my deployment");
    }

    @Override
    boolean isEmbedding(ProviderServer.Seen request) {
        return request.path().equals(PATH) || request.path().equals("/openai/v1/embeddings");
    }

    @Override
    List<String> texts(JsonNode request) {
        return StreamSupport.stream(request.path("input").spliterator(), false).map(JsonNode::textValue).toList();
    }

    @Override
    JsonNode answer(JsonNode request, List<float[]> vectors) {
        return OpenAiProviderTest.openAiAnswer(request, vectors);
    }

    @Override
    String error(int status, String message) {
        ObjectNode error = ProviderServer.JSON.createObjectNode();
        error.putObject("error").put("code", String.valueOf(status)).put("message", message);
        return error.toString();
    }

    @Override
    Optional<Integer> tokens(int texts) {
        return Optional.of(5 * texts);
    }

    @Override
    Optional<ProviderServer.Reply> tooLong() {
        return Optional.of(ProviderServer.json(400, error(400, "maximum context length is 8192 tokens")));
    }

    @Override
    Optional<ProviderServer.Reply> badText() {
        return Optional.of(ProviderServer.json(400,
                OpenAiProviderTest.openAiError("'$.input' is invalid.", "invalid_request_error", "input", null)));
    }

    @Override
    void checkRoles(ProviderServer.Seen document, ProviderServer.Seen query) {
        assertEquals(document.body(), query.body(), "the provider knows no roles");
    }

    @Override
    int dimensions(JsonNode request) {
        return request.path("dimensions").asInt();
    }

    @Override
    String shownKey(ProviderServer.Seen request) {
        return request.header("api-key").orElse("");
    }

    @Test
    void the_newer_address_has_no_deployment_in_it() {
        open(Map.of("options", Map.of("api_version", "v1")));
        assertEquals("/openai/v1/embeddings", server.seen.getFirst().path());
        assertTrue(server.seen.getFirst().body().path("api_version").isMissingNode());
        EmbeddingException e = failure(models.open((RemoteModel) define(Map.of("options", Map.of("api_version", "latest")))));
        assertTrue(e.getMessage().contains("[options.api_version] is [latest], expected [v1] or a version"), e.getMessage());
    }

    @Test
    void a_day_is_not_waited_for() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(429, error(429, "Please retry after 86400 seconds."), "Retry-After", "86400"));
        EmbeddingException e = failure(function.embed(Role.QUERY, List.of("a")));
        assertInstanceOf(EmbeddingException.Overloaded.class, e);
        assertTrue(e.getMessage().contains("it asks to be left alone for [86400] s, more than the [60] s that are waited"),
                e.getMessage());
    }

    @Test
    void a_deployment_that_is_not_there_is_told() {
        server.reply(ProviderServer.json(404, """
                {"error": {"code": "DeploymentNotFound", "message": "The API deployment for this resource does not exist."}}"""));
        EmbeddingException e = failure(models.open((RemoteModel) define(Map.of())));
        assertTrue(e.getMessage().endsWith("[model] is the name of a deployment, and a new one needs some minutes"),
                e.getMessage());
    }

    @Test
    void all_that_is_missing_is_told_at_once() {
        Map<String, Object> body = Map.of("provider", "azure_openai", "model", "d");
        EmbeddingException e = failure(models.open((RemoteModel) ModelDefinition.of("m", body)));
        assertEquals(
                "[azure_openai] model [d] cannot be used: [endpoint] is missing, expected the address of the server; [credential] is"
                        + " missing, expected the name of a secret in the keystore, [plugins.semantic.credential.azure_openai.api_key] for"
                        + " [azure_openai]",
                e.getMessage());
    }
}
