package io.semanticsearch.field;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryShardContext;

/** Documents that have a field's vector of one generation: {@code {"embedding_generation": {"field": "meaning", "space": "3f2a…"}}}. */
public final class GenerationQueryBuilder extends AbstractQueryBuilder<GenerationQueryBuilder> {

    public static final String NAME = "embedding_generation";

    private static final int FORMAT = 1;
    private static final String FIELD = "field";
    private static final String SPACE = "space";

    private final String field;
    private final String space;

    public GenerationQueryBuilder(String field, String space) {
        this.field = Objects.requireNonNull(field, FIELD);
        this.space = Objects.requireNonNull(space, SPACE);
    }

    /** Reads a clause that another node sent. */
    public GenerationQueryBuilder(StreamInput in) throws IOException {
        super(in);
        int format = in.readVInt();
        if (format != FORMAT) {
            throw new IOException("an [" + NAME + "] clause of format [" + format + "] came in, this node reads [" + FORMAT
                    + "]: the nodes run different versions of the plugin; finish the upgrade");
        }
        this.field = in.readString();
        this.space = in.readString();
    }

    /** Reads a clause from the query DSL. */
    public static GenerationQueryBuilder fromXContent(XContentParser parser) throws IOException {
        Map<String, Object> body = parser.map();
        if (!(body.remove(FIELD) instanceof String field) || !(body.remove(SPACE) instanceof String space) || !body.isEmpty()) {
            throw new ParsingException(parser.getTokenLocation(),
                    "[" + NAME + "] takes [" + FIELD + "] and [" + SPACE + "], both as text");
        }
        return new GenerationQueryBuilder(field, space);
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        out.writeVInt(FORMAT);
        out.writeString(field);
        out.writeString(space);
    }

    @Override
    protected void doXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject(NAME).field(FIELD, field).field(SPACE, space).endObject();
    }

    @Override
    protected Query doToQuery(QueryShardContext context) {
        MappedFieldType type = context.fieldMapper(field);
        if (type == null || !(type.unwrap() instanceof EmbeddingFieldType embedding)) {
            return new MatchNoDocsQuery("field [" + field + "] is not of type [embedding] here");
        }
        return embedding.config().in(space)
                .<Query>map(generation -> new BooleanQuery.Builder()
                        // Every vector leaves its mark under the field's own name, by which a reader hides the field from its user.
                        .add(embedding.existsQuery(context), Occur.FILTER)
                        .add(new FieldExistsQuery(generation.passages().isPresent()
                                ? PassageDocuments.present(generation)
                                : generation.luceneName()), Occur.FILTER)
                        .build())
                .orElseGet(() -> new MatchNoDocsQuery("field [" + field + "] has no vectors of the space [" + space + "]"));
    }

    @Override
    protected boolean doEquals(GenerationQueryBuilder other) {
        return field.equals(other.field) && space.equals(other.space);
    }

    @Override
    protected int doHashCode() {
        return Objects.hash(field, space);
    }

    @Override
    public String getWriteableName() {
        return NAME;
    }
}
