package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.ModelFacts;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.RemoteModel;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.embedding.Space;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/**
 * A model on a server, ready to embed. Never blocks, so that it may be called on any thread. Opened by {@link RemoteModels}, whose
 * connections it uses; needs no closing. Safe for many threads.
 */
public final class RemoteFunction {

    private static final String PRECISION = "";
    private static final String DEVICE = "remote";

    private final Server server;
    private final Tasks tasks;
    private final Prompts prompts;
    private final Limits limits;
    private final Space space;
    private final List<String> notes;

    RemoteFunction(Server server, Limits limits, int dimension, List<String> notes) {
        this.server = server;
        this.tasks = server.provider().tasks(server.model());
        this.prompts = prompts(server);
        this.limits = limits;
        this.notes = List.copyOf(notes);
        RemoteModel model = server.model();
        this.space = new Space(model.provider(), model.model(), revision(server, tasks), prompts, "", dimension);
    }

    /** Where its vectors live. */
    public Space space() {
        return space;
    }

    /** Numbers in a vector. */
    public int dimension() {
        return space.dimension();
    }

    /** How many tokens of one text it reads at most, its prompt included; what is usual where the provider does not tell. */
    public int maxTokens() {
        return limits.textTokens();
    }

    /** What to keep beside the definition. */
    public ModelFacts facts() {
        return new ModelFacts(dimension(), space.id(), maxTokens(), space.pooling(), prompts, PRECISION, DEVICE, notes);
    }

    /** What it was used for. */
    public RemoteStats stats() {
        return server.usage().stats(server.breaker());
    }

    /**
     * Embeds texts: result {@code i} belongs to text {@code i}, vectors are L2-normalised. A blank text is {@link Embedding#NOTHING}
     * without a call; a text that the provider will not have is refused alone. Whatever else goes wrong fails all of them with an
     * {@link EmbeddingException}. To cancel the future closes the connections of its calls.
     *
     * @return completes on a thread of the transport, which its dependents must not block
     */
    public CompletableFuture<List<Embedding>> embed(Role role, List<String> texts) {
        RemoteOptions options = server.options();
        Duration timeout = server.model().timeout()
                .orElse(role == Role.QUERY ? options.queryTimeout() : options.documentTimeout());
        return embed(server, tasks, limits, prompts, OptionalInt.of(dimension()), role, texts, timeout);
    }

    static CompletableFuture<List<Embedding>> embed(Server server,
            Tasks tasks,
            Limits limits,
            Prompts prompts,
            OptionalInt dimension,
            Role role,
            List<String> texts,
            Duration timeout) {
        List<Integer> places = new ArrayList<>();
        Embedding[] embeddings = new Embedding[texts.size()];
        for (int i = 0; i < embeddings.length; i++) {
            if (texts.get(i).isBlank()) {
                embeddings[i] = Embedding.NOTHING;
            } else {
                places.add(i);
            }
        }
        if (places.isEmpty()) return CompletableFuture.completedFuture(List.of(embeddings));
        Runnable leave;
        try {
            leave = server.gate().admit();
        } catch (EmbeddingException e) {
            return CompletableFuture.failedFuture(e);
        }
        RequestScope scope = new RequestScope(role, timeout, server.timers());
        CompletableFuture<List<Embedding>> result = new CompletableFuture<>();
        result.whenComplete((done, failure) -> {
            scope.abort.abort();
            leave.run();
            if (failure != null && !(failure instanceof CancellationException)) server.usage().failures.increment();
        });
        Runnable closed = server.closing().add(() -> result.completeExceptionally(server.closed()));
        result.whenComplete((done, failure) -> closed.run());
        if (result.isDone()) return result;
        String task = server.model().tasks().getOrDefault(role, tasks.of(role));
        try {
            scope.after(timeout, () -> result.completeExceptionally(new EmbeddingException.DeadlineExceeded(server.subject()
                    + " did not answer within [" + timeout.toMillis() + "] ms" + scope.because()
                    + "; raise [timeout] of the definition or the"
                    + " setting [" + RemoteOptions.TIMEOUT_SETTING + "], or send less")));
            new RemoteRequest(server, task, limits, dimension, scope)
                    .embed(prompts.of(role), places.stream().map(texts::get).toList())
                    .whenComplete((found, failure) -> {
                        if (failure != null) {
                            result.completeExceptionally(EmbeddingException.of(failure));
                            return;
                        }
                        for (int i = 0; i < places.size(); i++) {
                            embeddings[places.get(i)] = found.get(i);
                        }
                        result.complete(List.of(embeddings));
                    });
        } catch (Throwable e) {
            // Whatever it is, the place at the gate is to be given back.
            result.completeExceptionally(EmbeddingException.of(e));
        }
        return result;
    }

    /** What is put before texts: as the model is known to want it, where the definition does not say otherwise. */
    static Prompts prompts(Server server) {
        RemoteModel model = server.model();
        Prompts known = server.provider().prompts(model);
        return new Prompts(model.prompts().getOrDefault(Role.DOCUMENT, known.document()),
                model.prompts().getOrDefault(Role.QUERY, known.query()));
    }

    /** A task chooses among weights or prompts that only the server knows, so vectors of another task live elsewhere. */
    private static String revision(Server server, Tasks tasks) {
        RemoteModel model = server.model();
        String revision = server.provider().revision(model);
        if (tasks.known().isEmpty()) return revision;
        return revision + "|" + model.tasks().getOrDefault(Role.DOCUMENT, tasks.document()) + "|"
                + model.tasks().getOrDefault(Role.QUERY, tasks.query());
    }
}
