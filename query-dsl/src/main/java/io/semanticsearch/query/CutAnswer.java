package io.semanticsearch.query;

import java.util.Arrays;
import org.apache.lucene.search.TotalHits;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.search.SearchHit;
import org.opensearch.search.SearchHits;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.internal.InternalSearchResponse;
import org.opensearch.search.profile.SearchProfileShardResults;

/** The answer to a search whose shards found more than it has hits, k each: cut to the best k of all, in its hits and in their number. */
final class CutAnswer {

    private CutAnswer() {}

    /** @param most how many hits there are on all pages together */
    static SearchResponse to(int most, SearchRequest request, SearchResponse response) {
        SearchHits hits = response.getHits();
        int from = request.source() == null ? 0 : Math.max(0, request.source().from());
        int shown = Math.max(0, Math.min(hits.getHits().length, most - from));
        TotalHits total = hits.getTotalHits();
        boolean fewer = total != null && total.value() > most;
        if (shown == hits.getHits().length && !fewer) return response;
        SearchHit[] kept = Arrays.copyOf(hits.getHits(), shown);
        SearchHits cut = new SearchHits(kept, fewer ? new TotalHits(most, TotalHits.Relation.EQUAL_TO) : total,
                hits.getMaxScore(), hits.getSortFields(), hits.getCollapseField(), hits.getCollapseValues());
        InternalSearchResponse inner = new InternalSearchResponse(
                cut,
                (InternalAggregations) response.getAggregations(),
                response.getSuggest(),
                response.getProfileResults().isEmpty() ? null : new SearchProfileShardResults(response.getProfileResults()),
                response.isTimedOut(),
                response.isTerminatedEarly(),
                response.getNumReducePhases(),
                response.getInternalResponse().getSearchExtBuilders(),
                response.getInternalResponse().getProcessorResult());
        return new SearchResponse(
                inner,
                response.getScrollId(),
                response.getTotalShards(),
                response.getSuccessfulShards(),
                response.getSkippedShards(),
                response.getTook().millis(),
                response.getPhaseTook(),
                response.getShardFailures(),
                response.getClusters(),
                response.pointInTimeId());
    }
}
