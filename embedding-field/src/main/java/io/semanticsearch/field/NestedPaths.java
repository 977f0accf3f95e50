package io.semanticsearch.field;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.opensearch.index.mapper.ObjectMapper;

/**
 * Which objects of a mapping are of type {@code nested}.
 *
 * @param objects their full paths
 */
public record NestedPaths(Set<String> objects) {

    public NestedPaths {
        objects = Set.copyOf(objects);
    }

    public static NestedPaths of(Map<String, ?> mapping) {
        Set<String> nested = new HashSet<>();
        MappedFields.forEach(mapping, (path, object) -> {
            if (ObjectMapper.NESTED_CONTENT_TYPE.equals(object.get("type"))) nested.add(path);
        });
        return new NestedPaths(nested);
    }

    /** Those that a field lies in, outer ones first. */
    public List<String> around(String field) {
        List<String> around = new ArrayList<>();
        for (int dot = field.indexOf('.'); dot >= 0; dot = field.indexOf('.', dot + 1)) {
            String path = field.substring(0, dot);
            if (objects.contains(path)) around.add(path);
        }
        return around;
    }

    /** The innermost of those that a field lies in. */
    public Optional<String> innermost(String field) {
        List<String> around = around(field);
        return around.isEmpty() ? Optional.empty() : Optional.of(around.getLast());
    }
}
