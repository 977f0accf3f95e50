package io.semanticsearch.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.opensearch.common.xcontent.LoggingDeprecationHandler;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.xcontent.XContentParser.Token;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.BoostingQueryBuilder;
import org.opensearch.index.query.ConstantScoreQueryBuilder;
import org.opensearch.index.query.DisMaxQueryBuilder;
import org.opensearch.index.query.MatchAllQueryBuilder;
import org.opensearch.index.query.NestedQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.index.query.functionscore.FunctionScoreQueryBuilder;
import org.opensearch.index.query.functionscore.ScriptScoreQueryBuilder;
import org.opensearch.script.Script;

/**
 * Tells the clauses that find a number of best hits what their hits must match besides: the {@code filter}, {@code must} and
 * {@code must_not} clauses of the {@code bool} queries that hold them. So k hits remain k, where filtering what was found would leave
 * fewer. Nothing crosses a boundary where the meaning would change: what is excluded, or only marked down, is found as if it stood alone.
 */
final class Pushdown {

    private final NamedXContentRegistry registry;

    /** @param registry reads the queries that others are wrapped in */
    Pushdown(NamedXContentRegistry registry) {
        this.registry = registry;
    }

    /** The same query with clauses that know their surroundings; the very same where it holds no such clause, or none is surrounded. */
    QueryBuilder into(QueryBuilder query) {
        return holdsClause(query) ? push(query, List.of(), "") : query;
    }

    private QueryBuilder push(QueryBuilder query, List<Restriction> around, String scope) {
        return switch (query) {
            // Its queries are searched for apart from each other and from all that surrounds it, which it passes on by itself.
            case FusionQueryBuilder fusion -> {
                FusionQueryBuilder inside = fusion.withEachQuery(each -> push(each, List.of(), scope));
                yield around.isEmpty() ? inside : inside.restrictedTo(around);
            }
            case Restrictable clause -> around.isEmpty() ? clause : clause.restrictedTo(around);
            case BoolQueryBuilder bool -> push(bool, around, scope);
            case ConstantScoreQueryBuilder constant -> {
                QueryBuilder inner = push(constant.innerQuery(), around, scope);
                yield inner == constant.innerQuery() ? constant : named(new ConstantScoreQueryBuilder(inner), constant);
            }
            case FunctionScoreQueryBuilder scored -> push(scored, around, scope);
            case ScriptScoreQueryBuilder scored -> push(scored, around, scope);
            case DisMaxQueryBuilder best -> {
                DisMaxQueryBuilder copy = new DisMaxQueryBuilder().tieBreaker(best.tieBreaker());
                yield each(best.innerQueries(), around, scope, copy::add) ? named(copy, best) : best;
            }
            case BoostingQueryBuilder boosting -> {
                QueryBuilder positive = push(boosting.positiveQuery(), around, scope);
                QueryBuilder negative = push(boosting.negativeQuery(), List.of(), scope);
                yield positive == boosting.positiveQuery() && negative == boosting.negativeQuery()
                        ? boosting
                        : named(new BoostingQueryBuilder(positive, negative).negativeBoost(boosting.negativeBoost()), boosting);
            }
            case NestedQueryBuilder nested -> {
                QueryBuilder inner = push(nested.query(), around, nested.path());
                yield inner == nested.query()
                        ? nested
                        : named(new NestedQueryBuilder(nested.path(), inner, nested.scoreMode(), nested.innerHit())
                                .ignoreUnmapped(nested.ignoreUnmapped()), nested);
            }
            case WrapperQueryBuilder wrapper -> {
                QueryBuilder inner = unwrap(wrapper);
                QueryBuilder pushed = inner == wrapper || !holdsClause(inner) ? inner : push(inner, around, scope);
                yield pushed == inner ? wrapper : pushed;
            }
            default -> query;
        };
    }

    private QueryBuilder push(BoolQueryBuilder bool, List<Restriction> around, String scope) {
        List<Restriction> inside = new ArrayList<>(around);
        for (QueryBuilder query : bool.filter()) if (restricts(query)) inside.add(new Restriction(scope, query));
        for (QueryBuilder query : bool.must()) if (restricts(query)) inside.add(new Restriction(scope, query));
        for (QueryBuilder query : bool.mustNot()) {
            if (restricts(query)) inside.add(new Restriction(scope, new BoolQueryBuilder().mustNot(query)));
        }
        BoolQueryBuilder copy = new BoolQueryBuilder().minimumShouldMatch(bool.minimumShouldMatch())
                .adjustPureNegative(bool.adjustPureNegative());
        boolean changed = each(bool.must(), inside, scope, copy::must);
        changed |= each(bool.filter(), inside, scope, copy::filter);
        changed |= each(bool.should(), inside, scope, copy::should);
        changed |= each(bool.mustNot(), List.of(), scope, copy::mustNot);
        return changed ? named(copy, bool) : bool;
    }

    private QueryBuilder push(FunctionScoreQueryBuilder scored, List<Restriction> around, String scope) {
        QueryBuilder inner = push(scored.query(), around, scope);
        if (inner == scored.query()) return scored;
        FunctionScoreQueryBuilder copy = new FunctionScoreQueryBuilder(inner, scored.filterFunctionBuilders())
                .scoreMode(scored.scoreMode())
                .maxBoost(scored.maxBoost());
        if (scored.boostMode() != null) copy.boostMode(scored.boostMode());
        if (scored.getMinScore() != null) copy.setMinScore(scored.getMinScore());
        return named(copy, scored);
    }

    private QueryBuilder push(ScriptScoreQueryBuilder scored, List<Restriction> around, String scope) {
        QueryBuilder inner = push(scored.query(), around, scope);
        if (inner == scored.query()) return scored;
        ScriptScoreQueryBuilder copy = new ScriptScoreQueryBuilder(inner, script(scored));
        if (scored.getMinScore() != null) copy.setMinScore(scored.getMinScore());
        return named(copy, scored);
    }

    /** The query shows its script to readers of JSON alone. */
    private static Script script(ScriptScoreQueryBuilder scored) {
        try (XContentBuilder json = scored.toXContent(JsonXContent.contentBuilder(), ToXContent.EMPTY_PARAMS);
                XContentParser parser = JsonXContent.jsonXContent.createParser(NamedXContentRegistry.EMPTY,
                        LoggingDeprecationHandler.INSTANCE, BytesReference.bytes(json).streamInput())) {
            parser.nextToken();
            parser.nextToken();
            parser.nextToken();
            while (parser.nextToken() != Token.END_OBJECT) {
                boolean isScript = ScriptScoreQueryBuilder.SCRIPT_FIELD.getPreferredName().equals(parser.currentName());
                parser.nextToken();
                if (isScript) return Script.parse(parser);
                parser.skipChildren();
            }
            throw new IllegalStateException("a [" + ScriptScoreQueryBuilder.NAME + "] query without a script");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hands over all queries, with what surrounds them; whether any of them changed by that. */
    private boolean each(List<QueryBuilder> queries, List<Restriction> around, String scope, Consumer<QueryBuilder> to) {
        boolean changed = false;
        for (QueryBuilder query : queries) {
            QueryBuilder pushed = push(query, around, scope);
            changed |= pushed != query;
            to.accept(pushed);
        }
        return changed;
    }

    /** Two such clauses side by side don't narrow each other: each would need the other's hits to find its own. */
    private boolean restricts(QueryBuilder query) {
        return !(query instanceof MatchAllQueryBuilder) && !holdsClause(query);
    }

    private static QueryBuilder named(QueryBuilder copy, QueryBuilder original) {
        return copy.boost(original.boost()).queryName(original.queryName());
    }

    private boolean holdsClause(QueryBuilder query) {
        return holdsClause(query, this::unwrap);
    }

    /** Whether there is such a clause in a query, or something wrapped that could hold one. */
    static boolean mayHoldClause(QueryBuilder query) {
        return holdsClause(query, wrapper -> wrapper);
    }

    /** @param unwrap shows what is wrapped, or the wrapper where that is not known */
    private static boolean holdsClause(QueryBuilder query, Function<WrapperQueryBuilder, QueryBuilder> unwrap) {
        boolean[] found = new boolean[1];
        QueryTree.forEach(query, part -> {
            switch (part) {
                case Restrictable clause -> found[0] = true;
                case WrapperQueryBuilder wrapper -> {
                    QueryBuilder inner = unwrap.apply(wrapper);
                    found[0] |= inner == wrapper || holdsClause(inner, unwrap);
                }
                default -> {
                }
            }
        });
        return found[0];
    }

    /** What is wrapped; the wrapper itself where that cannot be read, which the search says later. */
    private QueryBuilder unwrap(WrapperQueryBuilder wrapper) {
        try {
            QueryBuilder inner = QueryBytes.parse(registry, new BytesArray(wrapper.source()));
            boolean plain = wrapper.boost() == AbstractQueryBuilder.DEFAULT_BOOST && wrapper.queryName() == null;
            return plain ? inner : named(new BoolQueryBuilder().must(inner), wrapper);
        } catch (IOException | ParsingException | IllegalArgumentException e) {
            return wrapper;
        }
    }
}
