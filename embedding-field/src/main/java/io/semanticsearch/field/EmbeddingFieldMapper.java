package io.semanticsearch.field;

import io.semanticsearch.field.ModelCatalog.KnownModel;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.mapper.FieldMapper;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.ParametrizedFieldMapper;
import org.opensearch.index.mapper.ParseContext;

/**
 * Indexes the vectors of an {@code embedding} field: those that documents bring and those that were made for them. A made vector is
 * indexed only if it belongs to the text that the document holds now.
 */
public final class EmbeddingFieldMapper extends ParametrizedFieldMapper {

    /** Lucene's codec takes more, but its own limit and memory during merges make this a sane bound. */
    public static final int MAX_DIMENSION = 8_192;

    private final FieldSettings settings;
    private final VectorOwnership ownership;

    EmbeddingFieldMapper(String simpleName, EmbeddingFieldType type, MultiFields multiFields, CopyTo copyTo,
            FieldSettings settings) {
        super(simpleName, type, multiFields, copyTo);
        this.settings = settings;
        this.ownership = new VectorOwnership(type.config());
    }

    /** The parser of the type; it resolves what a mapping leaves open by the models that this node knows. */
    public static Mapper.TypeParser parser(ModelCatalog catalog) {
        return (name, node, context) -> {
            Builder builder = new Builder(name);
            builder.parse(name, context, node);
            return builder.resolve(catalog, CodecRule.of(context));
        };
    }

    @Override
    public EmbeddingFieldType fieldType() { return (EmbeddingFieldType) super.fieldType(); }

    FieldSettings settings() { return settings; }

    @Override
    public boolean parsesArrayValue() { return true; }

    @Override
    protected void parseCreateField(ParseContext context) throws IOException {
        XContentParser parser = context.parser();
        if (context.externalValueSet()) {
            throw new IllegalArgumentException(
                    "field [" + name() + "] of type [embedding] cannot be filled by [copy_to] or as a sub-field; list"
                            + " the fields in its [source_fields]");
        }
        if (parser.currentToken() == XContentParser.Token.VALUE_NULL) return;
        FieldConfig config = fieldType().config();
        float[] vector;
        if (parser.currentToken() == XContentParser.Token.VALUE_STRING && StoredVector.isStored(parser.text())) {
            StoredVector stored = StoredVector.decode(parser.text());
            BroughtVector.check(stored.vector(), config.dimension());
            ownership.check(stored, context.sourceToParse());
            vector = stored.vector();
        } else {
            vector = BroughtVector.parse(parser, config.dimension());
        }
        if (context.doc().getByKey(config.luceneName()) != null) {
            throw new IllegalArgumentException(
                    "field [" + name() + "] holds more than one vector for one document; where it lies in an array of"
                            + " objects, map the array as [nested]");
        }
        KnnFloatVectorField field = new KnnFloatVectorField(
                config.luceneName(), config.similarity().prepare(vector), config.similarity().function());
        context.doc().addWithKey(config.luceneName(), field);
        // Says under the field's own name that there is a vector: [exists] asks it, and security rules on the field's name reach it.
        context.doc().add(new NumericDocValuesField(name(), 1));
    }

    @Override
    public ParametrizedFieldMapper merge(Mapper mergeWith) {
        // A mapping that names no model means the one that the field has, whatever the default is by now.
        if (mergeWith instanceof EmbeddingFieldMapper other && other.settings.modelByDefault()) {
            return super.merge(other.inTheSpaceOf(this));
        }
        return super.merge(mergeWith);
    }

    private EmbeddingFieldMapper inTheSpaceOf(EmbeddingFieldMapper existing) {
        FieldSettings moved = settings.withModelOf(existing.settings);
        FieldConfig config = moved.config(fieldType().name());
        return new EmbeddingFieldMapper(
                simpleName(), new EmbeddingFieldType(config, moved.hnsw(), fieldType().meta()), multiFields, copyTo, moved);
    }

    @Override
    public Builder getMergeBuilder() {
        Builder builder = new Builder(simpleName());
        builder.init(this);
        return builder;
    }

    @Override
    protected String contentType() { return FieldConfig.TYPE; }

    private static FieldSettings settings(FieldMapper mapper) { return ((EmbeddingFieldMapper) mapper).settings; }

    /**
     * Parses, merges and writes the parameters of an {@code embedding} field. The mapping that it writes is self-contained: model, space and
     * dimension stand in it, so that it parses on any node at any time.
     */
    static final class Builder extends ParametrizedFieldMapper.Builder {

        private final Parameter<String> model = new Parameter<>(
                FieldConfig.MODEL, false, () -> null, (n, c, o) -> text(FieldConfig.MODEL, o),
                m -> settings(m).model());
        private final Parameter<Integer> dimension = new Parameter<>(
                FieldConfig.DIMENSION, false, () -> 0, (n, c, o) -> number(o), m -> settings(m).dimension());
        private final Parameter<String> space = new Parameter<>(
                FieldConfig.SPACE, false, () -> null, (n, c, o) -> text(FieldConfig.SPACE, o),
                m -> settings(m).space());
        private final Parameter<List<String>> sourceFields = new Parameter<>(
                FieldConfig.SOURCE_FIELDS, false, List::of, (n, c, o) -> SourceFields.parse(n, o),
                m -> settings(m).sourceFields());
        private final Parameter<Similarity> similarity = new Parameter<>(
                FieldConfig.SIMILARITY,
                false,
                () -> Similarity.COSINE,
                (n, c, o) -> Similarity.of(o.toString()),
                m -> settings(m).similarity())
                .setSerializer((b, n, v) -> b.field(n, v.wireName()), Similarity::wireName);
        private final Parameter<Hnsw> hnsw = new Parameter<>(
                FieldConfig.HNSW, false, () -> Hnsw.DEFAULT, (n, c, o) -> Hnsw.of(o), m -> settings(m).hnsw())
                .setSerializer((b, n, v) -> b.field(n, v.toMap()), v -> v.toMap().toString());
        private final Parameter<Boolean> modelByDefault = Parameter.boolParam(
                FieldConfig.MODEL_BY_DEFAULT, true, m -> settings(m).modelByDefault(), false).neverSerialize();
        private final Parameter<Map<String, String>> meta = Parameter.metaParam();

        Builder(String name) { super(name); }

        @Override
        protected List<Parameter<?>> getParameters() {
            return List.of(model, dimension, space, sourceFields, similarity, hnsw, modelByDefault, meta);
        }

        /** Fills in what the mapping left open, once; a mapping that names space and dimension is taken at its word. */
        Builder resolve(ModelCatalog catalog, CodecRule codec) {
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
            }
            if (dimension.getValue() > MAX_DIMENSION) {
                throw new MapperParsingException("field [" + name + "]: [dimension] is [" + dimension.getValue() + "]; at most ["
                        + MAX_DIMENSION + "] can be indexed");
            }
            codec.check(name, dimension.getValue(), hnsw.getValue());
            return this;
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

        @Override
        public EmbeddingFieldMapper build(Mapper.BuilderContext context) {
            FieldSettings settings = new FieldSettings(
                    model.getValue(),
                    space.getValue(),
                    dimension.getValue(),
                    sourceFields.getValue(),
                    similarity.getValue(),
                    hnsw.getValue(),
                    modelByDefault.getValue());
            EmbeddingFieldType type = new EmbeddingFieldType(settings.config(buildFullName(context)), settings.hnsw(),
                    meta.getValue());
            return new EmbeddingFieldMapper(name, type, multiFieldsBuilder.build(this, context), copyTo.build(), settings);
        }

        private static String text(String parameter, Object value) {
            if (value instanceof String text && !text.isBlank()) return text;
            throw new IllegalArgumentException("[" + parameter + "] is [" + value + "]; expected a name");
        }

        private static int number(Object value) {
            try {
                int dimension = Integer.parseInt(String.valueOf(value));
                if (dimension > 0) return dimension;
            } catch (NumberFormatException e) {
                // Said below.
            }
            throw new IllegalArgumentException(
                    "[dimension] is [" + value + "]; expected a whole number from 1 to " + MAX_DIMENSION);
        }
    }
}
