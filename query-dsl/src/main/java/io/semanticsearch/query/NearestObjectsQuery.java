package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopDocsCollector;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;
import org.apache.lucene.search.knn.KnnCollectorManager;

/** What {@link NearestVectorsQuery} is for documents, for the objects nested in them: of each document it finds the nearest object alone. */
final class NearestObjectsQuery extends DiversifyingChildrenFloatKnnVectorQuery {

    private final String name;
    private final int nearest;
    private final float minScore;

    /**
     * @param target float32 [dimension], as {@link io.semanticsearch.field.Similarity#prepare} made it
     * @param nearest how many documents have an object that is kept
     * @param candidates how many are explored
     * @param minScore Lucene score below which none is kept
     * @param filter objects that may be found, or null for all
     * @param documents tells which Lucene documents are whole documents
     */
    NearestObjectsQuery(
            FieldConfig field,
            float[] target,
            int nearest,
            int candidates,
            float minScore,
            Query filter,
            BitSetProducer documents) {
        super(field.luceneName(), target, filter, candidates, documents);
        this.name = field.path();
        this.nearest = nearest;
        this.minScore = minScore;
    }

    @Override
    protected TopDocs approximateSearch(LeafReaderContext context,
            AcceptDocs acceptDocs,
            int visitedLimit,
            KnnCollectorManager collectors)
            throws IOException {
        if (FieldConfig.isHidden(name, context.reader())) return TopDocsCollector.EMPTY_TOPDOCS;
        FloatVectorValues vectors = context.reader().getFloatVectorValues(field);
        if (vectors != null && SmallShard.holds(context, vectors.dimension())) {
            return super.exactSearch(context, VectorDocs.of(vectors, acceptDocs), NearestVectorsQuery.timeout(collectors));
        }
        return super.approximateSearch(context, acceptDocs, visitedLimit, collectors);
    }

    @Override
    protected TopDocs exactSearch(LeafReaderContext context, DocIdSetIterator accepted, QueryTimeout timeout) throws IOException {
        if (FieldConfig.isHidden(name, context.reader())) return TopDocsCollector.EMPTY_TOPDOCS;
        return super.exactSearch(context, accepted, timeout);
    }

    @Override
    protected TopDocs mergeLeafResults(TopDocs[] perLeaf) {
        return NearestVectorsQuery.best(nearest, minScore, perLeaf);
    }

    @Override
    public String toString(String field) {
        return "semantic(" + name + ", nested, k=" + nearest + ", candidates=" + getK() + ")";
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other)
                && other instanceof NearestObjectsQuery that
                && nearest == that.nearest
                && Float.compare(minScore, that.minScore) == 0
                && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), nearest, minScore, name);
    }
}
