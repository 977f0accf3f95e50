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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

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
        this.space = new Space(model.provider(), server.provider().spaceName(model), revision(server, tasks), prompts, "",
                dimension);
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
        return embed(server, tasks, limits, prompts, OptionalInt.of(dimension()), role, texts, timeout(role));
    }

    /**
     * Embeds files of images, as {@link #embed} does texts. One that is no image, or that the provider will not have, is refused alone.
     */
    public CompletableFuture<List<Embedding>> embedImages(Role role, List<byte[]> files) {
        RemoteModel model = server.model();
        Optional<ImageReading> reading = server.provider().images(model);
        if (reading.isEmpty()) {
            List<String> others = server.provider().imageModels();
            return CompletableFuture.failedFuture(new EmbeddingException.BadRequest(server.subject() + " reads no images"
                    + (model.dimensions().isPresent() ? " when cut to [" + model.dimensions().getAsInt() + "] dimensions" : "")
                    + (others.isEmpty() ? ", as all of this provider" : "; of this provider " + others + " do")));
        }
        if (files.isEmpty()) return CompletableFuture.completedFuture(List.of());
        return run(server, role, timeout(role),
                scope -> new ImageRequest(server, task(server, tasks, role), reading.get(), dimension(), scope).embed(files));
    }

    private Duration timeout(Role role) {
        RemoteOptions options = server.options();
        return server.model().bounds().timeout()
                .orElse(role == Role.QUERY ? options.queryTimeout() : options.documentTimeout());
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
        return run(server, role, timeout,
                scope -> new RemoteRequest(server, task(server, tasks, role), limits, dimension, scope)
                        .embed(prompts.of(role), places.stream().map(texts::get).toList()).thenApply(found -> {
                            for (int i = 0; i < places.size(); i++) {
                                embeddings[places.get(i)] = found.get(i);
                            }
                            return List.of(embeddings);
                        }));
    }

    private static String task(Server server, Tasks tasks, Role role) {
        return server.model().tasks().getOrDefault(role, tasks.of(role));
    }

    /** One request within its time, with a place at the gate. */
    private static CompletableFuture<List<Embedding>> run(Server server,
            Role role,
            Duration timeout,
            Function<RequestScope, CompletableFuture<List<Embedding>>> request) {
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
        try {
            scope.after(timeout, () -> result.completeExceptionally(new EmbeddingException.DeadlineExceeded(server.subject()
                    + " did not answer within [" + timeout.toMillis() + "] ms" + scope.because()
                    + "; raise [timeout] of the definition or the"
                    + " setting [" + RemoteOptions.TIMEOUT_SETTING + "], or send less")));
            request.apply(scope).whenComplete((found, failure) -> {
                if (failure == null) {
                    result.complete(found);
                } else {
                    result.completeExceptionally(EmbeddingException.of(failure));
                }
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
