package io.semanticsearch.query;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.fetch.subphase.highlight.HighlightBuilder;
import org.opensearch.search.sort.ScoreSortBuilder;
import org.opensearch.search.sort.SortOrder;

/** Over what the k hits of a clause are counted. */
sealed interface Counted {

    Counted UNDECIDED = new Undecided();
    Counted EACH_SHARD = new EachShard();

    /** Where no node coordinates (an alias filter, a percolator query), it stays so. */
    record Undecided() implements Counted {}

    /** Each shard finds k of its own: either there is one shard only, or what all found together is cut to k in the answer. */
    record EachShard() implements Counted {}

    /** The k hits of all shards are being looked for: lives only on the coordinating node, while the search is rewritten. */
    record Searching(AtomicReference<FoundHits> result) implements Counted {

        Counted resolved() {
            FoundHits hits = result.get();
            return hits == null ? this : new Whole(hits);
        }
    }

    /** The k hits of all shards. */
    record Whole(FoundHits hits) implements Counted {}

    /**
     * Whether the clause is all that decides which documents a search answers with, and in which order: then the best of what the shards
     * find are the answer, and one pass over them is enough.
     */
    static boolean isAlone(SearchRequest request) {
        SearchSourceBuilder source = request.source();
        return source != null
                && source.query() instanceof SemanticQueryBuilder clause
                && !clause.holdsAnother()
                && (source.highlighter() == null || !hasQuery(source.highlighter()))
                && request.scroll() == null
                && source.aggregations() == null
                && source.postFilter() == null
                && source.collapse() == null
                && source.slice() == null
                && source.searchAfter() == null
                && source.terminateAfter() == 0
                && (source.rescores() == null || source.rescores().isEmpty())
                && (source.sorts() == null || source.sorts().stream().allMatch(ScoreSortBuilder.class::isInstance)
                        && source.sorts().stream().allMatch(sort -> sort.order() == SortOrder.DESC));
    }

    private static boolean hasQuery(HighlightBuilder highlighter) {
        return highlighter.highlightQuery() != null
                || highlighter.fields().stream().anyMatch(field -> field.highlightQuery() != null);
    }

    /**
     * Looks for the hits of all shards.
     *
     * @param alone the clause, of which each shard finds k
     */
    static Counted search(QueryBuilder alone, int k, SubSearch search, QueryRewriteContext context) {
        Searching searching = new Searching(new AtomicReference<>());
        search.find(List.of(alone), k, context, found -> searching.result.set(found.getFirst()));
        return searching;
    }

    default void write(StreamOutput out) throws IOException {
        switch (this) {
            case Undecided undecided -> out.writeByte((byte) 0);
            case EachShard each -> out.writeByte((byte) 1);
            case Whole whole -> {
                out.writeByte((byte) 2);
                whole.hits.write(out);
            }
            case Searching searching -> throw new IllegalStateException("the hits of all shards are still being looked for");
        }
    }

    static Counted read(StreamInput in) throws IOException {
        byte kind = in.readByte();
        return switch (kind) {
            case 0 -> UNDECIDED;
            case 1 -> EACH_SHARD;
            case 2 -> new Whole(FoundHits.read(in));
            default -> throw new IOException("unknown way [" + kind + "] of counting the hits of a [semantic] clause");
        };
    }
}
