package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TimeLimitingKnnCollectorManager;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopDocsCollector;
import org.apache.lucene.search.knn.KnnCollectorManager;

/**
 * Lucene's nearest-neighbour search, which looks for as many as it is to explore; of those the best k are kept. Exploring only k would
 * miss neighbours: the graph is searched greedily.
 */
final class NearestVectorsQuery extends KnnFloatVectorQuery {

    private final FieldConfig config;
    private final float[] target;
    private final int nearest;
    private final float minScore;
    private final Visits visits;

    /**
     * @param target float32 [dimension], as {@link io.semanticsearch.field.Similarity#prepare} made it
     * @param nearest how many are kept
     * @param candidates how many are explored
     * @param minScore Lucene score below which none is kept
     * @param filter documents that may be found, or null for all
     */
    NearestVectorsQuery(FieldConfig field, float[] target, int nearest, int candidates, float minScore, Query filter) {
        this(field, target, nearest, candidates, minScore, filter, new Visits());
    }

    private NearestVectorsQuery(
            FieldConfig field,
            float[] target,
            int nearest,
            int candidates,
            float minScore,
            Query filter,
            Visits visits) {
        super(field.luceneName(), target, candidates, filter);
        this.config = field;
        this.target = target;
        this.nearest = nearest;
        this.minScore = minScore;
        this.visits = visits;
    }

    /** The same search with another filter, which counts in the same place. */
    NearestVectorsQuery among(Query other) {
        return new NearestVectorsQuery(config, target, nearest, getK(), minScore, other, visits);
    }

    /** What the last search looked at. */
    Visits visits() {
        return visits;
    }

    @Override
    protected TopDocs approximateSearch(LeafReaderContext context,
            AcceptDocs acceptDocs,
            int visitedLimit,
            KnnCollectorManager collectors)
            throws IOException {
        if (FieldConfig.isHidden(config.path(), context.reader())) return TopDocsCollector.EMPTY_TOPDOCS;
        FloatVectorValues vectors = context.reader().getFloatVectorValues(getField());
        if (vectors == null) return TopDocsCollector.EMPTY_TOPDOCS;
        int passing = Math.min(acceptDocs.cost(), vectors.size());
        if (SmallShard.holds(context, vectors.dimension()) || NarrowFilter.isNarrow(getK(), passing, vectors.size())) {
            return exactSearch(context, acceptDocs.iterator(), timeout(collectors));
        }
        // Where the nearest don't pass, the walk is long; then Lucene compares with all that do.
        int limit = Math.min(visitedLimit, visitedLimit / 2 + 1);
        return visits.inGraph(context, super.approximateSearch(context, acceptDocs, limit, collectors));
    }

    @Override
    protected TopDocs exactSearch(LeafReaderContext context, DocIdSetIterator accepted, QueryTimeout timeout) throws IOException {
        if (FieldConfig.isHidden(config.path(), context.reader())) return TopDocsCollector.EMPTY_TOPDOCS;
        return visits.exactly(context, super.exactSearch(context, accepted, timeout));
    }

    /** When a search that collects by these is to end; null for never. */
    static QueryTimeout timeout(KnnCollectorManager collectors) {
        return collectors instanceof TimeLimitingKnnCollectorManager limited ? limited.getQueryTimeout() : null;
    }

    @Override
    protected TopDocs mergeLeafResults(TopDocs[] perLeaf) {
        return best(nearest, minScore, perLeaf);
    }

    /** The best of all segments, as far as they reach the score. */
    static TopDocs best(int nearest, float minScore, TopDocs[] perLeaf) {
        TopDocs merged = TopDocs.merge(nearest, perLeaf);
        int kept = 0;
        while (kept < merged.scoreDocs.length && merged.scoreDocs[kept].score >= minScore)
            kept++;
        if (kept == merged.scoreDocs.length) return merged;
        return new TopDocs(merged.totalHits, Arrays.copyOf(merged.scoreDocs, kept, ScoreDoc[].class));
    }

    @Override
    public String toString(String field) {
        return "semantic(" + config.path() + ", k=" + nearest + ", candidates=" + getK() + ")";
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other)
                && other instanceof NearestVectorsQuery that
                && nearest == that.nearest
                && Float.compare(minScore, that.minScore) == 0
                && config.path().equals(that.config.path());
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), nearest, minScore, config.path());
    }
}
