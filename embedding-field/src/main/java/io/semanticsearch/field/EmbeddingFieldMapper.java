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
        this.passages = passageObject.map(object -> new PassageDocuments(object));
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
        if (parser.currentToken() == XContentParser.Token.VALUE_STRING && StoredForm.isStored(parser.text())) {
            addStored(parser.text(), config, context);
        } else {
            add(List.of(BroughtVector.parse(parser, config.dimension())), config, context);
        }
    }

    private void addStored(String text, FieldConfig config, ParseContext context) throws IOException {
        for (String one : StoredForm.generations(text)) {
            String space = StoredForm.labelOf(one).map(StoredForm.Label::space).orElse(config.space());
            Optional<FieldConfig> generation = config.written().stream().filter(each -> each.space().equals(space)).findFirst();
            if (generation.isEmpty()) {
                // Left over from before the field moved, or ahead of a mapping that this node does not have yet beside what it knows.
                if (config.generations().knows(space) || StoredForm.in(text, config.space()).isPresent()) continue;
                generation = Optional.of(config);
            }
            StoredForm stored = StoredForm.decode(one);
            List<float[]> vectors = stored.vectors();
            ownership.check(stored.label(), generation.get(), one, context.sourceToParse());
            for (float[] vector : vectors) BroughtVector.check(vector, generation.get().dimension());
            add(vectors, generation.get(), context);
        }
    }

    private void add(List<float[]> vectors, FieldConfig config, ParseContext context) {
        if (context.doc().getByKey(config.luceneName()) != null) {
            throw new IllegalArgumentException(
                    "field [" + name() + "] holds more than one vector for one document; where it lies in an array of"
                            + " objects, map the array as [nested]");
        }
        // Says under the field's own name that there is a vector: [exists] asks it, and security rules on the field's name reach it.
        if (context.doc().getByKey(name()) == null) context.doc().addWithKey(name(), new NumericDocValuesField(name(), 1));
        if (passages.isPresent()) {
            context.doc().addWithKey(config.luceneName(), new NumericDocValuesField(PassageDocuments.present(config), 1));
            passages.get().add(context, config, vectors);
            return;
        }
        KnnFloatVectorField field = new KnnFloatVectorField(
                config.luceneName(), config.similarity().prepare(vectors.getFirst()), config.similarity().function());
        context.doc().addWithKey(config.luceneName(), field);
    }

    @Override
    public ParametrizedFieldMapper merge(Mapper mergeWith) {
        if (!(mergeWith instanceof EmbeddingFieldMapper newer)) return super.merge(mergeWith);
        // A mapping that leaves something open means what the field has, whatever the default is by now.
        EmbeddingFieldMapper other = newer.with(newer.settings.filledFrom(settings));
        if (settings.movesTo(other.settings)) return with(settings.moved(other.settings)).merge(other);
        Generations generations = settings.generations().updated(other.settings.generations(), settings.space());
        if (generations.equals(other.settings.generations())) return super.merge(other);
        return super.merge(other.with(other.settings.withGenerations(generations)));
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

    private EmbeddingFieldMapper with(FieldSettings changed) {
        EmbeddingFieldType type = new EmbeddingFieldType(changed.config(fieldType().name()), changed.format(),
                fieldType().meta());
        return new EmbeddingFieldMapper(simpleName(), type, multiFields, copyTo, changed, passageObject());
    }

    @Override
    public void canDeriveSource() {
        throw new MapperParsingException("field [" + name() + "] of type [embedding] cannot be mapped where"
                + " [index.derived_source.enabled] is true: the text and the hash by which a vector is known to be fresh are"
                + " kept in [_source] alone; leave that setting out");
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
