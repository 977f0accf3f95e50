package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.RemoteModel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import okhttp3.HttpUrl;

/**
 * One model on its server, as calls see it: whom to ask, with which key, and what there is to be kept to. Safe for many threads.
 *
 * @param jitter for the length of pauses
 * @param gate for all that is under way with its credential
 * @param ownGate for the calls of this model, where its definition bounds them
 * @param closing ends what is under way when nothing may be any more
 */
record Server(Provider provider,
        RemoteModel model,
        HttpUrl endpoint,
        Credentials credentials,
        RemoteOptions options,
        HttpTransport transport,
        Timers timers,
        RandomGenerator jitter,
        CallGate gate,
        Optional<CallGate> ownGate,
        Pacer pacer,
        CircuitBreaker breaker,
        Usage usage,
        Abort closing) {

    /** Who is spoken to, as messages begin. */
    String subject() {
        return subject(model, endpoint);
    }

    static String subject(RemoteModel model, HttpUrl endpoint) {
        return "[" + model.provider() + "] model [" + model.model() + "] at [" + endpoint + "]";
    }

    /**
     * Sends a call until it is answered, or nothing is left to be hoped for: then the future fails with an {@link EmbeddingException}. It
     * need not complete once the request is aborted.
     *
     * @param meaning what an answer that is no success means
     * @param tokens about how many tokens it has
     */
    CompletableFuture<CallResult> call(WireRequest request, Meaning meaning, long tokens, RequestScope scope) {
        // What was checked is the endpoint; a key and texts go nowhere else.
        if (!sameOrigin(request.url())) throw new IllegalStateException("[" + request.url().host() + "] is not the endpoint");
        Attempts attempts = new Attempts(this, request, meaning, tokens, scope);
        attempts.start();
        return attempts.result;
    }

    /** How much it takes in one call: as the definition says, else as far as is known. */
    Limits limits() {
        Limits known = provider.limits(model);
        return new Limits(model.bounds().batchSize().orElse(known.items()), known.callTokens(), known.textTokens());
    }

    /** Begins a call as soon as there is room for it; it gets what says, once, that it has ended. */
    void enter(RequestScope scope, Consumer<Runnable> call) {
        if (ownGate.isEmpty()) {
            gate.enter(scope.role, scope.abort, call);
            return;
        }
        ownGate.get().enter(scope.role, scope.abort, leaveOwn -> {
            // It may never pass the other gate.
            scope.abort.add(leaveOwn);
            gate.enter(scope.role, scope.abort, leave -> call.accept(() -> {
                leave.run();
                leaveOwn.run();
            }));
        });
    }

    /** Calls of this model at the same time at most. */
    int maxCalls() {
        return Math.min(gate.maxCalls(), ownGate.map(CallGate::maxCalls).orElse(Integer.MAX_VALUE));
    }

    private boolean sameOrigin(HttpUrl url) {
        return url.scheme().equals(endpoint.scheme()) && url.host().equals(endpoint.host()) && url.port() == endpoint.port();
    }

    @FunctionalInterface
    interface Meaning {

        Fault of(WireError error);
    }

    /** The key as it is now, or an {@link EmbeddingException.BadRequest} that says why there is none to show. */
    Optional<Credential> credential() {
        if (model.credential().isEmpty()) return Optional.empty();
        String name = model.credential().get();
        Credential credential;
        try {
            credential = credentials.find(name).orElseThrow(() -> new EmbeddingException.BadRequest(
                    "[credential] is [" + name + "], and there is no such secret; add [" + keySetting(name)
                            + "] to the keystore of every node and reload the secure settings"));
        } catch (IllegalArgumentException e) {
            throw new EmbeddingException.BadRequest("[credential] is [" + name + "]: " + e.getMessage());
        }
        if (!credential.mayBeShownTo(endpoint.host())) {
            throw new EmbeddingException.BadRequest("[credential] is [" + name + "], whose key may be sent to "
                    + credential.hosts()
                    + " only and not to [" + endpoint.host() + "]; an administrator can add the host to the secret's hosts, ["
                    + hostsSetting(name) + "]");
        }
        return Optional.of(credential);
    }

    Map<String, String> keyHeaders(Optional<Credential> credential) {
        return credential.map(Credential::key).map(provider::keyHeaders).orElse(Map.of());
    }

    /** An answer that is no success, without the key, which some servers repeat. */
    static WireError error(HttpAnswer answer, Optional<Credential> credential) {
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        String clean = credential.map(secret -> text.replace(secret.key(), "…")).orElse(text);
        WireError error = WireError.of(answer.status(), answer.headers(), clean);
        // A key may also have come out of the escapes of JSON.
        String message = credential.map(secret -> error.message().replace(secret.key(), "…")).orElse(error.message());
        return new WireError(error.status(), error.headers(), error.body(), message);
    }

    /** The JSON of an answer with status 2xx. */
    JsonNode json(HttpAnswer answer) {
        return WireJson.parse(answer.body()).orElseThrow(() -> new EmbeddingException.BrokenModel(subject()
                + " answered something that is no JSON; check that [endpoint] is the address of a server of [" + provider.name()
                + "]"));
    }

    /** The same failure, with whom it is about put before it. */
    EmbeddingException about(EmbeddingException failure) {
        String message = subject() + ": " + failure.getMessage();
        return switch (failure) {
            case EmbeddingException.BadRequest e -> new EmbeddingException.BadRequest(message, e.getCause());
            case EmbeddingException.Overloaded e -> new EmbeddingException.Overloaded(message);
            case EmbeddingException.Unavailable e -> new EmbeddingException.Unavailable(message, e.getCause());
            case EmbeddingException.DeadlineExceeded e -> new EmbeddingException.DeadlineExceeded(message);
            case EmbeddingException.BrokenModel e -> new EmbeddingException.BrokenModel(message, e.getCause());
        };
    }

    EmbeddingException.Unavailable closed() {
        return new EmbeddingException.Unavailable(subject() + " is closed, for this node is shutting down");
    }

    private static String hostsSetting(String credential) {
        return "plugins.semantic.credential." + credential + ".hosts";
    }

    static String keySetting(String credential) {
        return "plugins.semantic.credential." + credential + ".api_key";
    }
}
