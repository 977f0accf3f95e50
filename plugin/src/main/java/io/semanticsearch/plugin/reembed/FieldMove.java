package io.semanticsearch.plugin.reembed;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.FieldGeneration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.admin.indices.mapping.put.PutMappingRequest;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.IndexNotFoundException;
import org.opensearch.transport.client.Client;

/** Moves a field of an index to another model, by its mapping: first both are filled, then the next one serves. */
public final class FieldMove {

    private static final String PROPERTIES = "properties";

    private final Client client;
    private final ClusterService clusterService;

    public FieldMove(Client client, ClusterService clusterService) {
        this.client = client;
        this.clusterService = clusterService;
    }

    /** Has documents get the vectors of a next generation as well from now on. */
    public void begin(String index, String field, FieldGeneration next, ActionListener<Void> listener) {
        change(index, field, mapping -> mapping.put(FieldConfig.NEXT, asMap(next)), listener);
    }

    /** Has documents get the vectors of the serving generation only. */
    public void end(String index, String field, ActionListener<Void> listener) {
        change(index, field, mapping -> mapping.remove(FieldConfig.NEXT), listener);
    }

    /** Has the next generation serve, if it is in that space; nothing changes where it serves already. */
    public void cutOver(String index, String field, String space, ActionListener<Void> listener) {
        change(index, field, mapping -> {
            if (space.equals(mapping.get(FieldConfig.SPACE))) return;
            Map<?, ?> next = mapping.remove(FieldConfig.NEXT) instanceof Map<?, ?> there ? there : Map.of();
            if (!space.equals(next.get(FieldConfig.SPACE))) {
                throw new OpenSearchStatusException("field [" + field + "] of index [" + index
                        + "] does not move to the space [" + space + "] any more", RestStatus.CONFLICT);
            }
            for (String part : new String[]{FieldConfig.MODEL, FieldConfig.SPACE, FieldConfig.DIMENSION}) {
                mapping.put(part, next.get(part));
            }
        }, listener);
    }

    private static Map<String, Object> asMap(FieldGeneration generation) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(FieldConfig.MODEL, generation.model());
        map.put(FieldConfig.SPACE, generation.space());
        map.put(FieldConfig.DIMENSION, generation.dimension());
        return map;
    }

    private void change(String index, String field, Consumer<Map<String, Object>> change, ActionListener<Void> listener) {
        try {
            IndexMetadata metadata = clusterService.state().metadata().index(index);
            if (metadata == null) throw new IndexNotFoundException(index);
            Map<String, Object> mapping = within(metadata.mapping().sourceAsMap(), field, change)
                    .orElseThrow(() -> new OpenSearchStatusException(
                            "index [" + index + "] has no field [" + field + "] any more", RestStatus.CONFLICT));
            client.admin().indices().putMapping(new PutMappingRequest(index).source(mapping),
                    ActionListener.map(listener, acknowledged -> null));
        } catch (RuntimeException e) {
            listener.onFailure(e);
        }
    }

    /** The part of a mapping that holds one field, changed, and of the objects around it what says what they are. */
    private static Optional<Map<String, Object>> within(Map<?, ?> object, String path, Consumer<Map<String, Object>> change) {
        if (!(object.get(PROPERTIES) instanceof Map<?, ?> properties)) return Optional.empty();
        if (properties.get(path) instanceof Map<?, ?> field) {
            Map<String, Object> changed = new HashMap<>();
            field.forEach((key, value) -> changed.put(String.valueOf(key), value));
            change.accept(changed);
            return Optional.of(Map.of(PROPERTIES, Map.of(path, changed)));
        }
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            String name = path.substring(0, dot);
            if (!(properties.get(name) instanceof Map<?, ?> child)) continue;
            Optional<Map<String, Object>> below = within(child, path.substring(dot + 1), change);
            if (below.isEmpty()) continue;
            Map<String, Object> around = new HashMap<>(below.get());
            if (child.get("type") != null) around.put("type", child.get("type"));
            return Optional.of(Map.of(PROPERTIES, Map.of(name, around)));
        }
        return Optional.empty();
    }
}
