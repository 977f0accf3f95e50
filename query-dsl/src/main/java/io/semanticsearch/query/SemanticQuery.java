package io.semanticsearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.FilterWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;
import org.opensearch.search.profile.ProfileMetric;

/**
 * The neighbours that one shard found, with what is to be told of how: this is what [profile] shows and [explain] asks. Its class name is
 * the type that [profile] shows.
 */
public final class SemanticQuery extends Query {

    private final Query found;
    private final Told told;
    private final Cost cost;

    /**
     * @param found matches the neighbours; rewritten
     * @param cost what finding them took; of all shards where they were found before, in a search of its own
     */
    SemanticQuery(Query found, Told told, Cost cost) {
        this.found = found;
        this.told = told;
        this.cost = cost;
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost) throws IOException {
        return new FilterWeight(this, found.createWeight(searcher, mode, boost)) {
            @Override
            public Explanation explain(LeafReaderContext context, int document) throws IOException {
                Explanation explanation = in.explain(context, document);
                return explanation.isMatch()
                        ? told(explanation.getValue().floatValue(), boost)
                        : Explanation.noMatch("not among the neighbours: " + told, details());
            }
        };
    }

    private Explanation told(float score, float boost) {
        List<Explanation> details = new ArrayList<>();
        if (boost != 0) {
            details.add(Explanation.match(told.field().similarity().similarity(score / boost),
                    "similarity [" + told.field().similarity() + "] of this document and the " + told.origin()));
        }
        if (boost != 1) details.add(Explanation.match(boost, "boost"));
        details.addAll(details());
        return Explanation.match(score, "score of " + told, details);
    }

    private List<Explanation> details() {
        List<Explanation> details = new ArrayList<>();
        details.add(Explanation.match(told.k(), "k, how many neighbours are kept"));
        details.add(Explanation.match(told.candidates(), "num_candidates, how many neighbours the graph is searched for"));
        if (cost.known())
            details.add(Explanation.match(cost.vectors(), "vectors visited, filter [" + told.filterMode(cost) + "]"));
        return details;
    }

    /**
     * Numbers for the breakdown of [profile]. Where segments are searched side by side OpenSearch makes metrics for the query, which it does
     * not show, and then for each segment, which it adds up: so the first of a segment has it all.
     */
    public Collection<Supplier<ProfileMetric>> metrics() {
        List<Supplier<ProfileMetric>> metrics = new ArrayList<>();
        if (cost.known()) cost.numbers().forEach((name, value) -> metrics.add(metric(name, value)));
        if (told.embeddingNanos().isPresent())
            metrics.add(metric("semantic_embedding_time", told.embeddingNanos().getAsLong()));
        return metrics;
    }

    private static Supplier<ProfileMetric> metric(String name, long value) {
        AtomicInteger made = new AtomicInteger();
        return () -> {
            long shown = made.incrementAndGet() <= 2 ? value : 0;
            return new ProfileMetric(name) {
                @Override
                public Map<String, Long> toBreakdownMap() {
                    return Map.of(name, shown);
                }
            };
        };
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
    }

    @Override
    public String toString(String field) {
        String spent = cost.known()
                ? ", filter [" + told.filterMode(cost) + "], vectors visited [" + cost.vectors() + "], searched in ["
                        + millis(cost.nanos()) + "]"
                : "";
        String embedded = told.embeddingNanos().isPresent()
                ? ", embedded in [" + millis(told.embeddingNanos().getAsLong()) + "]"
                : "";
        return told + spent + embedded;
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3fms", nanos / 1e6);
    }

    @Override
    public boolean equals(Object other) {
        return sameClassAs(other) && found.equals(((SemanticQuery) other).found);
    }

    @Override
    public int hashCode() {
        return 31 * classHash() + found.hashCode();
    }
}
