package io.semanticsearch.field;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.index.LeafReader;

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
 * @param generations what it has besides the vectors that serve
 * @param ignoreFailure whether a document is written without its vector where that cannot be made
 */
public record FieldConfig(
        String path,
        Optional<String> model,
        String space,
        int dimension,
        List<String> sourceFields,
        Similarity similarity,
        Optional<PassageRule> passages,
        Generations generations,
        boolean ignoreFailure) {

    /** The name of the type in mappings. */
    public static final String TYPE = "embedding";

    public static final String MODEL = "model";
    public static final String SPACE = "space";
    public static final String DIMENSION = "dimension";
    static final String SOURCE_FIELDS = "source_fields";
    static final String SIMILARITY = "similarity";
    static final String HNSW = "hnsw";
    static final String QUANTIZATION = "quantization";
    static final String PASSAGES = "passages";
    public static final String NEXT = "next";
    static final String PREVIOUS = "previous";
    static final String IGNORE_FAILURE = "ignore_failure";
    static final String MODEL_BY_DEFAULT = "model_by_default";

    /** A field whose vectors are each of a whole text, and whose model was always the same. */
    public FieldConfig(
            String path,
            Optional<String> model,
            String space,
            int dimension,
            List<String> sourceFields,
            Similarity similarity) {
        this(path, model, space, dimension, sourceFields, similarity, Optional.empty(), Generations.NONE, false);
    }

    public FieldConfig {
        sourceFields = List.copyOf(sourceFields);
    }

    /**
     * Whether a reader hides the field at this path from its user. Such a reader hides it by its own name, and does not guard the vectors,
     * which lie under another.
     */
    public static boolean isHidden(String path, LeafReader reader) {
        return reader.getFieldInfos().fieldInfo(path) == null;
    }

    /** The name under which Lucene knows the vectors: it carries the space, so that two generations can stand side by side. */
    public String luceneName() {
        return luceneName(path, space);
    }

    static String luceneName(String path, String space) {
        return path + "." + space;
    }

    /** The field as it is with another of its generations; vectors of the next one may be late, so they are no reason to refuse a document. */
    public FieldConfig with(FieldGeneration generation) {
        return new FieldConfig(path, Optional.of(generation.model()), generation.space(), generation.dimension(), sourceFields,
                similarity, passages, Generations.NONE, true);
    }

    /** The field with each generation of vectors that its documents are to have: the one that serves, then the next. */
    public List<FieldConfig> written() {
        return generations.next().map(next -> List.of(this, with(next))).orElseGet(() -> List.of(this));
    }

    /** The field with its generation in a space, if it has one. */
    public Optional<FieldConfig> in(String otherSpace) {
        if (space.equals(otherSpace)) return Optional.of(this);
        return generations.others().filter(generation -> generation.space().equals(otherSpace)).findFirst().map(this::with);
    }

    /**
     * The embedding fields of a mapping, outer ones first. A field whose mapping is not resolved yet (an old template) is resolved by
     * the catalog; one that cannot be is left out, because creating its index will say why.
     */
    public static List<FieldConfig> of(Map<String, ?> mapping, ModelCatalog catalog) {
        List<FieldConfig> found = new ArrayList<>();
        MappedFields.forEach(mapping, (path, field) -> {
            if (!TYPE.equals(field.get("type"))) return;
            try {
                read(path, field, catalog).ifPresent(found::add);
            } catch (IllegalArgumentException e) {
                // A template that no index can be created from; creating one says why.
            }
        });
        return List.copyOf(found);
    }

    private static Optional<FieldConfig> read(String path, Map<?, ?> field, ModelCatalog catalog) {
        Similarity similarity = field.get(SIMILARITY) instanceof String name ? Similarity.of(name) : Similarity.COSINE;
        List<String> sources = SourceFields.parse(field.get(SOURCE_FIELDS));
        Optional<PassageRule> passages = Optional.ofNullable(field.get(PASSAGES)).map(PassageRule::of);
        boolean ignoreFailure = "true".equals(String.valueOf(field.get(IGNORE_FAILURE)));
        Optional<String> model = Optional.ofNullable(field.get(MODEL)).map(Object::toString);
        Optional<String> space = Optional.ofNullable(field.get(SPACE)).map(Object::toString);
        Optional<Integer> dimension = Optional.ofNullable(field.get(DIMENSION)).map(Object::toString).map(Integer::valueOf);
        if (space.isPresent() && dimension.isPresent()) {
            if (model.isEmpty() && !sources.isEmpty()) return Optional.empty();
            return Optional.of(new FieldConfig(path, model, space.get(), dimension.get(), sources, similarity, passages,
                    generations(field, catalog), ignoreFailure));
        }
        if (model.isEmpty() && dimension.isPresent() && sources.isEmpty()) {
            return Optional.of(new FieldConfig(path, model, StoredVector.OWN, dimension.get(), sources, similarity, passages,
                    Generations.NONE, ignoreFailure));
        }
        return catalog.find(model.orElseGet(catalog::defaultModel))
                .map(known -> new FieldConfig(path, Optional.of(known.id()), known.space(), known.dimension(), sources,
                        similarity, passages, generations(field, catalog), ignoreFailure));
    }

    private static Generations generations(Map<?, ?> field, ModelCatalog catalog) {
        Optional<FieldGeneration> next = Optional.ofNullable(field.get(NEXT))
                .map(node -> FieldGeneration.of(NEXT, node, catalog));
        List<FieldGeneration> previous = field.get(PREVIOUS) instanceof List<?> nodes
                ? nodes.stream().map(node -> FieldGeneration.of(PREVIOUS, node, catalog)).toList()
                : List.of();
        return next.isEmpty() && previous.isEmpty() ? Generations.NONE : new Generations(next, previous);
    }
}
