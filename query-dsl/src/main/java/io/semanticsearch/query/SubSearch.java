package io.semanticsearch.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.ContextPreservingActionListener;
import org.opensearch.common.UUIDs;
import org.opensearch.common.util.concurrent.CountDown;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.Strings;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryCoordinatorContext;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.search.Scroll;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.transport.client.Client;

/**
 * Searches that a clause needs before its own can run, because only all shards together know the answer: the best so many documents of a
 * query. They search what the outer search searches, as the same user: the same names (so aliases filter and route), options, routing,
 * preference, point in time, search type and time limits, but no search pipeline. They are children of the outer search's task and end with
 * it. They are searches of their own rather than one multi-search, for which a user would need another permission.
 *
 * @param clause what needs them, for messages
 * @param outer what the outer search asks; where it is no search ([_explain], [_validate]), only its indices are known
 */
record SubSearch(String clause, IndicesRequest outer) {

    private static final String NO_PIPELINE = "_none";
    private static final String PREFERENCE = "semantic-search:";

    /** Empty where no node coordinates: on a shard. */
    static Optional<SubSearch> of(String clause, QueryRewriteContext context) {
        QueryCoordinatorContext coordinator = context.convertToCoordinatorContext();
        return coordinator == null || coordinator.getSearchRequest() == null
                ? Optional.empty()
                : Optional.of(new SubSearch(clause, coordinator.getSearchRequest()));
    }

    /** The context in which a query is rewritten as that of a sub-search, which says how many hits are wanted; asynchronous work is the outer's. */
    QueryRewriteContext context(QueryBuilder query, int size, QueryRewriteContext context) {
        return new QueryCoordinatorContext(context, request(query, size));
    }

    /**
     * Registers, with the context, searches for the best documents of each query.
     *
     * @param size how many of each
     * @param found gets the hits of query i at position i, before the next round of rewriting
     */
    void find(List<QueryBuilder> queries, int size, QueryRewriteContext context, Consumer<List<FoundHits>> found) {
        context.registerAsyncAction((client, listener) -> {
            ThreadContext threads = client.threadPool().getThreadContext();
            search(client, queries, size, ContextPreservingActionListener.wrapPreservingContext(ActionListener.wrap(hits -> {
                found.accept(hits);
                listener.onResponse(null);
            }, listener::onFailure), threads));
        });
    }

    private void search(Client client, List<QueryBuilder> queries, int size, ActionListener<List<FoundHits>> listener) {
        AtomicReferenceArray<FoundHits> found = new AtomicReferenceArray<>(queries.size());
        CountDown left = new CountDown(queries.size());
        ThreadContext context = client.threadPool().getThreadContext();
        Optional<OuterSearch> search = OuterSearch.in(context);
        for (int i = 0; i < queries.size(); i++) {
            int position = i;
            SearchRequest request = request(queries.get(i), size);
            search.ifPresent(parent -> request.setParentTask(parent.task()));
            try {
                client.search(request, ActionListener.wrap(response -> {
                    warn(response, context);
                    found.set(position, FoundHits.of(response));
                    if (left.countDown()) listener.onResponse(IntStream.range(0, found.length()).mapToObj(found::get).toList());
                }, failure -> fail(failure, left, listener)));
            } catch (RuntimeException e) {
                // A search that was cancelled meanwhile refuses children at once.
                fail(e, left, listener);
                return;
            }
        }
    }

    private static void fail(Exception failure, CountDown left, ActionListener<?> listener) {
        if (left.fastForward()) listener.onFailure(failure);
    }

    /** Hits that are missing here are missing in the answer, which would look whole. */
    private void warn(SearchResponse response, ThreadContext context) {
        if (response.isTimedOut()) {
            OuterSearch.degrade(context,
                    "[" + clause + "] a search for its best documents ran into the [timeout]: hits may be missing");
        }
        if (response.getFailedShards() > 0) {
            OuterSearch.degrade(context,
                    "[" + clause + "] a search for its best documents failed on [" + response.getFailedShards()
                            + "] of [" + response.getTotalShards() + "] shards: hits may be missing");
        }
    }

    SearchRequest request(QueryBuilder query, int size) {
        SearchSourceBuilder source = new SearchSourceBuilder();
        SearchRequest request;
        if (outer instanceof SearchRequest search) {
            askTheSameCopies(search);
            request = new SearchRequest(search).scroll((Scroll) null);
            if (search.source() != null) carry(search.source(), source);
        } else {
            request = new SearchRequest(outer.indices() == null ? Strings.EMPTY_ARRAY : outer.indices())
                    .indicesOptions(outer.indicesOptions());
        }
        source.query(query).size(size).fetchSource(false).trackTotalHits(false);
        return request.source(source).pipeline(NO_PIPELINE);
    }

    /**
     * Copies of a shard are refreshed at different times. A document that one search finds on one copy would be missing on another that the
     * next search asks, so both get a preference, which decides among the copies; a new one for each search, so that all copies have their
     * share.
     */
    private static void askTheSameCopies(SearchRequest search) {
        boolean inPointInTime = search.source() != null && search.source().pointInTimeBuilder() != null;
        if (search.preference() == null && !inPointInTime) search.preference(PREFERENCE + UUIDs.randomBase64UUID());
    }

    private static void carry(SearchSourceBuilder from, SearchSourceBuilder to) {
        if (from.getDerivedFieldsObject() != null) derive(from.getDerivedFieldsObject(), to);
        // What the outer search tells of this clause is what this one cost.
        if (from.profile()) to.profile(true);
        if (from.timeout() != null) to.timeout(from.timeout());
        if (from.pointInTimeBuilder() != null) to.pointInTimeBuilder(from.pointInTimeBuilder());
    }

    /** Fields that a search derives by a script are known to its own request only; there is no other way in than as text. */
    private static void derive(Map<String, Object> fields, SearchSourceBuilder to) {
        try (XContentBuilder json = JsonXContent.contentBuilder().map(Map.of("derived", fields));
                XContentParser parser = JsonXContent.jsonXContent.createParser(
                        NamedXContentRegistry.EMPTY, DeprecationHandler.IGNORE_DEPRECATIONS,
                        BytesReference.bytes(json).streamInput())) {
            to.parseXContent(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
