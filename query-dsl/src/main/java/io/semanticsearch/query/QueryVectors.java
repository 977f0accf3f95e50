package io.semanticsearch.query;

import io.semanticsearch.embedding.AsyncEmbedding;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.field.StoredVector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.core.action.ActionListener;
import org.opensearch.index.query.QueryCoordinatorContext;
import org.opensearch.index.query.QueryRewriteContext;

/** Embeds the text or image of a clause on the coordinating node, once for each space that the searched indices have for its field. */
public final class QueryVectors {

    private static final float[] NO_DIRECTION = {};

    private final AsyncEmbedding embedding;
    private final SearchedSpaces spaces;

    public QueryVectors(AsyncEmbedding embedding, SearchedSpaces spaces) {
        this.embedding = embedding;
        this.spaces = spaces;
    }

    /** Starts embedding where that is possible; on a shard it stays as it is, and searching with it is an error. */
    Subject prepare(String field, Subject.Asked asked, Nearest nearest, Patience patience, QueryRewriteContext context) {
        QueryCoordinatorContext coordinator = context.convertToCoordinatorContext();
        if (coordinator == null || coordinator.getSearchRequest() == null) return asked;
        IndicesRequest search = coordinator.getSearchRequest();
        Map<String, Optional<String>> modelBySpace = spaces.of(field, search);
        BiFunction<Subject.Asked, String, CompletableFuture<float[]>> embed = (what, space) -> embed(
                field, what, space, nearest.model().or(() -> modelBySpace.get(space)));
        Subject.Pending pending = new Subject.Pending(asked, new AtomicReference<>());
        VectorWait wait = new VectorWait(field, asked, nearest.model(), patience);
        if (asked instanceof Subject.Examples examples) {
            ExampleVectors vectors = new ExampleVectors(field, examples, spaces.configs(field, search));
            context.registerAsyncAction((client, listener) -> {
                Consumer<Subject> known = timed(pending, search);
                wait.until(vectors.make(embed, new ExampleDocuments(spaces), search, client), client, whenDone(listener), known);
            });
        } else {
            context.registerAsyncAction((client, listener) -> {
                Consumer<Subject> known = timed(pending, search);
                wait.until(embed(asked, modelBySpace.keySet(), embed), client, whenDone(listener), known);
            });
        }
        return pending;
    }

    /** Embeds a text again that another cluster's node embedded for its own indices alone, and sent here with its search. */
    Subject complete(String field, Subject.Embedded embedded, Nearest nearest, Patience patience, QueryRewriteContext context) {
        QueryCoordinatorContext coordinator = context.convertToCoordinatorContext();
        if (embedded.kind() != Subject.Kind.TEXT || coordinator == null || coordinator.getSearchRequest() == null)
            return embedded;
        boolean complete = embedded.bySpace().keySet().containsAll(spaces.of(field, coordinator.getSearchRequest()).keySet());
        return complete ? embedded : prepare(field, new Subject.Text(embedded.text()), nearest, patience, context);
    }

    /** How many shards a search may find vectors of a field in; many where other clusters are searched. */
    int shards(String field, IndicesRequest request) {
        return spaces.shards(field, request);
    }

    /** Whether a field is of type [embedding] in any of the searched indices. */
    boolean has(String field, IndicesRequest request) {
        return spaces.has(field, request);
    }

    /** Paths of the nested objects that a field lies in, outer ones first. */
    List<String> nestedPaths(String field, IndicesRequest request) {
        return spaces.nestedPaths(field, request);
    }

    /** Adds the filters of the aliases that are searched, which OpenSearch itself applies to hits only when they are found. */
    Restrictions withAliasFilters(Restrictions restrictions, QueryRewriteContext context) {
        QueryCoordinatorContext coordinator = context.convertToCoordinatorContext();
        if (coordinator == null || coordinator.getSearchRequest() == null) return restrictions;
        return restrictions.withAliasFilters(spaces.aliasFilters(coordinator.getSearchRequest()));
    }

    @SuppressWarnings("unchecked")
    private static ActionListener<Void> whenDone(ActionListener<?> listener) {
        return (ActionListener<Void>) listener;
    }

    private static CompletableFuture<Map<String, float[]>> embed(
            Subject.Asked asked,
            Set<String> spaces,
            BiFunction<Subject.Asked, String, CompletableFuture<float[]>> embed) {
        Map<String, float[]> vectors = new ConcurrentHashMap<>();
        CompletableFuture<?>[] all = spaces.stream()
                .map(space -> embed.apply(asked, space).thenAccept(vector -> vectors.put(space, vector)))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(all).thenApply(done -> vectors);
    }

    /** Takes what a clause searches for; where the search is profiled, with the time from now on. Else equal searches must stay equal. */
    private static Consumer<Subject> timed(Subject.Pending pending, IndicesRequest search) {
        boolean profiled = search instanceof SearchRequest request && request.source() != null && request.source().profile();
        if (!profiled) return pending.result()::set;
        long started = System.nanoTime();
        return known -> pending.result()
                .set(known instanceof Subject.Embedded embedded ? embedded.after(System.nanoTime() - started) : known);
    }

    private CompletableFuture<float[]> embed(String field, Subject.Asked asked, String space, Optional<String> model) {
        if (model.isEmpty()) {
            return CompletableFuture.failedFuture(new IllegalArgumentException("[semantic] field [" + field
                    + "] takes vectors only and has no model to embed the " + (asked instanceof Subject.Image ? "image" : "text")
                    + " with; give a [vector], or a [model]"));
        }
        // A field without a model lives in a space of its users' making, so any model that they name is right.
        Optional<String> expected = space.equals(StoredVector.OWN) ? Optional.empty() : Optional.of(space);
        EmbeddingRequest request = switch (asked) {
            case Subject.Text text -> {
                EmbeddingRequest query = new EmbeddingRequest(model.get(), expected, Role.QUERY, List.of(text.text()));
                yield text.cached() ? query : query.uncached();
            }
            case Subject.Image image ->
                EmbeddingRequest.ofImages(model.get(), expected, Role.QUERY, List.of(image.file()));
            case Subject.Examples examples -> throw new IllegalStateException("examples are embedded one by one");
        };
        return embedding.embed(request)
                .thenApply(rows -> switch (rows.getFirst()) {
                    case Embedding.Vector vector -> vector.values();
                    case Embedding.Nothing nothing -> NO_DIRECTION;
                    case Embedding.Passages passages -> throw new IllegalStateException("nobody asked for passages");
                    case Embedding.Refused refused ->
                        throw new IllegalArgumentException("[semantic] field [" + field + "]: " + refused.reason());
                });
    }
}
