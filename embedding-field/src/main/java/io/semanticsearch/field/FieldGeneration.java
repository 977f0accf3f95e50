package io.semanticsearch.field;

import io.semanticsearch.field.ModelCatalog.KnownModel;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * One generation of a field's vectors.
 *
 * @param model id of the model that makes them
 * @param space id of the space they live in
 * @param dimension their length
 */
public record FieldGeneration(String model, String space, int dimension) implements ToXContentObject {

    private static final String EXAMPLE = "expected an object like {\"model\": \"minilm\"}";

    public FieldGeneration {
        if (!space.matches("[A-Za-z0-9_-]+")) throw new IllegalArgumentException("space [" + space + "] is not an id");
        if (dimension < 1 || dimension > EmbeddingFieldMapper.MAX_DIMENSION) {
            throw new IllegalArgumentException("[dimension] is [" + dimension + "]; expected 1 to "
                    + EmbeddingFieldMapper.MAX_DIMENSION);
        }
    }

    /**
     * Reads a generation of a mapping. One that names its model alone is resolved by the catalog.
     *
     * @param parameter name of what is read, for messages
     */
    static FieldGeneration of(String parameter, Object node, ModelCatalog catalog) {
        if (!(node instanceof Map<?, ?> map) || !(map.get(FieldConfig.MODEL) instanceof String model)) {
            throw new IllegalArgumentException("[" + parameter + "] is [" + node + "]; " + EXAMPLE);
        }
        Set<Object> unknown = new TreeSet<>(map.keySet());
        unknown.removeAll(Set.of(FieldConfig.MODEL, FieldConfig.SPACE, FieldConfig.DIMENSION));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("[" + parameter + "] has unknown keys " + unknown + "; " + EXAMPLE);
        }
        if (map.get(FieldConfig.SPACE) instanceof String space && map.get(FieldConfig.DIMENSION) instanceof Number dimension) {
            return new FieldGeneration(model, space, dimension.intValue());
        }
        KnownModel known = catalog.find(model).orElseThrow(() -> new IllegalArgumentException("[" + parameter
                + "]: unknown model [" + model + "]; defined are " + catalog.ids()));
        return new FieldGeneration(known.id(), known.space(), known.dimension());
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.startObject().field(FieldConfig.MODEL, model).field(FieldConfig.SPACE, space)
                .field(FieldConfig.DIMENSION, dimension).endObject();
    }
}
