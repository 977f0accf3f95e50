package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import java.io.IOException;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopDocsCollector;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;
import org.apache.lucene.search.join.ScoreMode;
import org.apache.lucene.search.join.ToChildBlockJoinQuery;
import org.apache.lucene.search.join.ToParentBlockJoinQuery;
import org.apache.lucene.search.knn.KnnCollectorManager;
import org.opensearch.common.lucene.search.Queries;
import org.opensearch.index.mapper.ObjectMapper;
import org.opensearch.index.query.QueryShardContext;

/**
 * The nearest passages, of each document its best alone: what {@link NearestVectorsQuery} is for vectors of whole texts. It finds the nested
 * documents of passages; {@link #documents} joins them to the documents that they are of.
 */
final class NearestPassagesQuery extends DiversifyingChildrenFloatKnnVectorQuery {

    /**
     * Segments with so few numbers in their vectors are read through, which takes about a millisecond. Passages of one document are much
     * alike, and the one that is not has few ways to it in the graph, or none: of 700 passages about paperwork with four that answer
     * questions, the graph missed one answer, however many candidates it was to find.
     */
    private static final long EXACT_FLOATS = 1 << 22;

    private final String name;
    private final int nearest;
    private final float minScore;

    private NearestPassagesQuery(
            FieldConfig field, float[] target, int nearest, int candidates, float minScore, Query filter,
            BitSetProducer documents) {
        super(field.luceneName(), target, filter, candidates, documents);
        this.name = field.path();
        this.nearest = nearest;
        this.minScore = minScore;
    }

    /**
     * The documents of the nearest passages, each scored by its best.
     *
     * @param target float32 [dimension], as {@link io.semanticsearch.field.Similarity#prepare} made it
     * @param nearest how many documents are kept
     * @param candidates how many documents are explored
     * @param minScore Lucene score of a passage below which none is kept
     * @param filter documents that may be found, or null for all
     * @param compared what is made of the query for passages before they are joined to documents
     * @param shard whose nested scope says what a document is: a nested object where the clause stands in a nested query
     */
    static Query documents(
            FieldConfig field,
            float[] target,
            int nearest,
            int candidates,
            float minScore,
            Query filter,
            UnaryOperator<Query> compared,
            QueryShardContext shard) {
        ObjectMapper scope = shard.nestedScope().getObjectMapper();
        Query all = scope == null ? Queries.newNonNestedFilter() : scope.nestedTypeFilter();
        BitSetProducer documents = shard.bitsetFilter(all);
        Query ofPassages = filter == null ? null : new ToChildBlockJoinQuery(both(filter, all), documents);
        Query passages = new NearestPassagesQuery(field, target, nearest, candidates, minScore, ofPassages, documents);
        return new ToParentBlockJoinQuery(compared.apply(passages), documents, ScoreMode.Max);
    }

    /** A filter may match nested documents too, which the join takes for a mistake. */
    private static Query both(Query filter, Query all) {
        return new BooleanQuery.Builder().add(filter, BooleanClause.Occur.FILTER).add(all, BooleanClause.Occur.FILTER).build();
    }

    @Override
    protected TopDocs approximateSearch(LeafReaderContext context,
            AcceptDocs acceptDocs,
            int visitedLimit,
            KnnCollectorManager collectors)
            throws IOException {
        if (FieldConfig.isHidden(name, context.reader())) return TopDocsCollector.EMPTY_TOPDOCS;
        FloatVectorValues vectors = context.reader().getFloatVectorValues(field);
        if (vectors != null && (long) vectors.size() * vectors.dimension() <= EXACT_FLOATS) {
            return super.exactSearch(context, VectorDocs.of(vectors, acceptDocs), NearestVectorsQuery.timeout(collectors));
        }
        return super.approximateSearch(context, acceptDocs, visitedLimit, collectors);
    }

    @Override
    protected TopDocs exactSearch(LeafReaderContext context, DocIdSetIterator accepted, QueryTimeout timeout) throws IOException {
        if (FieldConfig.isHidden(name, context.reader())) return TopDocsCollector.EMPTY_TOPDOCS;
        return super.exactSearch(context, accepted, timeout);
    }

    /** A document lies in one segment, so that what is merged here are different documents. */
    @Override
    protected TopDocs mergeLeafResults(TopDocs[] perLeaf) {
        return NearestVectorsQuery.best(nearest, minScore, perLeaf);
    }

    @Override
    public String toString(String field) {
        return "semantic(" + name + ", passages, k=" + nearest + ", candidates=" + getK() + ")";
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other)
                && other instanceof NearestPassagesQuery that
                && nearest == that.nearest
                && Float.compare(minScore, that.minScore) == 0
                && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), nearest, minScore, name);
    }
}
