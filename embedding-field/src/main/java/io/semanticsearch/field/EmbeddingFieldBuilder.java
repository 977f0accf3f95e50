package io.semanticsearch.field;

import io.semanticsearch.field.ModelCatalog.KnownModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.index.mapper.FieldMapper;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.ObjectMapper;
import org.opensearch.index.mapper.ParametrizedFieldMapper;
import org.opensearch.index.mapper.ParametrizedFieldMapper.Parameter;

/**
 * Parses, merges and writes the parameters of an {@code embedding} field. The mapping that it writes is self-contained: model, space and
 * dimension stand in it, so that it parses on any node at any time.
 */
final class EmbeddingFieldBuilder extends ParametrizedFieldMapper.Builder {

    private final Parameter<String> model = new Parameter<>(
            FieldConfig.MODEL, false, () -> null, (n, c, o) -> modelName(o),
            m -> settings(m).model());
    private final Parameter<Integer> dimension = new Parameter<>(
            FieldConfig.DIMENSION, false, () -> 0, (n, c, o) -> number(o), m -> settings(m).dimension());
    private final Parameter<String> space = new Parameter<>(
            FieldConfig.SPACE, false, () -> null, (n, c, o) -> space(o),
            m -> settings(m).space());
    private final Parameter<List<String>> sourceFields = new Parameter<>(
            FieldConfig.SOURCE_FIELDS, false, List::of, (n, c, o) -> SourceFields.parse(o),
            m -> settings(m).sourceFields());
    private final Parameter<Similarity> similarity = new Parameter<>(
            FieldConfig.SIMILARITY,
            false,
            () -> Similarity.COSINE,
            (n, c, o) -> Similarity.of(o.toString()),
            m -> settings(m).similarity());
    private final Parameter<Hnsw> hnsw = new Parameter<>(
            FieldConfig.HNSW, true, () -> null, (n, c, o) -> Hnsw.of(o), m -> settings(m).format().hnsw());
    private final Parameter<Quantization> quantization = new Parameter<>(
            FieldConfig.QUANTIZATION, true, () -> null, (n, c, o) -> Quantization.of(o),
            m -> settings(m).format().quantization());
    private final Parameter<PassageRule> passages = new Parameter<>(
            FieldConfig.PASSAGES, false, () -> null, (n, c, o) -> o == null ? null : PassageRule.of(o),
            m -> settings(m).passages())
            .acceptsNull();
    /** As the mapping says it until the models are known. */
    private final Parameter<Object> next = new Parameter<Object>(
            FieldConfig.NEXT, true, () -> null, (n, c, o) -> o, m -> settings(m).generations().next().orElse(null))
            .acceptsNull();
    private final Parameter<Object> previous = new Parameter<Object>(
            FieldConfig.PREVIOUS, true, List::of, (n, c, o) -> list(o), m -> settings(m).generations().previous());
    private final Parameter<Boolean> ignoreFailure = Parameter.boolParam(
            FieldConfig.IGNORE_FAILURE, true, m -> settings(m).ignoreFailure(), false);
    private final Parameter<Boolean> modelByDefault = Parameter.boolParam(
            FieldConfig.MODEL_BY_DEFAULT, true, m -> settings(m).modelByDefault(), false).neverSerialize();
    private final Parameter<Map<String, String>> meta = Parameter.metaParam();
    private VectorFormat.Open formatByDefault = new VectorFormat.Open(false, false);

    /** The nested object of the field's passages, where it was made already: merging knows nothing of the index to make it for. */
    private Optional<ObjectMapper> passageObject = Optional.empty();

    EmbeddingFieldBuilder(String name) {
        super(name);
    }

    EmbeddingFieldBuilder with(Optional<ObjectMapper> madeAlready) {
        this.passageObject = madeAlready;
        return this;
    }

    @Override
    protected List<Parameter<?>> getParameters() {
        return List.of(model, dimension, space, sourceFields, similarity, hnsw, quantization, passages, next, previous,
                ignoreFailure,
                modelByDefault, meta);
    }

    /** Fills in what the mapping left open, once; a mapping that names space and dimension is taken at its word. */
    EmbeddingFieldBuilder resolve(ModelCatalog catalog, CodecRule codec) {
        boolean hasDimension = dimension.getValue() > 0;
        if (space.getValue() == null) {
            if (model.getValue() == null && hasDimension && sourceFields.getValue().isEmpty()) {
                space.setValue(StoredVector.OWN);
            } else {
                resolveModel(catalog);
            }
        } else if (!hasDimension) {
            throw new MapperParsingException("field [" + name + "] names the [space] [" + space.getValue()
                    + "] without its [dimension]; give both or, better, neither");
        } else if (model.getValue() == null && !sourceFields.getValue().isEmpty()) {
            throw new MapperParsingException("field [" + name + "] has [source_fields] in the [space] [" + space.getValue()
                    + "] without the [model] that embeds them; name it, or leave the [space] out");
        }
        if (dimension.getValue() > EmbeddingFieldMapper.MAX_DIMENSION) {
            throw new MapperParsingException("field [" + name + "]: [dimension] is [" + dimension.getValue() + "]; at most ["
                    + EmbeddingFieldMapper.MAX_DIMENSION + "] can be indexed");
        }
        if (passages.getValue() != null && sourceFields.getValue().isEmpty()) {
            throw new MapperParsingException("field [" + name + "] has [passages] and no [source_fields] whose text could be cut;"
                    + " name them, or leave [passages] out");
        }
        formatByDefault = new VectorFormat.Open(quantization.getValue() == null, hnsw.getValue() == null);
        if (formatByDefault.quantization()) quantization.setValue(codec.quantization(dimension.getValue()));
        if (formatByDefault.hnsw()) hnsw.setValue(Hnsw.DEFAULT);
        checkQuantization();
        codec.check(name, dimension.getValue(), format());
        resolveGenerations(catalog, codec);
        return this;
    }

    private void resolveGenerations(ModelCatalog catalog, CodecRule codec) {
        try {
            List<?> nodes = (List<?>) previous.getValue();
            previous.setValue(nodes.stream().map(node -> FieldGeneration.of(FieldConfig.PREVIOUS, node, catalog)).toList());
            if (next.getValue() == null) return;
            if (sourceFields.getValue().isEmpty()) {
                throw new IllegalArgumentException(
                        "[next] needs [source_fields], whose texts the next model embeds; bring vectors of another model in another field");
            }
            FieldGeneration generation = FieldGeneration.of(FieldConfig.NEXT, next.getValue(), catalog);
            // A model of the same space makes the same vectors, so nothing has to move.
            next.setValue(generation.space().equals(space.getValue()) ? null : generation);
            quantization.getValue().check(generation.dimension());
            codec.check(name, generation.dimension(), format());
        } catch (IllegalArgumentException e) {
            throw new MapperParsingException("field [" + name + "]: " + e.getMessage(), e);
        }
    }

    private void checkQuantization() {
        try {
            quantization.getValue().check(dimension.getValue());
        } catch (IllegalArgumentException e) {
            throw new MapperParsingException("field [" + name + "]: " + e.getMessage(), e);
        }
    }

    private Generations generations() {
        List<?> left = (List<?>) previous.getValue();
        FieldGeneration coming = (FieldGeneration) next.getValue();
        return coming == null && left.isEmpty()
                ? Generations.NONE
                : new Generations(Optional.ofNullable(coming), left.stream().map(FieldGeneration.class::cast).toList());
    }

    private VectorFormat format() {
        return new VectorFormat(quantization.getValue(), hnsw.getValue());
    }

    private void resolveModel(ModelCatalog catalog) {
        boolean byDefault = model.getValue() == null;
        String id = byDefault ? catalog.defaultModel() : model.getValue();
        KnownModel known = catalog.find(id)
                .orElseThrow(() -> new MapperParsingException("field [" + name + "]: unknown model [" + id
                        + "]; defined are " + catalog.ids() + ". Define it with PUT /_plugins/_semantic/models/" + id
                        + (byDefault ? " or change the setting [plugins.semantic.default_model]" : "")));
        if (dimension.getValue() > 0 && dimension.getValue() != known.dimension()) {
            throw new MapperParsingException(
                    "field [" + name + "]: [dimension] is [" + dimension.getValue() + "] but model [" + known.id()
                            + "] makes vectors of [" + known.dimension()
                            + "]; leave [dimension] out, or define a model with that [dimensions]");
        }
        model.setValue(known.id());
        dimension.setValue(known.dimension());
        space.setValue(known.space());
        if (byDefault) modelByDefault.setValue(true);
    }

    private static FieldSettings settings(FieldMapper mapper) {
        return ((EmbeddingFieldMapper) mapper).settings();
    }

    @Override
    public EmbeddingFieldMapper build(Mapper.BuilderContext context) {
        FieldSettings settings = new FieldSettings(
                model.getValue(),
                space.getValue(),
                dimension.getValue(),
                sourceFields.getValue(),
                similarity.getValue(),
                format(),
                passages.getValue(),
                generations(),
                ignoreFailure.getValue(),
                modelByDefault.getValue(),
                formatByDefault);
        FieldConfig config = settings.config(buildFullName(context));
        SourceFields.checkOutside(config.path(), config.sourceFields());
        EmbeddingFieldType type = new EmbeddingFieldType(config, settings.format(), meta.getValue());
        Optional<ObjectMapper> object = settings.passages() == null
                ? Optional.empty()
                : passageObject.or(() -> Optional.of(PassageDocuments.objectOf(name, context)));
        return new EmbeddingFieldMapper(
                name, type, multiFieldsBuilder.build(this, context), copyTo.build(), settings, object);
    }

    private static String modelName(Object value) {
        if (value instanceof String name && !name.isBlank()) return name;
        throw new IllegalArgumentException("[model] is [" + value + "]; expected the id of a model");
    }

    /** An id becomes part of a Lucene field's name and of the stored form, so it holds neither a dot nor a colon. */
    private static String space(Object value) {
        if (value instanceof String space && space.matches("[A-Za-z0-9_-]+")) return space;
        throw new IllegalArgumentException("[space] is [" + value + "]; expected letters, digits, [_] and [-]");
    }

    private static List<?> list(Object value) {
        if (value instanceof List<?> list) return list;
        throw new IllegalArgumentException("[" + FieldConfig.PREVIOUS + "] is [" + value + "]; expected a list");
    }

    private static int number(Object value) {
        try {
            int dimension = Integer.parseInt(String.valueOf(value));
            if (dimension > 0) return dimension;
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "[dimension] is [" + value + "]; expected a whole number from 1 to " + EmbeddingFieldMapper.MAX_DIMENSION);
    }
}
