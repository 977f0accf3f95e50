package io.semanticsearch.field;

import java.util.Map;
import java.util.function.BiConsumer;

/** The fields and objects of a mapping as it is stored, by their full paths. */
public final class MappedFields {

    private MappedFields() {}

    /**
     * Outer ones first. What is no mapping is passed over: a template may hold anything.
     *
     * @param mapping with or without the name of a type around it
     * @param visitor takes the full path and what the mapping says there
     */
    public static void forEach(Map<String, ?> mapping, BiConsumer<String, Map<?, ?>> visitor) {
        forEach("", mapping.get("_doc") instanceof Map<?, ?> typed ? typed : mapping, visitor);
    }

    private static void forEach(String prefix, Map<?, ?> object, BiConsumer<String, Map<?, ?>> visitor) {
        if (!(object.get("properties") instanceof Map<?, ?> properties)) return;
        properties.forEach((name, child) -> {
            if (!(child instanceof Map<?, ?> field)) return;
            visitor.accept(prefix + name, field);
            forEach(prefix + name + ".", field, visitor);
        });
    }
}
