package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.FieldConfigs;
import io.semanticsearch.field.StoredVector;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.search.SearchContextId;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.index.IndexNotFoundException;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.search.internal.ShardSearchRequest;

/** The indices that a request searches in this cluster, the embedding fields that they have, and the filters of their aliases. */
public final class SearchedSpaces {

    private final Supplier<ClusterState> state;
    private final Supplier<IndexNameExpressionResolver> resolver;
    private final Supplier<NamedWriteableRegistry> registry;
    private final Supplier<NamedXContentRegistry> xContent;
    private final FieldConfigs fields;
    private final KnnVectorPaths elsewhere = new KnnVectorPaths();

    public SearchedSpaces(
            Supplier<ClusterState> state,
            Supplier<IndexNameExpressionResolver> resolver,
            Supplier<NamedWriteableRegistry> registry,
            Supplier<NamedXContentRegistry> xContent,
            FieldConfigs fields) {
        this.state = state;
        this.resolver = resolver;
        this.registry = registry;
        this.xContent = xContent;
        this.fields = fields;
    }

    /** The model of each space that a field has in the searched indices; no model where the field only takes vectors. */
    Map<String, Optional<String>> of(String field, IndicesRequest request) {
        Map<String, Optional<String>> modelBySpace = new TreeMap<>();
        for (IndexMetadata index : indices(request)) {
            Optional<FieldConfig> config = find(field, index);
            if (config.isPresent()) modelBySpace.put(config.get().space(), config.get().model());
            else if (elsewhere(field, index).isPresent()) modelBySpace.putIfAbsent(StoredVector.OWN, Optional.empty());
        }
        return modelBySpace;
    }

    /** How the searched indices have a field, by index; those without it are left out. */
    Map<String, FieldConfig> configs(String field, IndicesRequest request) {
        Map<String, FieldConfig> byIndex = new TreeMap<>();
        for (IndexMetadata index : indices(request)) {
            find(field, index).ifPresent(config -> byIndex.put(index.getIndex().getName(), config));
        }
        return byIndex;
    }

    /** How one index of this cluster has a field. */
    Optional<FieldConfig> config(String field, String index) {
        return Optional.ofNullable(state.get().metadata().index(index)).flatMap(found -> find(field, found));
    }

    /** Whether every searched index of this cluster keeps the source of its documents; of one that does not, no part can be asked for. */
    boolean allKeepSource(IndicesRequest request) {
        for (IndexMetadata index : indices(request)) if (!fields.keepsSource(index)) return false;
        return true;
    }

    /** Paths of all embedding fields in the searched indices. */
    Set<String> paths(IndicesRequest request) {
        Set<String> paths = new LinkedHashSet<>();
        for (IndexMetadata index : indices(request)) {
            for (FieldConfig config : fields.of(index)) paths.add(config.path());
        }
        return paths;
    }

    /** How many shards are searched that may have vectors of a field. */
    int shards(String field, IndicesRequest request) {
        if (request.indices() != null && local(request).length < request.indices().length) return Integer.MAX_VALUE;
        ClusterState current = state.get();
        boolean routed = request instanceof SearchRequest search && search.pointInTimeBuilder() == null;
        Map<String, Set<String>> routings = routed
                ? resolver.get().resolveSearchRouting(current, ((SearchRequest) request).routing(), local(request))
                : null;
        int shards = 0;
        for (IndexMetadata index : indices(request)) {
            if (path(field, index).isEmpty()) continue;
            Set<String> routing = routings == null ? null : routings.get(index.getIndex().getName());
            int all = index.getNumberOfShards();
            shards += routing == null ? all : Math.min(all, routing.size() * index.getRoutingPartitionSize());
        }
        return shards;
    }

    /** Whether a field is of type [embedding] in any of the searched indices. */
    boolean has(String field, IndicesRequest request) {
        for (IndexMetadata index : indices(request)) if (find(field, index).isPresent()) return true;
        return false;
    }

    /** Paths of the nested objects that a field lies in, outer ones first, by the first of the searched indices where it lies in any. */
    List<String> nestedPaths(String field, IndicesRequest request) {
        for (IndexMetadata index : indices(request)) {
            List<String> nested = path(field, index).map(fields.nested(index)::around).orElse(List.of());
            if (!nested.isEmpty()) return nested;
        }
        return List.of();
    }

    /** What may be found in an index, by its UUID, where every name by which it is searched is a filtering alias. */
    Map<String, QueryBuilder> aliasFilters(IndicesRequest request) {
        Map<String, QueryBuilder> filters = new TreeMap<>();
        if (pointInTime(request).isPresent()) {
            pointInTime(request).get().aliasFilter().forEach((uuid, alias) -> {
                if (alias.getQueryBuilder() != null) filters.put(uuid, alias.getQueryBuilder());
            });
            return filters;
        }
        ClusterState current = state.get();
        Set<String> asked = null;
        for (IndexMetadata index : indices(request)) {
            if (index.getAliases().isEmpty()) continue;
            if (asked == null) asked = resolver.get().resolveExpressions(current, local(request));
            String[] filtering = resolver.get().filteringAliases(current, index.getIndex().getName(), asked);
            QueryBuilder filter = filtering == null
                    ? null
                    : ShardSearchRequest.parseAliasFilter(bytes -> QueryBytes.parse(xContent.get(), bytes), index, filtering);
            if (filter != null) filters.put(index.getIndexUUID(), filter);
        }
        return filters;
    }

    private Optional<FieldConfig> find(String field, IndexMetadata index) {
        List<FieldConfig> configs = fields.of(index);
        return configs.isEmpty()
                ? Optional.empty()
                : at(field, configs).or(() -> fields.behind(field, index).flatMap(path -> at(path, configs)));
    }

    /** Full path of a field that can be searched, whosever it is. */
    private Optional<String> path(String field, IndexMetadata index) {
        return find(field, index).map(FieldConfig::path).or(() -> elsewhere(field, index));
    }

    /** Full path of a field of the k-NN plugin, whose vectors are of their users' making. */
    private Optional<String> elsewhere(String field, IndexMetadata index) {
        Set<String> paths = elsewhere.of(index);
        if (paths.isEmpty() || paths.contains(field)) return paths.isEmpty() ? Optional.empty() : Optional.of(field);
        return fields.behind(field, index).filter(paths::contains);
    }

    private static Optional<FieldConfig> at(String path, List<FieldConfig> configs) {
        return configs.stream().filter(config -> config.path().equals(path)).findFirst();
    }

    private Iterable<IndexMetadata> indices(IndicesRequest request) {
        ClusterState current = state.get();
        return Arrays.stream(names(current, request)).map(current.metadata()::index).filter(index -> index != null)::iterator;
    }

    private String[] names(ClusterState current, IndicesRequest request) {
        Optional<SearchContextId> pointInTime = pointInTime(request);
        if (pointInTime.isPresent()) return pointInTime.get().getActualIndices();
        String[] local = local(request);
        if (local.length == 0 && request.indices() != null && request.indices().length > 0) return local;
        try {
            return resolver.get().concreteIndexNames(current, request.indicesOptions(), true, local);
        } catch (IndexNotFoundException e) {
            // The search itself answers for indices that are not there.
            return new String[0];
        }
    }

    private Optional<SearchContextId> pointInTime(IndicesRequest request) {
        return request instanceof SearchRequest search && search.pointInTimeBuilder() != null
                ? Optional.of(SearchContextId.decode(registry.get(), search.pointInTimeBuilder().getId()))
                : Optional.empty();
    }

    /** The mappings and aliases of other clusters are not known here; their nodes say what is missing. */
    private static String[] local(IndicesRequest request) {
        String[] asked = request.indices() == null ? new String[0] : request.indices();
        return Arrays.stream(asked).filter(name -> name.indexOf(':') < 0).toArray(String[]::new);
    }
}
