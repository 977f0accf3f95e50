package io.semanticsearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.search.SearchResponseSections;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.SearchExtBuilder;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.internal.InternalSearchResponse;
import org.opensearch.search.profile.SearchProfileShardResults;

/** What an answer says, under {@code ext.semantic}, when it is not the one that was asked for. */
public final class DegradedExt extends SearchExtBuilder {

    public static final String NAME = "semantic";

    /** The form in which it travels between nodes. */
    private static final int FORMAT = 1;

    private final List<String> reasons;

    DegradedExt(List<String> reasons) {
        this.reasons = List.copyOf(reasons);
    }

    /** Reads what another node sent. */
    public DegradedExt(StreamInput in) throws IOException {
        int format = in.readVInt();
        if (format != FORMAT) {
            throw new IOException("an answer with [ext.semantic] of format [" + format + "] came in, this node reads [" + FORMAT
                    + "]: the nodes run different versions of the plugin; finish the upgrade");
        }
        this.reasons = in.readStringList();
    }

    /** Answers have it, searches don't. */
    public static DegradedExt fromXContent(XContentParser parser) {
        throw new ParsingException(parser.getTokenLocation(), "[ext] takes no [semantic]; say what to do without a vector in the"
                + " clause: {\"semantic\": {\"FIELD\": {\"query\": …, \"on_failure\": \"lexical\"}}}");
    }

    /** The answer of a search with what the search says of itself. */
    static SearchResponse added(OuterSearch search, SearchResponse answer) {
        SearchResponseSections sections = answer.getInternalResponse();
        List<SearchExtBuilder> all = new ArrayList<>(sections.getSearchExtBuilders());
        all.add(new DegradedExt(search.degraded()));
        InternalSearchResponse more = new InternalSearchResponse(sections.hits(), (InternalAggregations) sections.aggregations(),
                sections.suggest(), answer.getProfileResults().isEmpty()
                        ? null
                        : new SearchProfileShardResults(answer.getProfileResults()),
                sections.timedOut(), sections.terminatedEarly(), sections.getNumReducePhases(), all,
                sections.getProcessorResult());
        return new SearchResponse(more, answer.getScrollId(), answer.getTotalShards(), answer.getSuccessfulShards(),
                answer.getSkippedShards(), answer.getTook().millis(), answer.getPhaseTook(), answer.getShardFailures(),
                answer.getClusters(), answer.pointInTimeId());
    }

    List<String> reasons() {
        return reasons;
    }

    @Override
    public String getWriteableName() {
        return NAME;
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeVInt(FORMAT);
        out.writeStringCollection(reasons);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.startObject(NAME).field("degraded", reasons).endObject();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DegradedExt that && reasons.equals(that.reasons);
    }

    @Override
    public int hashCode() {
        return Objects.hash(reasons);
    }
}
