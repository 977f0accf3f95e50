package io.semanticsearch.field;

import java.util.List;
import java.util.Optional;

/**
 * The parameters of an {@code embedding} field, resolved.
 *
 * @param model id of the model, or null for a field that only takes vectors
 * @param space id of the space
 * @param dimension length of its vectors
 * @param sourceFields full paths of the fields that hold the text
 * @param similarity how vectors are compared
 * @param hnsw the graph
 * @param passages how text is cut into passages, or null where it is not
 * @param modelByDefault whether the mapping named no model, so that merging keeps the one that is there
 */
record FieldSettings(
        String model,
        String space,
        int dimension,
        List<String> sourceFields,
        Similarity similarity,
        Hnsw hnsw,
        PassageRule passages,
        boolean modelByDefault) {

    FieldConfig config(String path) {
        return new FieldConfig(path, Optional.ofNullable(model), space, dimension, sourceFields, similarity,
                Optional.ofNullable(passages));
    }

    FieldSettings withModelOf(FieldSettings other) {
        return new FieldSettings(other.model, other.space, other.dimension, sourceFields, similarity, hnsw, passages, true);
    }
}
