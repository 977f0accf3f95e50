package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.AsyncEmbedding;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.QueryCache;
import io.semanticsearch.embedding.Role;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.concurrency.OpenSearchRejectedExecutionException;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.threadpool.ThreadPool;

/**
 * Embedding as the rest of the node sees it: by the name of a model, in a known space, on this node or another one. Callers go on in
 * their own thread context on a thread of OpenSearch, so that workers are free for the next texts.
 */
public final class NodeEmbedding implements AsyncEmbedding {

    private final ModelRegistry registry;
    private final Optional<NodeModels> local;
    private final QueryCache queries;
    private final Supplier<NodeLink> link;
    private final Supplier<ThreadPool> threadPool;
    private final RequestWatch watch;
    private final LongAdder texts = new LongAdder();
    private final LongAdder calls = new LongAdder();
    private final LongAdder failures = new LongAdder();

    /** @param local the models of this node; empty where models run on other nodes only */
    public NodeEmbedding(
            ModelRegistry registry,
            Optional<NodeModels> local,
            QueryCache queries,
            RequestWatch watch,
            Supplier<NodeLink> link,
            Supplier<ThreadPool> threadPool) {
        this.registry = registry;
        this.local = local;
        this.queries = queries;
        this.watch = watch;
        this.link = link;
        this.threadPool = threadPool;
    }

    @Override
    public CompletableFuture<List<Embedding>> embed(EmbeddingRequest request) {
        Optional<Model> model = registry.model(request.model());
        if (model.isEmpty()) {
            return CompletableFuture.failedFuture(new OpenSearchStatusException(
                    "unknown model [" + request.model() + "]; defined are "
                            + registry.ids() + ". Define it with PUT /_plugins/_semantic/models/" + request.model(),
                    RestStatus.BAD_REQUEST));
        }
        String space = model.get().facts().space();
        if (request.space().isPresent() && !request.space().get().equals(space)) {
            return CompletableFuture.failedFuture(new OpenSearchStatusException(
                    "model [" + request.model() + "] makes vectors of the space ["
                            + space + "], wanted are those of [" + request.space().get()
                            + "]; name a model of that space, or embed the documents anew with this one",
                    RestStatus.BAD_REQUEST));
        }
        if (request.size() == 0) return CompletableFuture.completedFuture(List.of());
        // Who says how long the model is to stay must reach it, which the cache would spare.
        boolean one = request.role() == Role.QUERY && request.texts().size() == 1 && request.keepAlive().isEmpty();
        CompletableFuture<List<Embedding>> result = one ? query(model.get(), request) : run(model.get(), request);
        return result.isDone() && !result.isCompletedExceptionally() ? result : onNodeThread(result);
    }

    private CompletableFuture<List<Embedding>> query(Model model, EmbeddingRequest request) {
        String space = model.facts().space();
        String question = request.texts().getFirst();
        // The cache calls this on the thread that asks it, or not at all.
        boolean[] asked = new boolean[1];
        Function<String, CompletableFuture<Embedding>> embed = text -> {
            asked[0] = true;
            return run(model, request).thenApply(List::getFirst);
        };
        CompletableFuture<Embedding> vector = request.cached() && model.definition().cache()
                ? queries.get(space, question, embed)
                : queries.share(space, question, embed);
        if (!asked[0]) watch.cached(model);
        return vector.thenApply(List::of);
    }

    private CompletableFuture<List<Embedding>> run(Model model, EmbeddingRequest request) {
        calls.increment();
        texts.add(request.size());
        CompletableFuture<List<Embedding>> result = local.isPresent()
                ? here(local.get(), model, request)
                : link.get().embedElsewhere(model, request);
        return result.whenComplete((rows, failure) -> {
            if (failure != null) failures.increment();
        });
    }

    /** On this node, or on another while this one cannot: its files are still being fetched, were never put here, are damaged. */
    private CompletableFuture<List<Embedding>> here(NodeModels models, Model model, EmbeddingRequest request) {
        return models.run(model, request).exceptionallyCompose(failure -> {
            boolean elsewhere = EmbeddingException.of(failure) instanceof EmbeddingException.Unavailable
                    && OutOfReach.isItsOwn(model) && link.get().hasOthers();
            // Where no other can either, it is this node's reason that its user can do something about.
            return elsewhere
                    ? link.get().embedElsewhere(model, request)
                            .exceptionallyCompose(ignored -> CompletableFuture.failedFuture(failure))
                    : CompletableFuture.failedFuture(failure);
        });
    }

    private CompletableFuture<List<Embedding>> onNodeThread(CompletableFuture<List<Embedding>> result) {
        ThreadPool pool = threadPool.get();
        Supplier<ThreadContext.StoredContext> callersContext = pool.getThreadContext().newRestorableContext(false);
        CompletableFuture<List<Embedding>> answer = new CompletableFuture<>();
        // The generic pool neither rejects nor is it the scarce one of searches or writes; what follows hands over to those.
        result.whenComplete((rows, failure) -> {
            Runnable goOn = () -> {
                try (ThreadContext.StoredContext _ = callersContext.get()) {
                    if (failure == null) {
                        answer.complete(rows);
                    } else {
                        answer.completeExceptionally(
                                Statuses.of(failure instanceof CompletionException e ? e.getCause() : failure));
                    }
                }
            };
            try {
                pool.generic().execute(goOn);
            } catch (OpenSearchRejectedExecutionException e) {
                // The node is shutting down.
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /** Pieces of work given to models since the node started. */
    public long calls() {
        return calls.sum();
    }

    /** Texts and images given to models since the node started; what was found in the query cache does not count. */
    public long texts() {
        return texts.sum();
    }

    public long failures() {
        return failures.sum();
    }

    public QueryCache queryCache() {
        return queries;
    }
}
