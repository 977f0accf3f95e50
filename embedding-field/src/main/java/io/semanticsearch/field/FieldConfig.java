package io.semanticsearch.field;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the rest of the plugin needs to know of one {@code embedding} field, read from a mapping as it is stored in the cluster state.
 *
 * @param path full path of the field, like {@code meaning} or {@code comments.meaning}
 * @param model id of its model; empty for a field that only takes vectors
 * @param space id of the space its vectors live in
 * @param dimension length of its vectors
 * @param sourceFields full paths of the fields whose text becomes the vector, in the order in which they are joined
 * @param similarity how its vectors are compared
 * @param passages how its text is cut into passages, each with a vector of its own; empty where the whole text has one
 */
public record FieldConfig(
        String path,
        Optional<String> model,
        String space,
        int dimension,
        List<String> sourceFields,
        Similarity similarity,
        Optional<PassageRule> passages) {

    /** The name of the type in mappings. */
    public static final String TYPE = "embedding";

    static final String MODEL = "model";
    static final String SPACE = "space";
    static final String DIMENSION = "dimension";
    static final String SOURCE_FIELDS = "source_fields";
    static final String SIMILARITY = "similarity";
    static final String HNSW = "hnsw";
    static final String PASSAGES = "passages";
    static final String MODEL_BY_DEFAULT = "model_by_default";

    /** A field whose vectors are each of a whole text. */
    public FieldConfig(
            String path,
            Optional<String> model,
            String space,
            int dimension,
            List<String> sourceFields,
            Similarity similarity) {
        this(path, model, space, dimension, sourceFields, similarity, Optional.empty());
    }

    public FieldConfig {
        sourceFields = List.copyOf(sourceFields);
    }

    /** The name under which Lucene knows the vectors: it carries the space, so that two generations can stand side by side. */
    public String luceneName() {
        return luceneName(path, space);
    }

    static String luceneName(String path, String space) {
        return path + "." + space;
    }

    /**
     * The embedding fields of a mapping, outer ones first. A field whose mapping is not resolved yet (an old template) is resolved by
     * the catalog; one that cannot be is left out, because creating its index will say why.
     */
    public static List<FieldConfig> of(Map<String, ?> mapping, ModelCatalog catalog) {
        List<FieldConfig> found = new ArrayList<>();
        Object root = mapping.get("_doc") instanceof Map<?, ?> typed ? typed : mapping;
        collect("", root, catalog, found);
        return List.copyOf(found);
    }

    private static void collect(String prefix, Object node, ModelCatalog catalog, List<FieldConfig> found) {
        if (!(node instanceof Map<?, ?> object) || !(object.get("properties") instanceof Map<?, ?> properties)) return;
        properties.forEach((name, child) -> {
            if (!(child instanceof Map<?, ?> field)) return;
            String path = prefix + name;
            if (TYPE.equals(field.get("type"))) {
                try {
                    read(path, field, catalog).ifPresent(found::add);
                } catch (IllegalArgumentException e) {
                    // A template that no index can be created from; creating one says why.
                    return;
                }
            }
            collect(path + ".", field, catalog, found);
        });
    }

    private static Optional<FieldConfig> read(String path, Map<?, ?> field, ModelCatalog catalog) {
        Similarity similarity = field.get(SIMILARITY) instanceof String name ? Similarity.of(name) : Similarity.COSINE;
        List<String> sources = SourceFields.parse(field.get(SOURCE_FIELDS));
        Optional<PassageRule> passages = Optional.ofNullable(field.get(PASSAGES)).map(PassageRule::of);
        Optional<String> model = Optional.ofNullable(field.get(MODEL)).map(Object::toString);
        Optional<String> space = Optional.ofNullable(field.get(SPACE)).map(Object::toString);
        Optional<Integer> dimension = Optional.ofNullable(field.get(DIMENSION)).map(Object::toString).map(Integer::valueOf);
        if (space.isPresent() && dimension.isPresent()) {
            if (model.isEmpty() && !sources.isEmpty()) return Optional.empty();
            return Optional.of(new FieldConfig(path, model, space.get(), dimension.get(), sources, similarity, passages));
        }
        if (model.isEmpty() && dimension.isPresent() && sources.isEmpty()) {
            return Optional.of(new FieldConfig(path, model, StoredVector.OWN, dimension.get(), sources, similarity, passages));
        }
        return catalog.find(model.orElseGet(catalog::defaultModel))
                .map(known -> new FieldConfig(path, Optional.of(known.id()), known.space(), known.dimension(), sources,
                        similarity, passages));
    }
}
