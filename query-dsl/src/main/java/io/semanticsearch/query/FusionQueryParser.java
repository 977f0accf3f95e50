package io.semanticsearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.xcontent.XContentParser.Token;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;

/** Reads {@code {"queries": […], "method": "min_max", …}}. */
final class FusionQueryParser {

    static final String QUERIES = "queries";
    static final String METHOD = "method";
    static final String WEIGHTS = "weights";
    static final String RANK_CONSTANT = "rank_constant";
    static final String WINDOW_SIZE = "window_size";
    static final String FILTER = "filter";

    private static final List<String> KNOWN = List.of(
            QUERIES, METHOD, WEIGHTS, RANK_CONSTANT, WINDOW_SIZE, FILTER, "boost", "_name");
    private static final List<String> METHODS = List.of(FusionMethod.MinMax.NAME, FusionMethod.ReciprocalRank.NAME);

    private final XContentParser parser;
    private final ClauseValues values;
    private final List<QueryBuilder> queries = new ArrayList<>();
    private String method = FusionMethod.MinMax.NAME;
    private Optional<List<Float>> weights = Optional.empty();
    private OptionalInt rankConstant = OptionalInt.empty();
    private OptionalInt window = OptionalInt.empty();
    private Optional<QueryBuilder> filter = Optional.empty();
    private float boost = AbstractQueryBuilder.DEFAULT_BOOST;
    private String name;

    private FusionQueryParser(XContentParser parser) {
        this.parser = parser;
        this.values = new ClauseValues(FusionQueryBuilder.NAME, parser);
    }

    static FusionQueryBuilder parse(XContentParser parser) throws IOException {
        FusionQueryParser read = new FusionQueryParser(parser);
        read.object();
        try {
            FusionRequest request = new FusionRequest(read.queries, read.fusionMethod(), read.weights, read.window, read.filter);
            return new FusionQueryBuilder(request).boost(read.boost).queryName(read.name);
        } catch (IllegalArgumentException e) {
            throw new ParsingException(parser.getTokenLocation(), "[fusion]: " + e.getMessage(), e);
        }
    }

    private void object() throws IOException {
        while (parser.nextToken() != Token.END_OBJECT) {
            String key = values.key();
            parser.nextToken();
            switch (key) {
                case QUERIES -> queries();
                case METHOD -> method();
                case WEIGHTS -> weights();
                case RANK_CONSTANT -> rankConstant = OptionalInt.of(values.whole(key, Nearest.MAX));
                case WINDOW_SIZE -> window = OptionalInt.of(values.whole(key, Nearest.MAX));
                case FILTER -> filter = Optional.of(filter());
                case "boost" -> boost = values.boost();
                case "_name" -> name = values.text(key);
                default -> throw failure(Misspelt.parameter("fusion", key, KNOWN));
            }
        }
    }

    private FusionMethod fusionMethod() {
        if (method.equals(FusionMethod.ReciprocalRank.NAME)) {
            return new FusionMethod.ReciprocalRank(rankConstant.orElse(FusionMethod.DEFAULT_RANK_CONSTANT));
        }
        if (rankConstant.isPresent()) {
            throw new IllegalArgumentException(
                    "[" + RANK_CONSTANT + "] belongs to [" + METHOD + "]: \"rrf\", this is [" + method + "]");
        }
        return new FusionMethod.MinMax();
    }

    private void queries() throws IOException {
        if (parser.currentToken() != Token.START_ARRAY) throw values.refused(QUERIES, "a list of queries");
        while (parser.nextToken() != Token.END_ARRAY)
            queries.add(values.query(QUERIES));
    }

    private void method() throws IOException {
        method = values.text(METHOD);
        if (!METHODS.contains(method)) throw failure(Misspelt.value("fusion", METHOD, method, METHODS));
    }

    private void weights() throws IOException {
        if (parser.currentToken() != Token.START_ARRAY) throw values.refused(WEIGHTS, "a list of numbers, one for each query");
        List<Float> read = new ArrayList<>();
        while (parser.nextToken() != Token.END_ARRAY) {
            read.add(values.real(WEIGHTS));
        }
        weights = Optional.of(List.copyOf(read));
    }

    private QueryBuilder filter() throws IOException {
        if (parser.currentToken() == Token.START_OBJECT) return AbstractQueryBuilder.parseInnerQueryBuilder(parser);
        if (parser.currentToken() != Token.START_ARRAY)
            throw values.refused(FILTER, "a query or a list of queries");
        BoolQueryBuilder all = new BoolQueryBuilder();
        while (parser.nextToken() != Token.END_ARRAY)
            all.filter(values.query(FILTER));
        return all;
    }

    private ParsingException failure(String message) {
        return values.failure(message);
    }
}
