package io.semanticsearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContent.Params;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.sort.ScoreSortBuilder;

/**
 * What a {@code fusion} clause asks for.
 *
 * @param queries those whose hits are fused
 * @param weights how much each counts, 0 or more; empty for the defaults
 * @param window how many of the best documents of each query take part; empty for the larger of 100 and from + size
 * @param filter what all hits must match
 */
record FusionRequest(
        List<QueryBuilder> queries,
        FusionMethod method,
        Optional<List<Float>> weights,
        OptionalInt window,
        Optional<QueryBuilder> filter) {

    static final int DEFAULT_WINDOW = 100;
    /** Each is a search of its own. */
    static final int MAX_QUERIES = 10;
    /** Keywords, and whatever else is not a matter of meaning. */
    static final float DEFAULT_WEIGHT = 1f;
    /** With it min_max beat keywords alone and meaning alone on each of seven sets of questions, with the built-in model. */
    static final float DEFAULT_WEIGHT_OF_MEANING = 0.6f;

    FusionRequest {
        queries = List.copyOf(queries);
        if (queries.isEmpty() || queries.size() > MAX_QUERIES) {
            throw new IllegalArgumentException("[" + FusionQueryParser.QUERIES + "] holds [" + queries.size()
                    + "] queries; expected 1 to " + MAX_QUERIES);
        }
        if (weights.isPresent()) checkWeights(weights.get(), queries.size());
        if (window.isPresent() && (window.getAsInt() < 1 || window.getAsInt() > Nearest.MAX)) {
            throw new IllegalArgumentException("[" + FusionQueryParser.WINDOW_SIZE + "] is [" + window.getAsInt()
                    + "]; expected 1 to " + Nearest.MAX);
        }
    }

    private static void checkWeights(List<Float> weights, int queries) {
        if (weights.size() != queries) {
            throw new IllegalArgumentException("[" + FusionQueryParser.WEIGHTS + "] holds [" + weights.size()
                    + "] numbers for [" + queries + "] queries; give one each, in their order");
        }
        for (float weight : weights) {
            if (!(weight >= 0) || Float.isInfinite(weight)) {
                throw new IllegalArgumentException(
                        "[" + FusionQueryParser.WEIGHTS + "] holds [" + weight + "]; expected 0 or more");
            }
        }
        if (weights.stream().allMatch(weight -> weight == 0)) {
            throw new IllegalArgumentException("[" + FusionQueryParser.WEIGHTS + "] are all 0, so nothing counts");
        }
    }

    /** Whether nothing is left open, so that queries can be searched for as they are. */
    boolean settled() {
        return weights.isPresent() && window.isPresent() && filter.isEmpty();
    }

    /** Fills in what was left open, by the search that the clause is part of, and puts the filter into each query. */
    FusionRequest settled(SubSearch search, Pushdown pushdown) {
        List<Float> weighed = weights.orElseGet(() -> queries.stream().map(FusionRequest::defaultWeight).toList());
        List<QueryBuilder> narrowed = filter.isEmpty()
                ? queries
                : queries.stream().map(query -> narrowed(query, filter.get(), pushdown)).toList();
        int hits = window(search);
        return new FusionRequest(narrowed.stream().map(query -> counted(query, hits)).toList(), method, Optional.of(weighed),
                OptionalInt.of(hits), Optional.empty());
    }

    /**
     * The best of all shards are what a sub-search finds, so that no other search is needed for the k nearest; unless k is more than that:
     * then the clause finds them as any does that is combined with others.
     */
    private static QueryBuilder counted(QueryBuilder query, int window) {
        if (!(query instanceof SemanticQueryBuilder semantic)) return query;
        return semantic.k() <= window ? semantic.counting(Counted.EACH_SHARD) : new BoolQueryBuilder().must(semantic);
    }

    /** Whoever asks for a filter twice wants both. */
    FusionRequest filteredBy(QueryBuilder other) {
        QueryBuilder both = filter.<QueryBuilder>map(first -> new BoolQueryBuilder().filter(first).filter(other)).orElse(other);
        return new FusionRequest(queries, method, weights, window, Optional.of(both));
    }

    /** The same for other queries, which must be as many. */
    FusionRequest with(List<QueryBuilder> rewritten) {
        return new FusionRequest(rewritten, method, weights, window, filter);
    }

    private static float defaultWeight(QueryBuilder query) {
        boolean[] meaning = new boolean[1];
        QueryTree.forEach(query, part -> meaning[0] |= part instanceof SemanticQueryBuilder);
        return meaning[0] ? DEFAULT_WEIGHT_OF_MEANING : DEFAULT_WEIGHT;
    }

    /** Pushed further in where the query, or a part of it, looks for a number of best hits itself. */
    private static QueryBuilder narrowed(QueryBuilder query, QueryBuilder filter, Pushdown pushdown) {
        return query instanceof Restrictable clause
                ? clause.restrictedTo(List.of(new Restriction("", filter)))
                : pushdown.into(new BoolQueryBuilder().must(query).filter(filter));
    }

    private int window(SubSearch search) {
        if (!(search.outer() instanceof SearchRequest request)) return window.orElse(DEFAULT_WINDOW);
        if (request.scroll() != null && window.isEmpty()) {
            throw new IllegalArgumentException("[fusion] needs [" + FusionQueryParser.WINDOW_SIZE
                    + "] in a scroll, and so in [_reindex], [_update_by_query] and [_delete_by_query]: the size of a scroll is that"
                    + " of its batches, so say how many hits of each query are meant");
        }
        SearchSourceBuilder source = request.source();
        long page = source == null
                ? 0
                : (long) Math.max(0, source.from()) + (source.size() < 0 ? Nearest.DEFAULT_K : source.size());
        if (window.isEmpty()) return (int) Math.min(Nearest.MAX, Math.max(DEFAULT_WINDOW, page));
        if (page > window.getAsInt() && source.query() instanceof FusionQueryBuilder && ranked(source)) {
            throw new IllegalArgumentException("[fusion] has a [" + FusionQueryParser.WINDOW_SIZE + "] of [" + window.getAsInt()
                    + "], but [from] + [size] is [" + page + "]: what lies beyond the window has no rank; raise it to [" + page
                    + "] or more");
        }
        return window.getAsInt();
    }

    private static boolean ranked(SearchSourceBuilder source) {
        return source.sorts() == null || source.sorts().isEmpty() || source.sorts().getFirst() instanceof ScoreSortBuilder;
    }

    void write(StreamOutput out) throws IOException {
        out.writeNamedWriteableList(queries);
        method.write(out);
        out.writeBoolean(weights.isPresent());
        if (weights.isPresent()) out.writeCollection(weights.get(), StreamOutput::writeFloat);
        out.writeOptionalVInt(window.isPresent() ? window.getAsInt() : null);
        out.writeOptionalNamedWriteable(filter.orElse(null));
    }

    static FusionRequest read(StreamInput in) throws IOException {
        List<QueryBuilder> queries = in.readNamedWriteableList(QueryBuilder.class);
        FusionMethod method = FusionMethod.read(in);
        Optional<List<Float>> weights = in.readBoolean() ? Optional.of(in.readList(StreamInput::readFloat)) : Optional.empty();
        Integer window = in.readOptionalVInt();
        return new FusionRequest(queries, method, weights, window == null ? OptionalInt.empty() : OptionalInt.of(window),
                Optional.ofNullable(in.readOptionalNamedWriteable(QueryBuilder.class)));
    }

    void toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startArray(FusionQueryParser.QUERIES);
        for (QueryBuilder query : queries) query.toXContent(builder, params);
        builder.endArray();
        builder.field(FusionQueryParser.METHOD, method.name());
        if (method instanceof FusionMethod.ReciprocalRank rrf) builder.field(FusionQueryParser.RANK_CONSTANT, rrf.constant());
        if (weights.isPresent()) builder.field(FusionQueryParser.WEIGHTS, new ArrayList<>(weights.get()));
        if (window.isPresent()) builder.field(FusionQueryParser.WINDOW_SIZE, window.getAsInt());
        if (filter.isPresent()) {
            builder.field(FusionQueryParser.FILTER);
            filter.get().toXContent(builder, params);
        }
    }
}
