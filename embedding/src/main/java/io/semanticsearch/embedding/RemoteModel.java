package io.semanticsearch.embedding;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model that a server runs. What a provider makes of these fields is known to the provider alone, which refuses what it cannot do when
 * the model is opened.
 *
 * @param provider one of {@link #PROVIDERS}
 * @param model the provider's name of the model
 * @param endpoint where the server is; empty for the provider's own place
 * @param credential name of the secret to show, empty for none
 * @param tasks the provider's name of what each role is for; a role without one gets the provider's default
 * @param prompts what to put before each text in place of what the model is known to want
 * @param keepAlive how long the server keeps it loaded, for servers that can be told so
 * @param options passed on to the provider as they are
 * @param cache whether a node keeps vectors of search texts
 */
public record RemoteModel(String provider,
        String model,
        Optional<URI> endpoint,
        Optional<String> credential,
        OptionalInt dimensions,
        Map<Role, String> tasks,
        Map<Role, String> prompts,
        LongText longText,
        Duration keepAlive,
        Map<String, Object> options,
        CallBounds bounds,
        boolean cache,
        List<String> aliases) implements ModelDefinition {

    /** The names of the providers. */
    public static final List<String> PROVIDERS = List.of("gemini", "ollama", "nomic", "openai", "azure_openai", "cohere",
            "voyage",
            "jina", "mistral", "tei");

    private static final String ENDPOINT = "endpoint";
    private static final String CREDENTIAL = "credential";
    private static final String TASK = "task";
    private static final String PROMPTS = "prompts";
    private static final String OPTIONS = "options";
    private static final String EXPECTED_ENDPOINT = "expected a http or https address without user, query and fragment, such as"
            + " [https://embeddings.example.com]";

    public RemoteModel {
        if (!PROVIDERS.contains(provider)) {
            throw new EmbeddingException.BadRequest("[" + DefinitionFields.PROVIDER + "] is [" + provider + "], expected one of "
                    + PROVIDERS);
        }
        Objects.requireNonNull(model, "model");
        endpoint.ifPresent(RemoteModel::checkEndpoint);
        Objects.requireNonNull(credential, "credential");
        Objects.requireNonNull(dimensions, "dimensions");
        tasks = Map.copyOf(tasks);
        prompts = Map.copyOf(prompts);
        Objects.requireNonNull(longText, "longText");
        // One form for what means the same, so that equal definitions are equal.
        if (keepAlive.isNegative()) keepAlive = KeepAlive.NEVER_UNLOAD;
        // In their order, and with the nulls that JSON has.
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        Objects.requireNonNull(bounds, "bounds");
        aliases = List.copyOf(aliases);
        if (new HashSet<>(aliases).size() < aliases.size()) {
            throw new EmbeddingException.BadRequest(
                    "[" + DefinitionFields.ALIASES + "] is " + aliases + ", expected each name once");
        }
    }

    @Override
    public Map<String, Object> toMap() {
        Map<String, Object> map = ModelDefinition.super.toMap();
        endpoint.ifPresent(uri -> map.put(ENDPOINT, uri.toString()));
        credential.ifPresent(name -> map.put(CREDENTIAL, name));
        if (!tasks.isEmpty()) map.put(TASK, byWireName(tasks));
        if (!prompts.isEmpty()) map.put(PROMPTS, byWireName(prompts));
        if (!options.isEmpty()) map.put(OPTIONS, options);
        bounds.addTo(map);
        return map;
    }

    static RemoteModel read(String id, String provider, DefinitionFields fields) {
        Optional<String> model = fields.requiredText(DefinitionFields.MODEL, "the provider's name of the model");
        Optional<URI> endpoint = fields.text(ENDPOINT).flatMap(text -> fields.parsed(text, RemoteModel::endpoint));
        Optional<String> credential = fields.text(CREDENTIAL).filter(name -> fields.checkName(CREDENTIAL, name));
        OptionalInt dimensions = fields.dimensions();
        Map<Role, String> tasks = fields.textsByRole(TASK);
        Map<Role, String> prompts = fields.textsByRole(PROMPTS);
        LongText longText = fields.longText();
        Duration keepAlive = fields.keepAlive();
        Map<String, Object> options = fields.object(OPTIONS);
        CallBounds bounds = CallBounds.read(fields);
        boolean cache = fields.cache();
        List<String> aliases = fields.aliases(id);
        fields.finish();
        return new RemoteModel(provider, model.orElseThrow(), endpoint, credential, dimensions, tasks, prompts, longText,
                keepAlive,
                options, bounds, cache, new ArrayList<>(aliases));
    }

    private static URI endpoint(String text) {
        try {
            URI uri = new URI(text);
            checkEndpoint(uri);
            return uri;
        } catch (URISyntaxException e) {
            // Not quoted: what cannot be taken apart may hold a password.
            throw new EmbeddingException.BadRequest("[" + ENDPOINT + "] is no address, " + EXPECTED_ENDPOINT);
        }
    }

    private static void checkEndpoint(URI uri) {
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (uri.getRawUserInfo() != null) {
            throw new EmbeddingException.BadRequest("[" + ENDPOINT + "] has a user in it, " + EXPECTED_ENDPOINT
                    + "; a secret belongs into the keystore, its name into [" + CREDENTIAL + "]");
        }
        if (!http || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            // What is not the address itself is not quoted, for it may hold a key.
            String shown = uri.getHost() == null ? "is no address" : "is [" + uri.getScheme() + "://" + uri.getHost() + "…]";
            throw new EmbeddingException.BadRequest("[" + ENDPOINT + "] " + shown + ", " + EXPECTED_ENDPOINT);
        }
    }

    private static Map<String, Object> byWireName(Map<Role, String> texts) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Role role : Role.values()) {
            if (texts.containsKey(role)) map.put(role.wireName(), texts.get(role));
        }
        return map;
    }
}
