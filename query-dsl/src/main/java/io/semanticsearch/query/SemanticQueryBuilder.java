package io.semanticsearch.query;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilderVisitor;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;

/**
 * The {@code semantic} clause: finds the documents whose vectors are nearest to a text, an image or a vector. It is embedded once for each
 * space of the searched indices while the search is rewritten on its coordinating node; shards only ever see vectors.
 */
public final class SemanticQueryBuilder extends AbstractQueryBuilder<SemanticQueryBuilder> implements Restrictable {

    public static final String NAME = "semantic";

    /** The form in which this clause travels between nodes; a node refuses one that it does not know. */
    private static final int FORMAT = 4;

    private final String field;
    private final Subject subject;
    private final Nearest nearest;
    private final Restrictions restrictions;
    /** How this node embeds; not part of the clause, so neither compared nor sent. */
    private final QueryVectors vectors;

    SemanticQueryBuilder(String field, Subject subject, Nearest nearest, QueryVectors vectors) {
        this(field, subject, nearest, Restrictions.NONE, vectors);
    }

    private SemanticQueryBuilder(
            String field,
            Subject subject,
            Nearest nearest,
            Restrictions restrictions,
            QueryVectors vectors) {
        this.field = Objects.requireNonNull(field, "field");
        this.subject = Objects.requireNonNull(subject, "subject");
        this.nearest = Objects.requireNonNull(nearest, "nearest");
        this.restrictions = Objects.requireNonNull(restrictions, "restrictions");
        this.vectors = Objects.requireNonNull(vectors, "vectors");
    }

    /** Reads a clause that another node sent. */
    public SemanticQueryBuilder(StreamInput in, QueryVectors vectors) throws IOException {
        super(in);
        int format = in.readVInt();
        if (format != FORMAT) {
            throw new IOException("a [semantic] clause of format [" + format + "] came in, this node reads [" + FORMAT
                    + "]: the nodes run different versions of the plugin; finish the upgrade");
        }
        this.field = in.readString();
        this.subject = Subject.read(in);
        this.nearest = Nearest.read(in);
        this.restrictions = Restrictions.read(in);
        this.vectors = Objects.requireNonNull(vectors, "vectors");
    }

    /** Reads a clause from the query DSL. */
    public static SemanticQueryBuilder fromXContent(XContentParser parser, QueryVectors vectors) throws IOException {
        return SemanticQueryParser.parse(parser, vectors);
    }

    public String field() {
        return field;
    }

    /** What its hits must match besides. */
    Restrictions restrictions() {
        return restrictions;
    }

    Subject subject() {
        return subject;
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        out.writeVInt(FORMAT);
        out.writeString(field);
        subject.write(out);
        nearest.write(out);
        restrictions.write(out);
    }

    @Override
    protected void doXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject(NAME);
        builder.startObject(field);
        subject.toXContent(builder);
        nearest.toXContent(builder, params);
        printBoostAndQueryName(builder);
        builder.endObject();
        builder.endObject();
    }

    @Override
    protected QueryBuilder doRewrite(QueryRewriteContext context) throws IOException {
        Nearest rewritten = nearest.rewrite(context);
        Subject prepared = subject instanceof Subject.Asked asked
                ? vectors.prepare(field, asked, rewritten, context)
                : subject instanceof Subject.Pending pending
                        ? pending.resolved()
                        : subject;
        Restrictions around = vectors.withAliasFilters(restrictions, context).rewrite(context);
        if (rewritten == nearest && prepared == subject && around == restrictions) return this;
        // What serves as an example is no hit.
        if (subject instanceof Subject.Examples examples && prepared instanceof Subject.Pending)
            around = ExampleDocuments.leftOut(examples.documents()).map(List::of).map(around::and).orElse(around);
        return copy(prepared, rewritten, around);
    }

    private SemanticQueryBuilder copy(Subject subject, Nearest nearest, Restrictions restrictions) {
        return new SemanticQueryBuilder(field, subject, nearest, restrictions, vectors).boost(boost).queryName(queryName);
    }

    @Override
    public QueryBuilder restrictedTo(List<Restriction> more) {
        Restrictions all = restrictions.and(more);
        return all == restrictions ? this : copy(subject, nearest, all);
    }

    @Override
    protected Query doToQuery(QueryShardContext context) throws IOException {
        return SearchedField.of(field, nearest.ignoreUnmapped(), context)
                .map(target -> target.nearest(subject, nearest, restrictions, context))
                .orElseGet(() -> new MatchNoDocsQuery("field [" + field + "] is not mapped here"));
    }

    @Override
    public void visit(QueryBuilderVisitor visitor) {
        visitor.accept(this);
        nearest.filter()
                .ifPresent(filter -> filter.visit(visitor.getChildVisitor(org.apache.lucene.search.BooleanClause.Occur.FILTER)));
    }

    @Override
    protected boolean doEquals(SemanticQueryBuilder other) {
        return field.equals(other.field) && subject.equals(other.subject) && nearest.equals(other.nearest)
                && restrictions.equals(other.restrictions);
    }

    @Override
    protected int doHashCode() {
        return Objects.hash(field, subject, nearest, restrictions);
    }

    @Override
    public String getWriteableName() {
        return NAME;
    }
}
