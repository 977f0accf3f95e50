package io.semanticsearch.field;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.MappingLookup;
import org.opensearch.index.mapper.ObjectMapper;
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
    private final Optional<PassageDocuments> passages;

    EmbeddingFieldMapper(String simpleName, EmbeddingFieldType type, MultiFields multiFields, CopyTo copyTo,
            FieldSettings settings, Optional<ObjectMapper> passageObject) {
        super(simpleName, type, multiFields, copyTo);
        this.passages = passageObject.map(object -> new PassageDocuments(type.config(), object));
        this.settings = settings;
        this.ownership = new VectorOwnership(type.config());
    }

    /** The parser of the type; it resolves what a mapping leaves open by the models that this node knows. */
    public static Mapper.TypeParser parser(ModelCatalog catalog) {
        return (name, node, context) -> {
            if (context.isWithinMultiField()) {
                throw new MapperParsingException(
                        "field [" + name + "] of type [embedding] cannot be a sub-field; map it as a field of its"
                                + " own and list the field that holds the text in its [source_fields]");
            }
            for (String parameter : List.of("fields", "copy_to")) {
                if (node.containsKey(parameter)) {
                    throw new MapperParsingException("field [" + name + "] of type [embedding] takes no [" + parameter + "]");
                }
            }
            EmbeddingFieldBuilder builder = new EmbeddingFieldBuilder(name);
            try {
                builder.parse(name, context, node);
            } catch (IllegalArgumentException e) {
                throw new MapperParsingException("field [" + name + "]: " + e.getMessage(), e);
            }
            return builder.resolve(catalog, CodecRule.of(context));
        };
    }

    @Override
    public EmbeddingFieldType fieldType() {
        return (EmbeddingFieldType) super.fieldType();
    }

    FieldSettings settings() {
        return settings;
    }

    @Override
    public boolean parsesArrayValue() {
        return true;
    }

    /**
     * Refuses a vector in one sentence. The framework's would quote the value, kilobytes of base64, and {@code index.mapping.ignore_malformed}
     * would leave the vector out without a word.
     */
    @Override
    public void parse(ParseContext context) throws IOException {
        if (isPluggableDataFormatFeatureEnabled(context)) {
            super.parse(context);
            return;
        }
        try {
            parseCreateField(context);
        } catch (IllegalArgumentException e) {
            throw new MapperParsingException("failed to parse field [{}] of type [{}] in document with id '{}': {}", e, name(),
                    contentType(), context.sourceToParse().id(), e.getMessage());
        }
    }

    @Override
    protected void parseCreateField(ParseContext context) throws IOException {
        XContentParser parser = context.parser();
        if (context.isWithinCopyTo()) {
            throw new IllegalArgumentException("field [" + name()
                    + "] of type [embedding] cannot be filled by [copy_to]; list the fields in its [source_fields]");
        }
        if (parser.currentToken() == XContentParser.Token.VALUE_NULL) return;
        FieldConfig config = fieldType().config();
        List<float[]> vectors;
        if (parser.currentToken() == XContentParser.Token.VALUE_STRING && StoredForm.isStored(parser.text())) {
            String text = parser.text();
            StoredForm stored = StoredForm.decode(text);
            vectors = stored.vectors();
            for (float[] vector : vectors) BroughtVector.check(vector, config.dimension());
            ownership.check(stored.label(), text, context.sourceToParse());
        } else {
            vectors = List.of(BroughtVector.parse(parser, config.dimension()));
        }
        if (context.doc().getByKey(config.luceneName()) != null) {
            throw new IllegalArgumentException(
                    "field [" + name() + "] holds more than one vector for one document; where it lies in an array of"
                            + " objects, map the array as [nested]");
        }
        // Says under the field's own name that there is a vector: [exists] asks it, and security rules on the field's name reach it.
        NumericDocValuesField present = new NumericDocValuesField(name(), 1);
        if (passages.isPresent()) {
            context.doc().addWithKey(config.luceneName(), present);
            passages.get().add(context, vectors);
            return;
        }
        KnnFloatVectorField field = new KnnFloatVectorField(
                config.luceneName(), config.similarity().prepare(vectors.getFirst()), config.similarity().function());
        context.doc().addWithKey(config.luceneName(), field);
        context.doc().add(present);
    }

    @Override
    public ParametrizedFieldMapper merge(Mapper mergeWith) {
        // A mapping that names no model means the one that the field has, whatever the default is by now.
        if (mergeWith instanceof EmbeddingFieldMapper other && other.settings.modelByDefault()) {
            return super.merge(other.inTheSpaceOf(this));
        }
        return super.merge(mergeWith);
    }

    /** Refuses what only the whole mapping shows. */
    @Override
    protected void doValidate(MappingLookup mappers) {
        for (String source : settings.sourceFields()) {
            if (mappers.getMapper(source) instanceof EmbeddingFieldMapper) {
                throw new MapperParsingException("field [" + name() + "]: [source_fields] holds [" + source
                        + "], which holds vectors; name the fields that hold the text");
            }
        }
        for (int dot = name().indexOf('.'); dot >= 0; dot = name().indexOf('.', dot + 1)) {
            ObjectMapper parent = mappers.objectMappers().get(name().substring(0, dot));
            if (parent == null) continue;
            if (parent.nested().isIncludeInParent()) throw meeting(parent, "include_in_parent");
            if (parent.nested().isIncludeInRoot()) throw meeting(parent, "include_in_root");
        }
    }

    private MapperParsingException meeting(ObjectMapper parent, String option) {
        return new MapperParsingException(
                "field [" + name() + "] of type [embedding] lies under [" + parent.name() + "], whose [" + option
                        + "] would bring several vectors into one document; leave it out");
    }

    private EmbeddingFieldMapper inTheSpaceOf(EmbeddingFieldMapper existing) {
        FieldSettings moved = settings.withModelOf(existing.settings);
        FieldConfig config = moved.config(fieldType().name());
        return new EmbeddingFieldMapper(
                simpleName(), new EmbeddingFieldType(config, moved.hnsw(), fieldType().meta()), multiFields, copyTo, moved,
                passageObject());
    }

    @Override
    public ParametrizedFieldMapper.Builder getMergeBuilder() {
        EmbeddingFieldBuilder builder = new EmbeddingFieldBuilder(simpleName()).with(passageObject());
        builder.init(this);
        return builder;
    }

    private Optional<ObjectMapper> passageObject() {
        return passages.map(PassageDocuments::object);
    }

    /** Shows OpenSearch that there are nested documents, so that it keeps them out of what counts and lists documents. */
    @Override
    public Iterator<Mapper> iterator() {
        List<Mapper> below = new ArrayList<>();
        super.iterator().forEachRemaining(below::add);
        passageObject().ifPresent(below::add);
        return below.iterator();
    }

    @Override
    protected String contentType() {
        return FieldConfig.TYPE;
    }
}
