package io.semanticsearch.query;

import io.semanticsearch.query.FoundHits.Place;
import io.semanticsearch.query.FoundHitsQuery.Listed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.Query;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.InnerHitContextBuilder;
import org.opensearch.index.query.MatchNoneQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilderVisitor;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;

/**
 * The {@code fusion} clause: the hits of several queries as one ranking. While the search is rewritten on its coordinating node, the best
 * documents of each query over all shards are found by {@link SubSearch sub-searches}, so that ranks and the range of the scores are those
 * of the whole search. Shards get the lists, and the queries, because what they match beyond their lists counts in totals and aggregations.
 */
public final class FusionQueryBuilder extends AbstractQueryBuilder<FusionQueryBuilder> implements Restrictable {

    public static final String NAME = "fusion";

    /** The form in which this clause travels between nodes; a node refuses one that it does not know. */
    private static final int FORMAT = 1;

    /** How far the sub-searches are. */
    private sealed interface Progress {

        record Asked() implements Progress {}

        /** They run: only on the coordinating node, while the search is rewritten. */
        record Searching(AtomicReference<List<FoundHits>> result) implements Progress {}

        record Found(List<FoundHits> hits) implements Progress {

            public Found {
                hits = List.copyOf(hits);
            }
        }
    }

    private static final Progress ASKED = new Progress.Asked();

    private final FusionRequest request;
    private final Progress progress;

    FusionQueryBuilder(FusionRequest request) {
        this(request, ASKED);
    }

    /** What is known when the sub-searches have ended; hits i belong to query i. */
    FusionQueryBuilder(FusionRequest request, List<FoundHits> hits) {
        this(request, new Progress.Found(hits));
    }

    private FusionQueryBuilder(FusionRequest request, Progress progress) {
        this.request = Objects.requireNonNull(request, "request");
        this.progress = progress;
    }

    /** Reads a clause that another node sent. */
    public FusionQueryBuilder(StreamInput in) throws IOException {
        super(in);
        int format = in.readVInt();
        if (format != FORMAT) {
            throw new IOException("a [fusion] clause of format [" + format + "] came in, this node reads [" + FORMAT
                    + "]: the nodes run different versions of the plugin; finish the upgrade");
        }
        this.request = FusionRequest.read(in);
        this.progress = in.readBoolean() ? new Progress.Found(in.readList(FoundHits::read)) : ASKED;
    }

    /** Reads a clause from the query DSL. */
    public static FusionQueryBuilder fromXContent(XContentParser parser) throws IOException {
        return FusionQueryParser.parse(parser);
    }

    @Override
    public FusionQueryBuilder restrictedTo(List<Restriction> restrictions) {
        FusionRequest restricted = request;
        // What speaks of nested objects stands in a nested query, where this clause is refused.
        for (Restriction restriction : restrictions)
            if (restriction.scope().isEmpty()) restricted = restricted.filteredBy(restriction.query());
        return restricted == request ? this : copy(restricted, progress);
    }

    /** The same with each query changed; this where none was. */
    FusionQueryBuilder withEachQuery(UnaryOperator<QueryBuilder> change) {
        List<QueryBuilder> changed = request.queries().stream().map(change).toList();
        return same(changed) ? this : copy(request.with(changed), progress);
    }

    private FusionQueryBuilder copy(FusionRequest changed, Progress reached) {
        return new FusionQueryBuilder(changed, reached).boost(boost).queryName(queryName);
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        if (progress instanceof Progress.Searching)
            throw new IllegalStateException("the queries of a [fusion] are still searched for");
        out.writeVInt(FORMAT);
        request.write(out);
        out.writeBoolean(progress instanceof Progress.Found);
        if (progress instanceof Progress.Found found) out.writeCollection(found.hits, (o, hits) -> hits.write(o));
    }

    @Override
    protected void doXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject(NAME);
        request.toXContent(builder, params);
        printBoostAndQueryName(builder);
        builder.endObject();
    }

    @Override
    protected QueryBuilder doRewrite(QueryRewriteContext context) throws IOException {
        return switch (progress) {
            case Progress.Asked _ -> {
                Optional<SubSearch> search = SubSearch.of(NAME, context);
                yield search.isPresent() ? ask(search.get(), context) : this;
            }
            case Progress.Searching(AtomicReference<List<FoundHits>> result) ->
                result.get() == null ? this : copy(request, new Progress.Found(result.get()));
            case Progress.Found(List<FoundHits> hits) -> {
                QueryShardContext shard = context.convertToShardContext();
                yield shard == null ? this : onShard(hits, shard);
            }
        };
    }

    /** The queries are rewritten first, and here, so that whatever they need of other nodes is asked for once. */
    private FusionQueryBuilder ask(SubSearch search, QueryRewriteContext context) throws IOException {
        if (!request.settled()) return copy(request.settled(search, new Pushdown(context.getXContentRegistry())), ASKED);
        int window = request.window().getAsInt();
        List<QueryBuilder> rewritten = new ArrayList<>();
        for (QueryBuilder query : request.queries()) rewritten.add(query.rewrite(search.context(query, window, context)));
        if (!same(rewritten)) return copy(request.with(rewritten), ASKED);
        AtomicReference<List<FoundHits>> result = new AtomicReference<>();
        search.find(rewritten, window, context, hits -> result.set(cut(hits)));
        return copy(request, new Progress.Searching(result));
    }

    private boolean same(List<QueryBuilder> queries) {
        return IntStream.range(0, queries.size()).allMatch(i -> queries.get(i) == request.queries().get(i));
    }

    /** A query for the k nearest finds k, though each shard searches for as many. */
    private List<FoundHits> cut(List<FoundHits> hits) {
        return IntStream.range(0, hits.size())
                .mapToObj(i -> request.queries().get(i) instanceof SemanticQueryBuilder semantic
                        ? hits.get(i).first(semantic.k())
                        : hits.get(i))
                .toList();
    }

    /** Whether all that a query matches is in its list, so that a shard need not search for it again. */
    private boolean listed(QueryBuilder query) {
        return query instanceof SemanticQueryBuilder semantic && semantic.k() <= request.window().getAsInt();
    }

    private QueryBuilder onShard(List<FoundHits> hits, QueryShardContext shard) throws IOException {
        List<QueryBuilder> rewritten = new ArrayList<>();
        boolean matches = hits.stream().anyMatch(list -> list.anyAt(Place.of(shard)));
        for (QueryBuilder query : request.queries()) {
            QueryBuilder now = listed(query) ? query : query.rewrite(shard);
            rewritten.add(now);
            matches |= !listed(query) && !(now instanceof MatchNoneQueryBuilder);
        }
        if (!matches) return new MatchNoneQueryBuilder();
        return same(rewritten) ? this : copy(request.with(rewritten), progress);
    }

    @Override
    protected Query doToQuery(QueryShardContext shard) throws IOException {
        if (shard.nestedScope().getObjectMapper() != null) {
            throw new QueryShardException(shard,
                    "[fusion] cannot stand inside of [nested]: it ranks whole documents; put the [nested]"
                            + " queries into its [queries]");
        }
        if (!(progress instanceof Progress.Found(List<FoundHits> hits))) {
            throw new QueryShardException(shard,
                    "[fusion] cannot stand here, because this place is read on the shard alone (an alias"
                            + " filter, a percolator query), and it ranks the hits of all shards together");
        }
        Place here = Place.of(shard);
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        any.add(new FoundHitsQuery(NAME, fusion(hits).at(here)), Occur.SHOULD);
        for (int i = 0; i < hits.size(); i++) {
            QueryBuilder query = request.queries().get(i);
            if (listed(query)) {
                if (query.queryName() != null) shard.addNamedQuery(query.queryName(), list(i, hits.get(i), here));
                // Its hits are known; those who show them still have to know what it looked for.
                ((SemanticQueryBuilder) query).shownPassages(shard).ifPresent(passages -> any.add(passages, Occur.SHOULD));
            } else {
                Query matched = query.toQuery(shard);
                if (matched != null) any.add(new BoostQuery(new ConstantScoreQuery(matched), 0), Occur.SHOULD);
            }
        }
        return any.build();
    }

    private Fusion fusion(List<FoundHits> hits) {
        List<Float> weights = request.weights().orElseThrow();
        float[] numbers = new float[weights.size()];
        for (int i = 0; i < numbers.length; i++) numbers[i] = weights.get(i);
        return new Fusion(request.method(), IntStream.range(0, numbers.length).mapToObj(this::name).toList(), numbers, hits);
    }

    private String name(int query) {
        String given = request.queries().get(query).queryName();
        return given == null ? Integer.toString(query + 1) : given;
    }

    /** The documents here that one query alone found, with its scores. */
    private Query list(int query, FoundHits hits, Place here) {
        List<Listed> listed = hits.hits().stream().filter(hit -> hit.place().equals(here))
                .map(hit -> new Listed(hit.id(), hit.score(),
                        () -> Explanation.match(hit.score(), "found by query [" + name(query) + "]")))
                .toList();
        return new FoundHitsQuery(name(query), listed);
    }

    @Override
    protected void extractInnerHitBuilders(Map<String, InnerHitContextBuilder> innerHits) {
        for (QueryBuilder query : request.queries()) InnerHitContextBuilder.extractInnerHits(query, innerHits);
    }

    @Override
    public void visit(QueryBuilderVisitor visitor) {
        visitor.accept(this);
        for (QueryBuilder query : request.queries()) query.visit(visitor.getChildVisitor(Occur.SHOULD));
        request.filter().ifPresent(filter -> filter.visit(visitor.getChildVisitor(Occur.FILTER)));
    }

    @Override
    protected boolean doEquals(FusionQueryBuilder other) {
        return request.equals(other.request) && progress.equals(other.progress);
    }

    @Override
    protected int doHashCode() {
        return Objects.hash(request, progress);
    }

    @Override
    public String getWriteableName() {
        return NAME;
    }
}
