package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.RemoteModel;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * OpenAI's models on Azure: [endpoint] is the resource, [model] the name of the deployment. With [options.api_version] being [v1] the newer
 * address without a version is used.
 */
final class AzureOpenAiProvider implements Provider {

    private static final String API_VERSION = "api_version";
    private static final String DEFAULT_VERSION = "2024-10-21";
    private static final String V1 = "v1";
    private static final int TEXT_TOKENS = 8191;

    @Override
    public String name() {
        return "azure_openai";
    }

    @Override
    public Optional<URI> defaultEndpoint() {
        return Optional.empty();
    }

    @Override
    public boolean needsKey() {
        return true;
    }

    @Override
    public Limits limits(RemoteModel model) {
        return new Limits(2048, 300_000, TEXT_TOKENS);
    }

    /** Names of deployments are free: the same on another resource may be another model. */
    @Override
    public String revision(RemoteModel model) {
        return model.endpoint().map(URI::getHost).orElse("");
    }

    @Override
    public List<String> problems(RemoteModel model) {
        List<String> problems = new ArrayList<>(OpenAiProvider.problemsOfOptions(model));
        Object version = model.options().getOrDefault(API_VERSION, DEFAULT_VERSION);
        if (!(version instanceof String text && text.matches("v1|\\d{4}-\\d{2}-\\d{2}(-preview)?"))) {
            problems.add(
                    "[options." + API_VERSION + "] is [" + version + "], expected [v1] or a version such as [" + DEFAULT_VERSION
                            + "]");
        }
        return problems;
    }

    @Override
    public Map<String, String> keyHeaders(String key) {
        return Map.of("api-key", key);
    }

    @Override
    public WireRequest request(WireCall call) {
        String version = String.valueOf(call.model().options().getOrDefault(API_VERSION, DEFAULT_VERSION));
        HttpUrl url = version.equals(V1)
                ? call.url("openai/v1/embeddings").build()
                : call.url("openai/deployments").addPathSegment(call.model().model()).addPathSegment("embeddings")
                        .addQueryParameter("api-version", version).build();
        ObjectNode body = OpenAiProvider.body(call, true);
        body.remove(API_VERSION);
        return WireRequest.post(url, body);
    }

    @Override
    public WireAnswer answer(WireCall call, JsonNode body, WireHeaders headers) {
        return OpenAiProvider.openAiAnswer(body);
    }

    @Override
    public Fault fault(WireCall call, WireError error) {
        if (error.field("code").equals("DeploymentNotFound")) {
            return new Fault.Final(new EmbeddingException.BadRequest(error.reason()
                    + "; [model] is the name of a deployment, and a new one needs some minutes"));
        }
        if (error.status() == 404) {
            return new Fault.Final(new EmbeddingException.BadRequest(error.reason()
                    + "; check that [endpoint] is the address of the resource without a path, and [options." + API_VERSION
                    + "]"));
        }
        return OpenAiProvider.openAiFault(error);
    }
}
