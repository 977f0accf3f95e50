package io.semanticsearch.query;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.TaskExecutor;

/** A search for neighbours on one shard, still to be run; {@link SemanticQuery} then knows what it found and how. */
final class SemanticSearch extends Query {

    private final Query search;
    private final Told told;
    private final Optional<Visits> visits;

    /**
     * @param search finds the neighbours when it is rewritten
     * @param visits where that search counts; empty for one that does not count
     */
    SemanticSearch(Query search, Told told, Optional<Visits> visits) {
        this.search = Objects.requireNonNull(search, "search");
        this.told = Objects.requireNonNull(told, "told");
        this.visits = Objects.requireNonNull(visits, "visits");
    }

    /** The query that finds the neighbours. */
    Query search() {
        return search;
    }

    @Override
    public Query rewrite(IndexSearcher searcher) throws IOException {
        visits.ifPresent(Visits::clear);
        long started = System.nanoTime();
        IndexSearcher plain = new Unprofiled(searcher);
        Query found = search;
        for (Query next = found.rewrite(plain); next != found; next = found.rewrite(plain)) found = next;
        long nanos = System.nanoTime() - started;
        Told said = visits.filter(Visits::isAtFullPrecision).isPresent() ? told.withNothingRescored() : told;
        return new SemanticQuery(found, said, visits.map(counted -> counted.cost(nanos)).orElse(Cost.UNKNOWN));
    }

    /**
     * Searches as another searcher does, but is not profiled: OpenSearch's profiler cannot time a rewriting within a rewriting, and would
     * show the parts of the filter as queries beside this one.
     */
    private static final class Unprofiled extends IndexSearcher {

        private final IndexSearcher searcher;

        Unprofiled(IndexSearcher searcher) {
            // Without an executor it would not be asked for its slices; tasks go to the other's.
            super(searcher.getIndexReader(), Runnable::run);
            this.searcher = searcher;
            setQueryCache(searcher.getQueryCache());
            setQueryCachingPolicy(searcher.getQueryCachingPolicy());
            setSimilarity(searcher.getSimilarity());
            setTimeout(searcher.getTimeout());
        }

        @Override
        protected LeafSlice[] slices(List<LeafReaderContext> segments) {
            return searcher.getSlices();
        }

        @Override
        public TaskExecutor getTaskExecutor() {
            return searcher.getTaskExecutor();
        }
    }

    @Override
    public void visit(QueryVisitor visitor) {
        search.visit(visitor);
    }

    @Override
    public String toString(String field) {
        return search.toString(field);
    }

    @Override
    public boolean equals(Object other) {
        return sameClassAs(other) && search.equals(((SemanticSearch) other).search);
    }

    @Override
    public int hashCode() {
        return 31 * classHash() + search.hashCode();
    }
}
