package io.semanticsearch.query;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContent.Params;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryCoordinatorContext;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.search.builder.SearchSourceBuilder;

/**
 * How many neighbours a clause wants and which.
 *
 * @param k how many; left open it becomes the larger of 10 and from + size
 * @param numCandidates how many the graph is searched for, of which the best k are kept
 * @param filter which documents may be found, applied while the graph is searched
 * @param minSimilarity raw similarity below which a neighbour is left out
 * @param model id of a model to embed the text with, in place of the field's own
 * @param ignoreUnmapped whether an index without the field has no hits rather than an error
 * @param passages how many of the best passages of each hit are shown with it
 * @param rescore whether what quantized vectors found is compared again; left open it is the field's default
 */
record Nearest(
        OptionalInt k,
        OptionalInt numCandidates,
        Optional<QueryBuilder> filter,
        Optional<Float> minSimilarity,
        Optional<String> model,
        boolean ignoreUnmapped,
        OptionalInt passages,
        Optional<Rescore> rescore) {

    static final int DEFAULT_K = 10;
    /** With 100 candidates recall@10 is 0.98 among 100,000 embedded texts (256 dimensions, m 16, ef_construction 100); k = 10 alone finds less. */
    static final int DEFAULT_CANDIDATES = 100;
    static final int MAX = 10_000;
    static final int MAX_PASSAGES = 100;

    Nearest {
        k.ifPresent(n -> check(SemanticQueryParser.K, n));
        numCandidates.ifPresent(n -> check(SemanticQueryParser.NUM_CANDIDATES, n));
        if (passages.isPresent() && (passages.getAsInt() < 1 || passages.getAsInt() > MAX_PASSAGES)) {
            throw new IllegalArgumentException("[passages] is [" + passages.getAsInt() + "]; expected 1 to " + MAX_PASSAGES);
        }
        if (k.isPresent() && numCandidates.isPresent() && numCandidates.getAsInt() < k.getAsInt()) {
            throw new IllegalArgumentException(
                    "[num_candidates] is [" + numCandidates.getAsInt() + "], less than [k], which is [" + k.getAsInt()
                            + "]; the best k are chosen among the candidates, so give at least as many");
        }
    }

    /** Leaves the rest to defaults. */
    Nearest(
            OptionalInt k,
            OptionalInt numCandidates,
            Optional<QueryBuilder> filter,
            Optional<Float> minSimilarity,
            Optional<String> model,
            boolean ignoreUnmapped) {
        this(k, numCandidates, filter, minSimilarity, model, ignoreUnmapped, OptionalInt.empty(), Optional.empty());
    }

    private static void check(String name, int value) {
        if (value < 1 || value > MAX) {
            throw new IllegalArgumentException("[" + name + "] is [" + value + "]; expected 1 to " + MAX);
        }
    }

    int effectiveK() {
        return k.orElse(DEFAULT_K);
    }

    int effectiveCandidates() {
        return Math.max(effectiveK(), numCandidates.orElse(DEFAULT_CANDIDATES));
    }

    /** Fills in k from the search that this clause is part of, and rewrites the filter. Returns this where nothing changed. */
    Nearest rewrite(QueryRewriteContext context) throws IOException {
        OptionalInt wanted = k.isPresent() ? k : page(context);
        Optional<QueryBuilder> rewritten = filter;
        if (filter.isPresent()) {
            QueryBuilder query = filter.get().rewrite(context);
            if (query != filter.get()) rewritten = Optional.of(query);
        }
        if (wanted.equals(k) && rewritten == filter) return this;
        OptionalInt candidates = numCandidates.isPresent() && wanted.isPresent()
                ? OptionalInt.of(Math.max(numCandidates.getAsInt(), wanted.getAsInt()))
                : numCandidates;
        return new Nearest(wanted, candidates, rewritten, minSimilarity, model, ignoreUnmapped, passages, rescore);
    }

    /** What the user can see of the result: never fewer hits than asked for, so that paging and [size] need no [k]. */
    private static OptionalInt page(QueryRewriteContext context) {
        QueryCoordinatorContext coordinator = context.convertToCoordinatorContext();
        if (coordinator == null || !(coordinator.getSearchRequest() instanceof SearchRequest request)) return OptionalInt.empty();
        // The size of a scroll is that of its batches: for one who deletes or updates by query it was never said at all.
        if (request.scroll() != null) {
            throw new IllegalArgumentException("[semantic] needs [k] in a scroll, and so in [_reindex], [_update_by_query] and"
                    + " [_delete_by_query]: every document has neighbours, so say how many are meant");
        }
        SearchSourceBuilder source = request.source();
        if (source == null) return OptionalInt.of(DEFAULT_K);
        int from = Math.max(0, source.from());
        int size = source.size() < 0 ? DEFAULT_K : source.size();
        return OptionalInt.of((int) Math.min(MAX, Math.max(DEFAULT_K, (long) from + size)));
    }

    Nearest withoutPassages() {
        return new Nearest(k, numCandidates, filter, minSimilarity, model, ignoreUnmapped, OptionalInt.empty(), rescore);
    }

    void write(StreamOutput out) throws IOException {
        out.writeOptionalVInt(k.isPresent() ? k.getAsInt() : null);
        out.writeOptionalVInt(numCandidates.isPresent() ? numCandidates.getAsInt() : null);
        out.writeOptionalNamedWriteable(filter.orElse(null));
        out.writeOptionalFloat(minSimilarity.orElse(null));
        out.writeOptionalString(model.orElse(null));
        out.writeBoolean(ignoreUnmapped);
        out.writeOptionalVInt(passages.isPresent() ? passages.getAsInt() : null);
        out.writeOptionalWriteable(rescore.orElse(null));
    }

    static Nearest read(StreamInput in) throws IOException {
        return new Nearest(
                optional(in.readOptionalVInt()),
                optional(in.readOptionalVInt()),
                Optional.ofNullable(in.readOptionalNamedWriteable(QueryBuilder.class)),
                Optional.ofNullable(in.readOptionalFloat()),
                Optional.ofNullable(in.readOptionalString()),
                in.readBoolean(),
                optional(in.readOptionalVInt()),
                Optional.ofNullable(in.readOptionalWriteable(Rescore::read)));
    }

    private static OptionalInt optional(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    void toXContent(XContentBuilder builder, Params params) throws IOException {
        if (k.isPresent()) builder.field(SemanticQueryParser.K, k.getAsInt());
        if (numCandidates.isPresent()) builder.field(SemanticQueryParser.NUM_CANDIDATES, numCandidates.getAsInt());
        if (filter.isPresent()) {
            builder.field(SemanticQueryParser.FILTER);
            filter.get().toXContent(builder, params);
        }
        if (minSimilarity.isPresent()) builder.field(SemanticQueryParser.MIN_SIMILARITY, minSimilarity.get());
        if (model.isPresent()) builder.field(SemanticQueryParser.MODEL, model.get());
        if (passages.isPresent()) builder.field(SemanticQueryParser.PASSAGES, passages.getAsInt());
        if (ignoreUnmapped) builder.field(SemanticQueryParser.IGNORE_UNMAPPED, true);
        if (rescore.isPresent()) builder.field(SemanticQueryParser.RESCORE, rescore.get());
    }
}
