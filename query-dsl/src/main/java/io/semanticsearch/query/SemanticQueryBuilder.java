package io.semanticsearch.query;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.join.ScoreMode;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.NestedQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilderVisitor;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;

/**
 * The {@code semantic} clause: finds the documents whose vectors are nearest to a text, an image or a vector. It is embedded once for each
 * space of the searched indices while the search is rewritten on its coordinating node; shards only ever see vectors.
 */
public final class SemanticQueryBuilder extends AbstractQueryBuilder<SemanticQueryBuilder> implements Restrictable {

    public static final String NAME = "semantic";

    /** The form in which this clause travels between nodes; a node refuses one that it does not know. */
    private static final int FORMAT = 10;

    private final String field;
    private final Subject subject;
    private final Nearest nearest;
    private final Restrictions restrictions;
    private final Counted counted;
    private final Patience patience;
    /** How this node embeds; not part of the clause, so neither compared nor sent. */
    private final QueryVectors vectors;

    SemanticQueryBuilder(String field, Subject subject, Nearest nearest, QueryVectors vectors) {
        this(field, subject, nearest, Restrictions.NONE, Counted.UNDECIDED, Patience.DEFAULT, vectors);
    }

    private SemanticQueryBuilder(
            String field,
            Subject subject,
            Nearest nearest,
            Restrictions restrictions,
            Counted counted,
            Patience patience,
            QueryVectors vectors) {
        this.field = Objects.requireNonNull(field, "field");
        this.subject = Objects.requireNonNull(subject, "subject");
        this.nearest = Objects.requireNonNull(nearest, "nearest");
        this.restrictions = Objects.requireNonNull(restrictions, "restrictions");
        this.counted = Objects.requireNonNull(counted, "counted");
        this.patience = Objects.requireNonNull(patience, "patience");
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
        this.counted = Counted.read(in);
        this.patience = Patience.read(in);
        this.vectors = Objects.requireNonNull(vectors, "vectors");
    }

    /** Reads a clause from the query DSL. */
    public static SemanticQueryBuilder fromXContent(XContentParser parser, QueryVectors vectors) throws IOException {
        return SemanticQueryParser.parse(parser, vectors);
    }

    public String field() {
        return field;
    }

    Subject subject() {
        return subject;
    }

    /** What its hits must match besides. */
    Restrictions restrictions() {
        return restrictions;
    }

    /** How many neighbours it wants. */
    int k() {
        return nearest.effectiveK();
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        out.writeVInt(FORMAT);
        out.writeString(field);
        subject.write(out);
        nearest.write(out);
        restrictions.write(out);
        counted.write(out);
        patience.write(out);
    }

    @Override
    protected void doXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject(NAME);
        builder.startObject(field);
        subject.toXContent(builder);
        nearest.toXContent(builder, params);
        patience.toXContent(builder);
        printBoostAndQueryName(builder);
        builder.endObject();
        builder.endObject();
    }

    @Override
    protected QueryBuilder doRewrite(QueryRewriteContext context) throws IOException {
        Nearest rewritten = nearest.rewrite(context);
        Subject prepared = switch (subject) {
            case Subject.Asked asked -> vectors.prepare(field, asked, rewritten, patience, context);
            case Subject.Pending pending -> pending.resolved();
            case Subject.Embedded embedded -> vectors.complete(field, embedded, rewritten, patience, context);
            case Subject.Given given -> given;
            case Subject.Missed missed -> missed;
        };
        Restrictions around = vectors.withAliasFilters(restrictions, context).rewrite(context);
        // What serves as an example is no hit.
        if (subject instanceof Subject.Examples examples && prepared instanceof Subject.Pending)
            around = ExampleDocuments.leftOut(examples.documents()).map(List::of).map(around::and).orElse(around);
        if (rewritten != nearest || prepared != subject || around != restrictions)
            return copy(prepared, rewritten, around, counted);
        Counted now = switch (counted) {
            // The hits of all shards can be looked for when all else is known.
            case Counted.Undecided undecided when !(subject instanceof Subject.Pending) -> count(context);
            case Counted.Searching searching -> searching.resolved();
            default -> counted;
        };
        return now == counted ? this : counting(now);
    }

    /** Whether what filters this clause is such a clause, too. */
    boolean holdsAnother() {
        return nearest.filter().filter(Pushdown::mayHoldClause).isPresent();
    }

    /** The same clause with its hits counted otherwise. */
    SemanticQueryBuilder counting(Counted other) {
        return copy(subject, nearest, restrictions, other);
    }

    private Counted count(QueryRewriteContext context) {
        Optional<SubSearch> search = SubSearch.of(NAME, context);
        if (search.isEmpty()) return counted;
        // Words match any number of documents, also those of one shard.
        boolean limited = !(subject instanceof Subject.Missed);
        if (limited && vectors.shards(field, search.get().outer()) <= 1) return Counted.EACH_SHARD;
        List<String> nested = vectors.nestedPaths(field, search.get().outer());
        boolean knows = limited && vectors.has(field, search.get().outer());
        if (!nested.isEmpty() && !knows) return Counted.EACH_SHARD;
        int k = nearest.effectiveK();
        if (search.get().outer() instanceof SearchRequest request && Counted.isAlone(request)) {
            context.registerAsyncAction((client, listener) -> {
                OuterSearch.in(client.threadPool().getThreadContext()).ifPresent(outer -> outer.most().set(k));
                listener.onResponse(null);
            });
            return Counted.EACH_SHARD;
        }
        // What finds the hits shows none.
        QueryBuilder each = new SemanticQueryBuilder(
                field, subject, nearest.withoutPassages(), restrictions, Counted.EACH_SHARD, patience, vectors);
        // Hits are documents, also where it is an object nested in them that is near.
        for (String path : nested.reversed()) each = new NestedQueryBuilder(path, each, ScoreMode.Max).ignoreUnmapped(true);
        return Counted.search(each, k, search.get(), context);
    }

    private SemanticQueryBuilder copy(Subject subject, Nearest nearest, Restrictions restrictions, Counted counted) {
        return new SemanticQueryBuilder(field, subject, nearest, restrictions, counted, patience, vectors).boost(boost)
                .queryName(queryName);
    }

    /** This clause, which waits so long for its vector and does that without one. */
    SemanticQueryBuilder with(Patience other) {
        return new SemanticQueryBuilder(field, subject, nearest, restrictions, counted, other, vectors).boost(boost)
                .queryName(queryName);
    }

    @Override
    public QueryBuilder restrictedTo(List<Restriction> more) {
        Restrictions all = restrictions.and(more);
        return all == restrictions ? this : copy(subject, nearest, all, counted);
    }

    /** What tells the best passages of hits that are known already; it matches nothing. Empty where there are none to show. */
    Optional<Query> shownPassages(QueryShardContext context) {
        boolean embedded = subject instanceof Subject.Given || subject instanceof Subject.Embedded;
        if (!embedded || KnnVectorField.of(field, context).isPresent()) return Optional.empty();
        return SearchedField.of(field, nearest.ignoreUnmapped(), context)
                .flatMap(target -> target.shownPassages(subject, nearest, queryName));
    }

    @Override
    protected Query doToQuery(QueryShardContext context) throws IOException {
        Optional<KnnVectorField> elsewhere = KnnVectorField.of(field, context);
        if (elsewhere.isPresent()) {
            if (nearest.passages().isPresent()) {
                throw new QueryShardException(context, "[semantic] field [" + field
                        + "] is not of type [embedding], so it has no [passages] to show; leave [passages] out");
            }
            patience.checkWords(field, List.of(), context);
            return subject instanceof Subject.Missed
                    ? new MatchNoDocsQuery("the text could not be embedded")
                    : elsewhere.get().nearest(subject, nearest, restrictions, counted);
        }
        return SearchedField.of(field, nearest.ignoreUnmapped(), context)
                .map(target -> target.search(subject, nearest, restrictions, counted, patience, queryName, context))
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
                && restrictions.equals(other.restrictions)
                && counted.equals(other.counted)
                && patience.equals(other.patience);
    }

    @Override
    protected int doHashCode() {
        return Objects.hash(field, subject, nearest, restrictions, counted, patience);
    }

    @Override
    public String getWriteableName() {
        return NAME;
    }
}
