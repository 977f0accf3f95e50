package io.semanticsearch.plugin.reembed;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.NestedPaths;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.action.search.MultiSearchResponse;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.persistent.PersistentTasksCustomMetadata;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.search.builder.SearchSourceBuilder;

/** How fresh the vectors of one field of one index are: the searches that count, and what they say. */
public final class FieldStatus {

    private static final String NEXT = "next.";

    private final String index;
    private final FieldConfig field;
    /** By what they count, in the order of the answer. */
    private final Map<String, SearchRequest> counts;
    private final Optional<PersistentTask<?>> job;

    private FieldStatus(String index, FieldConfig field, Map<String, SearchRequest> counts, Optional<PersistentTask<?>> job) {
        this.index = index;
        this.field = field;
        this.counts = counts;
        this.job = job;
    }

    public static FieldStatus of(FieldConfig field, IndexMetadata metadata, NestedPaths nested, ClusterState state) {
        String index = metadata.getIndex().getName();
        VectorQueries queries = VectorQueries.of(field, nested);
        PersistentTasksCustomMetadata tasks = state.metadata().custom(PersistentTasksCustomMetadata.TYPE);
        Optional<PersistentTask<?>> job = Optional.ofNullable(tasks)
                .map(all -> all.getTask(ReembedJob.id(metadata.getIndexUUID(), field.path())));
        Map<String, SearchRequest> counts = new LinkedHashMap<>();
        counts.put("documents", count(index, QueryBuilders.matchAllQuery()));
        counts.put("fresh", count(index, queries.having()));
        counts.put("missing", count(index, queries.lackingWithText()));
        if (!field.generations().previous().isEmpty()) {
            BoolQueryBuilder stale = QueryBuilders.boolQuery().mustNot(queries.having()).minimumShouldMatch(1);
            field.generations().previous().forEach(left -> stale.should(VectorQueries.of(field.with(left), nested).having()));
            counts.put("stale", count(index, stale));
        }
        field.generations().next().ifPresent(next -> {
            VectorQueries coming = VectorQueries.of(field.with(next), nested);
            counts.put("next.fresh", count(index, coming.having()));
            counts.put("next.missing", count(index, coming.lackingWithText()));
        });
        return new FieldStatus(index, field, counts, job);
    }

    private static SearchRequest count(String index, QueryBuilder query) {
        return new SearchRequest(index).allowPartialSearchResults(false)
                .source(new SearchSourceBuilder().size(0).trackTotalHits(true).query(query));
    }

    public String index() {
        return index;
    }

    public String path() {
        return field.path();
    }

    /** Searches whose totals {@link #describe} takes, in this order. */
    public List<SearchRequest> counts() {
        return List.copyOf(counts.values());
    }

    public Map<String, Object> describe(List<MultiSearchResponse.Item> counted) {
        Map<String, Object> map = new LinkedHashMap<>();
        field.model().ifPresent(model -> map.put("model", model));
        map.put("space", field.space());
        map.put("dimension", field.dimension());
        Map<String, Object> next = new LinkedHashMap<>();
        field.generations().next().ifPresent(coming -> {
            next.put("model", coming.model());
            next.put("space", coming.space());
            next.put("dimension", coming.dimension());
        });
        Optional<MultiSearchResponse.Item> failed = counted.stream().filter(MultiSearchResponse.Item::isFailure).findFirst();
        if (failed.isPresent()) {
            map.put("error", String.valueOf(failed.get().getFailureMessage()));
        } else {
            int at = 0;
            for (String name : counts.keySet()) {
                long total = total(counted.get(at++));
                if (name.startsWith(NEXT)) {
                    next.put(name.substring(NEXT.length()), total);
                } else {
                    map.put(name, total);
                }
            }
        }
        if (!next.isEmpty()) map.put("next", next);
        job.ifPresent(task -> map.put("job", describe(task)));
        return map;
    }

    private static long total(MultiSearchResponse.Item item) {
        return item.getResponse().getHits().getTotalHits().value();
    }

    private static Map<String, Object> describe(PersistentTask<?> task) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("node", task.getExecutorNode());
        if (task.getParams() instanceof ReembedJob params) {
            map.put("space", params.space());
            map.put("throttle", params.throttle());
        }
        if (task.getState() instanceof ReembedProgress progress) map.putAll(progress.toMap());
        return map;
    }
}
