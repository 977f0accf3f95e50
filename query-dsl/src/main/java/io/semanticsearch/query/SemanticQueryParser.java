package io.semanticsearch.query;

import io.semanticsearch.embedding.image.Base64Image;
import io.semanticsearch.query.Patience.OnFailure;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.xcontent.XContentParser.Token;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;

/** Reads {@code {"field": "text"}} and {@code {"field": {"query": "text", "k": 10, …}}}. */
final class SemanticQueryParser {

    static final String QUERY = "query";
    static final String VECTOR = "vector";
    static final String IMAGE = "image";
    static final String K = "k";
    static final String NUM_CANDIDATES = "num_candidates";
    static final String FILTER = "filter";
    static final String MIN_SIMILARITY = "min_similarity";
    static final String MODEL = "model";
    static final String CACHE = "cache";
    static final String PASSAGES = "passages";
    static final String IGNORE_UNMAPPED = "ignore_unmapped";
    static final String TIMEOUT = "timeout";
    static final String ON_FAILURE = "on_failure";
    static final String RESCORE = "rescore";

    private static final List<String> KNOWN = List.of(
            QUERY, VECTOR, IMAGE, ExamplesParser.LIKE, ExamplesParser.UNLIKE, K, NUM_CANDIDATES, FILTER, MIN_SIMILARITY, PASSAGES,
            MODEL, CACHE, IGNORE_UNMAPPED, RESCORE, TIMEOUT, ON_FAILURE, "boost", "_name");
    private static final String EXPECTED = "expected {\"semantic\": {\"FIELD\": \"TEXT\"}} or {\"semantic\": {\"FIELD\": {\"query\": \"TEXT\", …}}}";

    /** Longer texts are refused before they are tokenized: no question is a book. */
    static final int MAX_CHARACTERS = 100_000;

    private final XContentParser parser;
    private final ClauseValues values;
    private Subject subject;
    private List<Example> like = List.of();
    private List<Example> unlike = List.of();
    private OptionalInt k = OptionalInt.empty();
    private OptionalInt numCandidates = OptionalInt.empty();
    private Optional<QueryBuilder> filter = Optional.empty();
    private Optional<Float> minSimilarity = Optional.empty();
    private Optional<String> model = Optional.empty();
    private boolean cache = true;
    private OptionalInt passages = OptionalInt.empty();
    private boolean ignoreUnmapped;
    private Optional<TimeValue> timeout = Optional.empty();
    private OnFailure onFailure = OnFailure.FAIL;
    private Optional<Rescore> rescore = Optional.empty();
    private float boost = AbstractQueryBuilder.DEFAULT_BOOST;
    private String name;

    private SemanticQueryParser(XContentParser parser) {
        this.parser = parser;
        this.values = new ClauseValues(SemanticQueryBuilder.NAME, parser);
    }

    static SemanticQueryBuilder parse(XContentParser parser, QueryVectors vectors) throws IOException {
        if (parser.nextToken() != Token.FIELD_NAME) throw failure(parser, "[semantic] names no field; " + EXPECTED);
        String field = parser.currentName();
        SemanticQueryParser read = new SemanticQueryParser(parser);
        Token token = parser.nextToken();
        if (token == Token.VALUE_STRING) {
            read.query(parser.text());
        } else if (token == Token.START_OBJECT) {
            read.object();
        } else {
            throw failure(parser, "[semantic] field [" + field + "] holds [" + token + "]; " + EXPECTED);
        }
        if (parser.nextToken() != Token.END_OBJECT) {
            throw failure(parser,
                    "[semantic] names a second field [" + parser.currentName() + "]; one clause searches one field");
        }
        try {
            if (!read.like.isEmpty() || !read.unlike.isEmpty()) read.subject(new Subject.Examples(read.like, read.unlike));
            if (read.subject == null) {
                throw failure(parser,
                        "[semantic] field [" + field + "] has neither [query] nor [vector], [image] or [like]; " + EXPECTED);
            }
            Nearest nearest = new Nearest(read.k, read.numCandidates, read.filter, read.minSimilarity, read.model,
                    read.ignoreUnmapped, read.passages, read.rescore);
            Patience patience = new Patience(read.timeout, read.onFailure);
            if (!(read.subject instanceof Subject.Text) && patience.onFailure() == OnFailure.LEXICAL) {
                throw new IllegalArgumentException(
                        "[on_failure] is [lexical], but without a [query] there are no words to look for; expected [fail] or [empty]");
            }
            return new SemanticQueryBuilder(field, read.asked(), nearest, vectors).with(patience).boost(read.boost)
                    .queryName(read.name);
        } catch (IllegalArgumentException e) {
            throw new ParsingException(parser.getTokenLocation(), "[semantic] field [" + field + "]: " + e.getMessage(), e);
        }
    }

    private void object() throws IOException {
        while (parser.nextToken() != Token.END_OBJECT) {
            String key = values.key();
            parser.nextToken();
            switch (key) {
                case QUERY -> query(values.text(key));
                case VECTOR -> subject(GivenVector.parse(parser));
                case IMAGE -> image(values.text(key));
                case ExamplesParser.LIKE -> like = examples(like, key);
                case ExamplesParser.UNLIKE -> unlike = examples(unlike, key);
                case PASSAGES -> passages = OptionalInt.of(values.whole(key, Nearest.MAX_PASSAGES));
                case K -> k = OptionalInt.of(values.whole(key, Nearest.MAX));
                case NUM_CANDIDATES -> numCandidates = OptionalInt.of(values.whole(key, Nearest.MAX));
                case FILTER -> filter = Optional.of(filter());
                case MIN_SIMILARITY -> minSimilarity = Optional.of(values.real(key));
                case CACHE -> cache = values.truth(key);
                case MODEL -> model = Optional.of(values.text(key));
                case IGNORE_UNMAPPED -> ignoreUnmapped = values.truth(key);
                case TIMEOUT -> timeout = Optional.of(timeout());
                case ON_FAILURE -> onFailure = onFailure();
                case RESCORE -> rescore();
                case "boost" -> boost = values.boost();
                case "_name" -> name = values.text(key);
                default -> throw failure(parser, Misspelt.parameter("semantic", key, KNOWN));
            }
        }
    }

    private TimeValue timeout() throws IOException {
        try {
            return TimeValue.parseTimeValue(values.text(TIMEOUT), TIMEOUT);
        } catch (IllegalArgumentException e) {
            throw failure(parser, "[semantic] has [timeout] [" + parser.text() + "]; expected a time like \"500ms\" or \"2s\"");
        }
    }

    private OnFailure onFailure() throws IOException {
        try {
            return OnFailure.of(values.text(ON_FAILURE));
        } catch (IllegalArgumentException e) {
            throw failure(parser, e.getMessage());
        }
    }

    private void query(String text) {
        if (text.isBlank()) throw failure(parser, "[semantic] has an empty [query]; say what to look for");
        if (text.length() > MAX_CHARACTERS) {
            throw failure(parser, "[semantic] has a [query] of [" + text.length() + "] characters; at most [" + MAX_CHARACTERS
                    + "] are embedded");
        }
        subject(new Subject.Text(text));
    }

    private Subject asked() {
        return subject instanceof Subject.Text text ? new Subject.Text(text.text(), cache) : subject;
    }

    private void image(String base64) {
        try {
            subject(new Subject.Image(Base64Image.decode(base64)));
        } catch (IllegalArgumentException e) {
            throw failure(parser, "[semantic] has an unusable [image]: " + e.getMessage());
        }
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

    private void rescore() throws IOException {
        try {
            rescore = Rescore.parse(parser);
        } catch (IllegalArgumentException e) {
            throw failure(parser, "[semantic] has an unusable [rescore]: " + e.getMessage());
        }
    }

    private void subject(Subject read) {
        if (subject != null)
            throw failure(parser, "[semantic] has two of [query], [vector], [image] and [like], or one of them twice; give one");
        subject = read;
    }

    private List<Example> examples(List<Example> before, String key) throws IOException {
        if (!before.isEmpty()) throw failure(parser, "[semantic] has [" + key + "] twice; give one list");
        return ExamplesParser.parse(parser, key);
    }

    private static ParsingException failure(XContentParser parser, String message) {
        return new ParsingException(parser.getTokenLocation(), message);
    }
}
