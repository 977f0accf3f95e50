package io.semanticsearch.plugin.reembed;

import io.semanticsearch.field.FieldConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.action.search.MultiSearchResponse;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.persistent.PersistentTasksCustomMetadata;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.search.builder.SearchSourceBuilder;

/** How fresh the vectors of one field of one index are: the searches that count, and what they say. */
public final class FieldStatus {

    private final String index;
    private final FieldConfig field;
    private final List<SearchRequest> counts;
    private final Optional<PersistentTask<?>> job;

    private FieldStatus(String index, FieldConfig field, List<SearchRequest> counts, Optional<PersistentTask<?>> job) {
        this.index = index;
        this.field = field;
        this.counts = counts;
        this.job = job;
    }

    public static FieldStatus of(FieldConfig field, IndexMetadata metadata, ClusterState state) {
        String index = metadata.getIndex().getName();
        VectorQueries queries = VectorQueries.of(field, metadata);
        PersistentTasksCustomMetadata tasks = state.metadata().custom(PersistentTasksCustomMetadata.TYPE);
        Optional<PersistentTask<?>> job = Optional.ofNullable(tasks)
                .map(all -> all.getTask(ReembedJob.id(metadata.getIndexUUID(), field.path())));
        List<SearchRequest> counts = List.of(count(index, QueryBuilders.matchAllQuery()), count(index, queries.having()),
                count(index, queries.lackingWithText()));
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
        return counts;
    }

    public Map<String, Object> describe(List<MultiSearchResponse.Item> counted) {
        Map<String, Object> map = new LinkedHashMap<>();
        field.model().ifPresent(model -> map.put("model", model));
        map.put("space", field.space());
        map.put("dimension", field.dimension());
        Optional<MultiSearchResponse.Item> failed = counted.stream().filter(MultiSearchResponse.Item::isFailure).findFirst();
        if (failed.isPresent()) {
            map.put("error", String.valueOf(failed.get().getFailureMessage()));
        } else {
            map.put("documents", total(counted.get(0)));
            map.put("fresh", total(counted.get(1)));
            map.put("missing", total(counted.get(2)));
        }
        job.ifPresent(task -> map.put("job", describe(task)));
        return map;
    }

    private static long total(MultiSearchResponse.Item item) {
        return item.getResponse().getHits().getTotalHits().value();
    }

    private static Map<String, Object> describe(PersistentTask<?> task) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("node", task.getExecutorNode());
        if (task.getParams() instanceof ReembedJob params) map.put("throttle", params.throttle());
        if (task.getState() instanceof ReembedProgress progress) map.putAll(progress.toMap());
        return map;
    }
}
