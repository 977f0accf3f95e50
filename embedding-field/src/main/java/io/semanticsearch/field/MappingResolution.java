package io.semanticsearch.field;

import io.semanticsearch.field.ModelCatalog.KnownModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes model, dimension and space into the embedding fields of a mapping that leaves them open. */
public final class MappingResolution {

    private MappingResolution() {}

    /** Changes the mapping in place. What cannot be resolved stays as it is: the type's parser says why. */
    public static void resolve(Map<String, Object> mapping, ModelCatalog catalog) {
        walk(mapping.get("_doc") instanceof Map<?, ?> typed ? typed : mapping, catalog);
    }

    @SuppressWarnings("unchecked")
    private static void walk(Map<?, ?> object, ModelCatalog catalog) {
        if (!(object.get("properties") instanceof Map<?, ?> properties)) return;
        for (Object child : properties.values()) {
            if (!(child instanceof Map<?, ?> field)) continue;
            if (FieldConfig.TYPE.equals(field.get("type"))) resolveField((Map<String, Object>) field, catalog);
            walk(field, catalog);
        }
    }

    private static void resolveField(Map<String, Object> field, ModelCatalog catalog) {
        if (field.containsKey(FieldConfig.SPACE)) return;
        Object model = field.get(FieldConfig.MODEL);
        boolean onlyVectors = model == null && field.containsKey(FieldConfig.DIMENSION)
                && (field.get(FieldConfig.SOURCE_FIELDS) == null || List.of().equals(field.get(FieldConfig.SOURCE_FIELDS)));
        if (onlyVectors) return;
        Optional<KnownModel> known = catalog.find(model == null ? catalog.defaultModel() : model.toString());
        Object dimension = field.get(FieldConfig.DIMENSION);
        if (known.isEmpty() || dimension != null && !dimension.toString().equals(String.valueOf(known.get().dimension()))) return;
        field.put(FieldConfig.MODEL, known.get().id());
        field.put(FieldConfig.DIMENSION, known.get().dimension());
        field.put(FieldConfig.SPACE, known.get().space());
        if (model == null) field.put(FieldConfig.MODEL_BY_DEFAULT, true);
    }
}
