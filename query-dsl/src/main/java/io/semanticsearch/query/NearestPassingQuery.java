package io.semanticsearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.TopDocs;

/**
 * The nearest of what passes a filter. The filter is asked first. Where it is {@link NarrowFilter narrow} in every segment, all that passes
 * is compared with the numbers of the vectors in one pass, which is exact and leaves nothing to compare again; elsewhere the graph is
 * searched among what passes.
 */
final class NearestPassingQuery extends Query {

    /** Reading so many numbers takes some microseconds, and so does handing them to other threads. */
    private static final int FEW_NUMBERS = 1 << 16;

    /** The vectors of one segment. */
    private record Segment(LeafReaderContext context, FloatVectorValues vectors) {}

    private final NearestVectorsQuery search;
    private final FullPrecision comparison;
    private final boolean quantized;

    /**
     * @param search with the filter
     * @param comparison how many are kept in the end
     * @param quantized whether the search compares vectors that have fewer bits, so that what it finds is compared again
     */
    NearestPassingQuery(NearestVectorsQuery search, FullPrecision comparison, boolean quantized) {
        this.search = Objects.requireNonNull(search, "search");
        this.comparison = Objects.requireNonNull(comparison, "comparison");
        this.quantized = quantized;
    }

    /** What searches where more passes. */
    NearestVectorsQuery search() {
        return search;
    }

    private Query compared(NearestVectorsQuery found) {
        return quantized ? new FullPrecisionQuery(found, comparison) : found;
    }

    @Override
    public Query rewrite(IndexSearcher searcher) throws IOException {
        Query filter = searcher.rewrite(search.getFilter());
        if (filter instanceof MatchNoDocsQuery) return filter;
        if (filter instanceof MatchAllDocsQuery) return compared(search);
        PassingDocs passing = PassingDocs.of(filter, searcher);
        List<Segment> segments = new ArrayList<>();
        long numbers = 0;
        for (LeafReaderContext context : searcher.getLeafContexts()) {
            FloatVectorValues vectors = comparison.vectors(context);
            if (vectors == null) continue;
            int compared = Math.min(passing.count(context), vectors.size());
            numbers += (long) compared * vectors.dimension();
            boolean isNarrow = NarrowFilter.isNarrow(search.getK(), compared, vectors.size());
            if (!isNarrow || quantized && !NarrowFilter.isFewNumbers(numbers)) return compared(search.among(passing));
            segments.add(new Segment(context, vectors));
        }
        List<TopDocs> best = new ArrayList<>();
        if (numbers <= FEW_NUMBERS) {
            for (Segment segment : segments) best.add(best(segment, passing, searcher.getTimeout()));
        } else {
            List<Callable<TopDocs>> tasks = new ArrayList<>();
            for (Segment segment : segments) tasks.add(() -> best(segment, passing, searcher.getTimeout()));
            best.addAll(searcher.getTaskExecutor().invokeAll(tasks));
        }
        TopDocs hits = TopDocs.merge(comparison.nearest(), best.toArray(TopDocs[]::new));
        return ScoredDocs.of(searcher.getIndexReader(), this, hits.scoreDocs);
    }

    private TopDocs best(Segment segment, PassingDocs passing, QueryTimeout timeout) throws IOException {
        LeafReaderContext context = segment.context();
        return search.visits()
                .atFullPrecision(context, comparison.best(context, segment.vectors(), passing.in(context), timeout));
    }

    @Override
    public void visit(QueryVisitor visitor) {
        search.visit(visitor);
    }

    @Override
    public String toString(String field) {
        return compared(search).toString(field);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NearestPassingQuery that && quantized == that.quantized && search.equals(that.search)
                && comparison.equals(that.comparison);
    }

    @Override
    public int hashCode() {
        return Objects.hash(search, comparison, quantized);
    }
}
