package io.semanticsearch.field;

import java.util.List;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.IndexableField;
import org.opensearch.index.mapper.ContentPath;
import org.opensearch.index.mapper.IdFieldMapper;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.NestedPathFieldMapper;
import org.opensearch.index.mapper.ObjectMapper;
import org.opensearch.index.mapper.ParseContext;

/**
 * The nested documents of a field with passages: one for each passage, which holds its vector and what OpenSearch needs to treat it as a
 * nested document, the id by which it is deleted with its parent and the nested path. The nested object that stands for them in the
 * mapping is never written there; with it OpenSearch knows that the index has nested documents, and keeps them out of what counts and lists
 * documents.
 */
final class PassageDocuments {

    /** The name of the nested object below the field. */
    static final String NAME = "passages";

    private final ObjectMapper object;

    PassageDocuments(ObjectMapper object) {
        this.object = object;
    }

    /** The field by which a document says that it has passages of a generation. */
    static String present(FieldConfig config) {
        return config.luceneName() + ".present";
    }

    /**
     * The nested object for a field.
     *
     * @param field simple name of the field
     * @param context of the object that the field lies in
     */
    static ObjectMapper objectOf(String field, Mapper.BuilderContext context) {
        ContentPath path = context.path();
        path.add(field);
        try {
            return new NestedObject().build(context);
        } finally {
            path.remove();
        }
    }

    ObjectMapper object() {
        return object;
    }

    void add(ParseContext context, FieldConfig config, List<float[]> vectors) {
        IndexableField id = context.doc().getField(IdFieldMapper.NAME);
        if (id == null) throw new IllegalStateException("the document of field [" + config.path() + "] has no [_id] yet");
        for (float[] vector : vectors) {
            // By the field's own path, below which the vectors' name lies.
            ParseContext.Document passage = context.createNestedContext(config.path()).doc();
            passage.add(new Field(IdFieldMapper.NAME, id.binaryValue(), IdFieldMapper.Defaults.NESTED_FIELD_TYPE));
            passage.add(NestedPathFieldMapper.field(
                    context.indexSettings().getIndexVersionCreated(), object.nestedTypePath()));
            passage.add(new KnnFloatVectorField(
                    config.luceneName(), config.similarity().prepare(vector), config.similarity().function()));
        }
    }

    private static final class NestedObject extends ObjectMapper.Builder<NestedObject> {

        NestedObject() {
            super(NAME);
            this.builder = this;
            nested(ObjectMapper.Nested.newNested());
        }
    }
}
