package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.FieldConfigs;
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
import org.opensearch.index.IndexNotFoundException;
import org.opensearch.index.mapper.FieldAliasMapper;

/** The indices that a request searches in this cluster, and the embedding fields that they have. */
public final class SearchedSpaces {

    private final Supplier<ClusterState> state;
    private final Supplier<IndexNameExpressionResolver> resolver;
    private final Supplier<NamedWriteableRegistry> registry;
    private final FieldConfigs fields;

    public SearchedSpaces(
            Supplier<ClusterState> state,
            Supplier<IndexNameExpressionResolver> resolver,
            Supplier<NamedWriteableRegistry> registry,
            FieldConfigs fields) {
        this.state = state;
        this.resolver = resolver;
        this.registry = registry;
        this.fields = fields;
    }

    /** The model of each space that a field has in the searched indices; no model where the field only takes vectors. */
    Map<String, Optional<String>> of(String field, IndicesRequest request) {
        Map<String, Optional<String>> modelBySpace = new TreeMap<>();
        for (IndexMetadata index : indices(request)) {
            find(field, index).ifPresent(config -> modelBySpace.put(config.space(), config.model()));
        }
        return modelBySpace;
    }

    /** Paths of all embedding fields in the searched indices. */
    Set<String> paths(IndicesRequest request) {
        Set<String> paths = new LinkedHashSet<>();
        for (IndexMetadata index : indices(request)) {
            for (FieldConfig config : fields.of(index)) paths.add(config.path());
        }
        return paths;
    }

    private Optional<FieldConfig> find(String field, IndexMetadata index) {
        List<FieldConfig> configs = fields.of(index);
        return configs.isEmpty() ? Optional.empty() : at(field, configs).or(() -> at(behind(field, index), configs));
    }

    private static Optional<FieldConfig> at(String path, List<FieldConfig> configs) {
        return configs.stream().filter(config -> config.path().equals(path)).findFirst();
    }

    /** The path that a field alias stands for; the mapping is only read again where no field has the name itself. */
    private static String behind(String alias, IndexMetadata index) {
        Object node = index.mapping().sourceAsMap();
        for (String name : alias.split("\\.")) {
            node = node instanceof Map<?, ?> object && object.get("properties") instanceof Map<?, ?> properties
                    ? properties.get(name)
                    : null;
        }
        return node instanceof Map<?, ?> field && FieldAliasMapper.CONTENT_TYPE.equals(field.get("type"))
                ? String.valueOf(field.get(FieldAliasMapper.Names.PATH))
                : "";
    }

    private Iterable<IndexMetadata> indices(IndicesRequest request) {
        ClusterState current = state.get();
        return Arrays.stream(names(current, request)).map(current.metadata()::index).filter(index -> index != null)::iterator;
    }

    private String[] names(ClusterState current, IndicesRequest request) {
        if (request instanceof SearchRequest search && search.pointInTimeBuilder() != null) {
            return SearchContextId.decode(registry.get(), search.pointInTimeBuilder().getId()).getActualIndices();
        }
        String[] asked = request.indices() == null ? new String[0] : request.indices();
        // The mappings of other clusters are not known here; their shards say what is missing.
        String[] local = Arrays.stream(asked).filter(name -> name.indexOf(':') < 0).toArray(String[]::new);
        if (asked.length > 0 && local.length == 0) return local;
        try {
            return resolver.get().concreteIndexNames(current, request.indicesOptions(), true, local);
        } catch (IndexNotFoundException e) {
            // The search itself answers for indices that are not there.
            return new String[0];
        }
    }
}
