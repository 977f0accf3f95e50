package io.semanticsearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.join.ToChildBlockJoinQuery;
import org.opensearch.common.lucene.search.Queries;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.index.mapper.ObjectMapper;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.support.NestedScope;

/**
 * What surrounds a clause and decides what it may find.
 *
 * @param beside what stands beside the clause, or beside what holds it
 * @param aliasFilters the filter of the aliases by which an index is searched, by the index's UUID; none for an index that is searched
 *        whole
 */
record Restrictions(List<Restriction> beside, Map<String, QueryBuilder> aliasFilters) {

    static final Restrictions NONE = new Restrictions(List.of(), Map.of());

    Restrictions {
        beside = List.copyOf(beside);
        // Sorted, so that equal clauses travel as equal bytes: they are the key of cached answers.
        aliasFilters = new TreeMap<>(aliasFilters);
    }

    /** These and more; each once, however often it is added. */
    Restrictions and(List<Restriction> more) {
        Set<Restriction> all = new LinkedHashSet<>(beside);
        return all.addAll(more) ? new Restrictions(new ArrayList<>(all), aliasFilters) : this;
    }

    Restrictions withAliasFilters(Map<String, QueryBuilder> found) {
        if (aliasFilters.entrySet().containsAll(found.entrySet())) return this;
        Map<String, QueryBuilder> all = new TreeMap<>(aliasFilters);
        all.putAll(found);
        return new Restrictions(beside, all);
    }

    /** Returns this where nothing changed. Alias filters are left to the shard, as OpenSearch does with them. */
    Restrictions rewrite(QueryRewriteContext context) throws IOException {
        boolean onShard = context.convertToShardContext() != null;
        boolean changed = false;
        List<Restriction> rewritten = new ArrayList<>();
        for (Restriction restriction : beside) {
            Restriction now = restriction.rewrite(context);
            changed |= now != restriction;
            rewritten.add(now);
        }
        Map<String, QueryBuilder> filters = new TreeMap<>();
        for (Map.Entry<String, QueryBuilder> entry : aliasFilters.entrySet()) {
            boolean own = onShard && entry.getKey().equals(uuid(context.convertToShardContext()));
            QueryBuilder now = own ? entry.getValue().rewrite(context) : entry.getValue();
            changed |= now != entry.getValue();
            filters.put(entry.getKey(), now);
        }
        return changed ? new Restrictions(rewritten, filters) : this;
    }

    /**
     * The documents or nested objects that may be found on a shard.
     *
     * @param filter the clause's own
     */
    Optional<Query> toQuery(Optional<QueryBuilder> filter, QueryShardContext shard) throws IOException {
        List<Query> all = new ArrayList<>();
        if (filter.isPresent()) all.add(filter.get().toQuery(shard));
        for (Restriction restriction : beside) all.add(inScope(restriction, shard));
        QueryBuilder aliasFilter = aliasFilters.get(uuid(shard));
        if (aliasFilter != null) all.add(inScope(new Restriction("", aliasFilter), shard));
        if (all.isEmpty()) return Optional.empty();
        if (all.size() == 1) return Optional.of(all.getFirst());
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        for (Query one : all) query.add(one, Occur.FILTER);
        return Optional.of(query.build());
    }

    private static String uuid(QueryShardContext shard) {
        return shard.getFullyQualifiedIndex().getUUID();
    }

    /** The query where its scope is that of the clause; else the objects inside of what the query matches. */
    private static Query inScope(Restriction restriction, QueryShardContext shard) throws IOException {
        NestedScope scope = shard.nestedScope();
        List<ObjectMapper> left = new ArrayList<>();
        Query query;
        ObjectMapper outer;
        try {
            while (!path(scope.getObjectMapper()).equals(restriction.scope()))
                left.add(scope.previousLevel());
            outer = scope.getObjectMapper();
            query = restriction.query().toQuery(shard);
        } finally {
            for (ObjectMapper level : left.reversed()) scope.nextLevel(level);
        }
        if (left.isEmpty()) return query;
        Query parents = outer == null ? Queries.newNonNestedFilter() : outer.nestedTypeFilter();
        return new ToChildBlockJoinQuery(Queries.filtered(query, parents), shard.bitsetFilter(parents));
    }

    private static String path(ObjectMapper scope) {
        return scope == null ? "" : scope.fullPath();
    }

    void write(StreamOutput out) throws IOException {
        out.writeCollection(beside, (to, restriction) -> restriction.write(to));
        out.writeMap(aliasFilters, StreamOutput::writeString, StreamOutput::writeNamedWriteable);
    }

    static Restrictions read(StreamInput in) throws IOException {
        return new Restrictions(in.readList(Restriction::read),
                in.readMap(StreamInput::readString, from -> from.readNamedWriteable(QueryBuilder.class)));
    }
}
