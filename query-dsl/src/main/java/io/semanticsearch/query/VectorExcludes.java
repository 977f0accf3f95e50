package io.semanticsearch.query;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.search.SearchAction;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.common.regex.Regex;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.index.query.InnerHitBuilder;
import org.opensearch.index.query.InnerHitContextBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.search.aggregations.AggregationBuilder;
import org.opensearch.search.aggregations.metrics.TopHitsAggregationBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.fetch.subphase.FetchSourceContext;
import org.opensearch.tasks.Task;

/**
 * Leaves vectors out of the {@code _source} of search answers, where they are long and of no use to a reader. Who names the field, or
 * {@code *}, in the source's includes gets them, and so does who searches beside an index without {@code _source}, for which OpenSearch
 * refuses to leave anything out; so does every search that serves writing (reindexing, updating by query), which copies
 * documents whole.
 */
public final class VectorExcludes implements ActionFilter {

    private final SearchedSpaces spaces;
    private final Predicate<TaskId> servesWriting;

    /** @param servesWriting whether a task of this node writes what its searches find */
    public VectorExcludes(SearchedSpaces spaces, Predicate<TaskId> servesWriting) {
        this.spaces = spaces;
        this.servesWriting = servesWriting;
    }

    @Override
    public int order() {
        return 0;
    }

    @Override
    public <Request extends ActionRequest, Response extends ActionResponse> void apply(
            Task task,
            String action,
            Request request,
            ActionRequestMetadata<Request, Response> metadata,
            ActionListener<Response> listener,
            ActionFilterChain<Request, Response> chain) {
        if (action.equals(SearchAction.NAME) && request instanceof SearchRequest search
                && !servesWriting.test(search.getParentTask())) {
            Set<String> paths = spaces.paths(search);
            if (!paths.isEmpty() && spaces.allKeepSource(search)) exclude(search, paths);
        }
        chain.proceed(task, action, request, listener);
    }

    private static void exclude(SearchRequest search, Set<String> paths) {
        if (search.source() == null) search.source(new SearchSourceBuilder());
        SearchSourceBuilder source = search.source();
        boolean sourceIsLeftOut = source.fetchSource() == null && source.storedFields() != null;
        if (!sourceIsLeftOut) source.fetchSource(without(source.fetchSource(), paths));
        if (source.aggregations() != null)
            source.aggregations().getAggregatorFactories().forEach(aggregation -> exclude(aggregation, paths));
        if (source.collapse() != null) source.collapse().getInnerHits().forEach(inner -> exclude(inner, paths));
        if (source.query() != null) excludeInnerHits(source.query(), paths);
        if (source.postFilter() != null) excludeInnerHits(source.postFilter(), paths);
    }

    private static void exclude(InnerHitBuilder inner, Set<String> paths) {
        inner.setFetchSourceContext(without(inner.getFetchSourceContext(), paths));
    }

    /** Inner hits of objects show a part of the whole document's source, so the same paths leave them; those of children a whole one. */
    private static void excludeInnerHits(QueryBuilder query, Set<String> paths) {
        QueryTree.forEach(query, part -> {
            Map<String, InnerHitContextBuilder> shown = new HashMap<>();
            try {
                InnerHitContextBuilder.extractInnerHits(part, shown);
            } catch (IllegalArgumentException e) {
                // Two of one name, which the search refuses.
                return;
            }
            shown.values().forEach(inner -> exclude(inner.innerHitBuilder(), paths));
        });
    }

    private static void exclude(AggregationBuilder aggregation, Set<String> paths) {
        if (aggregation instanceof TopHitsAggregationBuilder top) top.fetchSource(without(top.fetchSource(), paths));
        aggregation.getSubAggregations().forEach(inner -> exclude(inner, paths));
    }

    private static FetchSourceContext without(FetchSourceContext asked, Set<String> paths) {
        if (asked == null) return new FetchSourceContext(true, new String[0], paths.toArray(String[]::new));
        if (!asked.fetchSource()) return asked;
        String[] excludes = Stream.concat(
                Arrays.stream(asked.excludes()),
                paths.stream().filter(path -> !Regex.simpleMatch(asked.includes(), path))).distinct().toArray(String[]::new);
        return new FetchSourceContext(true, asked.includes(), excludes);
    }
}
