package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelFacts;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.RemoteModel;
import io.semanticsearch.embedding.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import okhttp3.HttpUrl;

/**
 * Opens models on servers. What it opens shares its connections, its bounds for each credential, and one thread for timers; closing it ends
 * all of them. Safe for many threads.
 */
public final class RemoteModels implements AutoCloseable {

    private static final String PROBE = "semantic search";

    private final RemoteOptions options;
    private final EndpointRules rules;
    private final Credentials credentials;
    private final Timers timers;
    private final RandomGenerator jitter;
    private final HttpTransport transport;
    private final Abort closing = new Abort();
    private final Map<String, CallGate> gates = new ConcurrentHashMap<>();

    public RemoteModels(RemoteOptions options, EndpointRules rules, Credentials credentials) {
        this(options, rules, credentials, new DaemonTimers(), RandomGenerator.getDefault());
    }

    RemoteModels(RemoteOptions options, EndpointRules rules, Credentials credentials, Timers timers, RandomGenerator jitter) {
        this.options = options;
        this.rules = rules;
        this.credentials = credentials;
        this.timers = timers;
        this.jitter = jitter;
        this.transport = new HttpTransport(options, rules);
    }

    /**
     * Asks the server about a model, where it can be asked, and has it embed a text for each role.
     *
     * @return fails with an {@link EmbeddingException}: of kind BadRequest with everything that is wrong with the definition at once
     */
    public CompletableFuture<RemoteFunction> open(RemoteModel definition) {
        CompletableFuture<RemoteFunction> opened = new CompletableFuture<>();
        try {
            Server server = server(definition);
            RequestScope scope = new RequestScope(Role.DOCUMENT, timeout(definition), timers);
            opened.whenComplete((function, failure) -> scope.abort.abort());
            Runnable closed = closing.add(() -> opened.completeExceptionally(server.closed()));
            opened.whenComplete((function, failure) -> closed.run());
            scope.after(scope.timeout, () -> opened.completeExceptionally(new EmbeddingException.DeadlineExceeded(
                    server.subject() + " was not opened within [" + scope.timeout.toMillis() + "] ms" + scope.because())));
            check(server, scope).thenCompose(told -> probed(server, told, scope.abort)).whenComplete((function, failure) -> {
                if (failure == null) {
                    opened.complete(function);
                } else {
                    opened.completeExceptionally(EmbeddingException.of(failure));
                }
            });
        } catch (RuntimeException e) {
            opened.completeExceptionally(EmbeddingException.of(e));
        }
        return opened;
    }

    /**
     * Opens a model that was opened before, without asking the server.
     *
     * @param facts what it was found to be then
     */
    public RemoteFunction open(RemoteModel definition, ModelFacts facts) {
        Server server = server(definition);
        Limits limits = server.limits();
        return new RemoteFunction(server, new Limits(limits.items(), limits.callTokens(), facts.maxTokens()), facts.dimension(),
                facts.notes());
    }

    /** Whether files on a node and a server have the same model, as far as their names tell, which several spellings have. */
    public static boolean isSame(LocalModel local, RemoteModel remote) {
        return canonical(local.model()).equals(canonical(remote.model()));
    }

    /** Without the source, the organization and the revision. */
    private static String canonical(String model) {
        String name = model.replaceFirst("^(hf|file|built-in):", "").replaceFirst("@.*", "").toLowerCase(Locale.ROOT);
        name = name.substring(name.lastIndexOf('/') + 1);
        return KnownModels.find(name).map(KnownModel::name).orElse(name);
    }

    /** Ends all calls; functions that are open fail from then on. */
    @Override
    public void close() {
        closing.abort();
        transport.close();
        timers.close();
    }

    private Server server(RemoteModel definition) {
        Provider provider = Providers.of(definition.provider());
        List<String> problems = new ArrayList<>(provider.problems(definition));
        problems.addAll(tasks(provider, definition));
        Optional<HttpUrl> endpoint = endpoint(provider, definition, problems);
        boolean atHome = definition.endpoint().isEmpty() || provider.defaultEndpoint().isEmpty();
        if (definition.credential().isEmpty() && provider.needsKey() && atHome) {
            problems.add("[credential] is missing, expected the name of a secret in the keystore, ["
                    + Server.keySetting(definition.provider()) + "] for [" + definition.provider() + "]");
        }
        if (problems.isEmpty()) {
            CallGate gate = gates.computeIfAbsent(
                    definition.credential().map(name -> "credential [" + name + "]").orElse("[" + endpoint.get() + "]"),
                    subject -> new CallGate(subject, options.waitingRequests(), options.concurrentCalls()));
            Server server = new Server(provider, definition, endpoint.get(), credentials, options, transport, timers, jitter,
                    gate, ownGate(definition),
                    new Pacer(definition, timers),
                    new CircuitBreaker(timers, options.breakerFailures(), options.breakerPause()), new Usage(), closing);
            try {
                server.credential();
                return server;
            } catch (EmbeddingException.BadRequest e) {
                problems.add(e.getMessage());
            }
        }
        throw new EmbeddingException.BadRequest(
                "[" + definition.provider() + "] model [" + definition.model() + "] cannot be used: "
                        + String.join("; ", problems));
    }

    private static Optional<CallGate> ownGate(RemoteModel definition) {
        OptionalInt most = definition.bounds().concurrentCalls();
        return most.isEmpty()
                ? Optional.empty()
                : Optional.of(new CallGate("model [" + definition.model() + "]", Integer.MAX_VALUE, most.getAsInt()));
    }

    private Optional<HttpUrl> endpoint(Provider provider, RemoteModel definition, List<String> problems) {
        try {
            if (definition.endpoint().isPresent()) return Optional.of(rules.check(definition.endpoint().get()));
            if (provider.defaultEndpoint().isPresent()) return Optional.of(rules.check(provider.defaultEndpoint().get()));
            problems.add("[endpoint] is missing, expected the address of the server");
        } catch (EmbeddingException.BadRequest e) {
            problems.add(e.getMessage());
        }
        return Optional.empty();
    }

    private static List<String> tasks(Provider provider, RemoteModel definition) {
        List<String> known = provider.tasks(definition).known();
        List<String> problems = new ArrayList<>();
        definition.tasks().forEach((role, task) -> {
            if (known.contains(task)) return;
            problems.add("[task." + role.wireName() + "] is [" + task + "], expected "
                    + (known.isEmpty() ? "none, for this model has no tasks" : "one of " + known));
        });
        return problems;
    }

    private Duration timeout(RemoteModel definition) {
        return definition.bounds().timeout().orElse(options.documentTimeout());
    }

    private static CompletableFuture<CheckedModel> check(Server server, RequestScope scope) {
        WireCall call = WireCall.ofTexts(server.model(), server.endpoint(), Role.DOCUMENT, "", false, List.of());
        Optional<WireRequest> question = server.provider().check(call);
        if (question.isEmpty()) return CompletableFuture.completedFuture(CheckedModel.UNTOLD);
        return server.call(question.get(), error -> server.provider().fault(call, error), 1, scope)
                .thenApply(result -> switch (result) {
                    case CallResult.Answered answered -> told(server, answered);
                    case CallResult.Faulted faulted -> throw new EmbeddingException.BadRequest(server.subject() + ": "
                            + faulted.fault().reason());
                });
    }

    private static CheckedModel told(Server server, CallResult.Answered answered) {
        try {
            return server.provider().checked(server.model(), answered.body());
        } catch (UnusableAnswerException e) {
            throw new EmbeddingException.BrokenModel(
                    server.subject() + " answered in a form that it should not: " + e.getMessage());
        } catch (EmbeddingException e) {
            throw server.about(e);
        }
    }

    private CompletableFuture<RemoteFunction> probed(Server server, CheckedModel told, Abort abort) {
        RemoteModel model = server.model();
        Limits usual = server.limits();
        int items = model.bounds().batchSize().orElse(told.items().orElse(usual.items()));
        Limits limits = new Limits(items, usual.callTokens(),
                told.textTokens().orElse(usual.textTokens()));
        Tasks tasks = server.provider().tasks(model);
        Prompts prompts = RemoteFunction.prompts(server);
        // One after the other: what is wrong for documents is mostly wrong for queries too, and told once.
        return probe(server, tasks, limits, prompts, Role.DOCUMENT, abort)
                .thenCompose(document -> probe(server, tasks, limits, prompts, Role.QUERY, abort).thenApply(query -> {
                    if (!document.equals(query)) {
                        throw new EmbeddingException.BrokenModel(server.subject() + " returned [" + document
                                + "] dimensions for a document and [" + query + "] for a query");
                    }
                    if (model.dimensions().isPresent() && model.dimensions().getAsInt() != document) {
                        throw new EmbeddingException.BadRequest(server.subject() + ": [dimensions] is ["
                                + model.dimensions().getAsInt() + "] and it returned [" + document
                                + "]; the model cannot be cut, leave the field out or choose another model");
                    }
                    return new RemoteFunction(server, limits, document, notes(server, told));
                }));
    }

    private static List<String> notes(Server server, CheckedModel told) {
        List<String> notes = new ArrayList<>(told.notes());
        server.provider().images(server.model()).ifPresent(images -> notes.add("reads images, too"
                + (images.model().equals(server.model().model()) ? "" : ", by [" + images.model() + "]")));
        return notes;
    }

    private CompletableFuture<Integer> probe(Server server, Tasks tasks, Limits limits, Prompts prompts, Role role, Abort abort) {
        CompletableFuture<List<Embedding>> probe = RemoteFunction.embed(server, tasks, limits, prompts, OptionalInt.empty(), role,
                List.of(PROBE), timeout(server.model()));
        abort.add(() -> probe.cancel(false));
        return probe.thenApply(embeddings -> switch (embeddings.getFirst()) {
            case Embedding.Vector vector -> vector.values().length;
            case Embedding.Nothing nothing -> throw new EmbeddingException.BrokenModel(
                    server.subject() + " returned only zeros for [" + PROBE + "]; it is no embedding model");
            case Embedding.Refused refused -> throw new EmbeddingException.BadRequest(refused.reason());
            case Embedding.Passages passages -> throw new IllegalStateException("nobody asked for passages");
        });
    }
}
