package io.semanticsearch.query;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.opensearch.index.query.MatchQueryBuilder;
import org.opensearch.index.query.MultiMatchQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryStringQueryBuilder;
import org.opensearch.index.query.SimpleQueryStringBuilder;

/**
 * What somebody typed into a search bar in plain words, as OpenSearch Dashboards sends it: DQL as a {@code multi_match} over all fields,
 * Lucene syntax as a {@code query_string}. Whoever writes more than words (a field, quotes, a wildcard, an operator) means the words
 * themselves, so that is no free text.
 */
final class FreeText {

    private static final Set<String> ALL_FIELDS = Set.of("*");

    /** Signs that mean something in Lucene's query syntax wherever they stand. */
    private static final Pattern SYNTAX = Pattern.compile("[\"*:~^()\\[\\]{}\\\\]|&&|\\|\\|");
    /** Words that are operators, and signs that are operators before a word: required, excluded, a pattern, a comparison. */
    private static final Pattern OPERATOR = Pattern.compile("(?<!\\S)(?:(?:AND|OR|NOT)(?!\\S)|[-+!/<>])");
    /** In the middle of a text a wildcard for one character. */
    private static final Pattern ONE_CHARACTER = Pattern.compile("[?!]");
    /** What ends a sentence. */
    private static final Pattern END = Pattern.compile("(?<=\\S)[?!.\\s]+$");
    private static final Pattern SIMPLE_SYNTAX = Pattern.compile("[\"*~()\\\\|]|(?<!\\S)[-+]");
    private static final Pattern SEVERAL_WORDS = Pattern.compile("\\S\\s+\\S");

    private FreeText() {}

    /**
     * The words, if a clause is free text.
     *
     * @param fields text fields whose {@code match} counts as free text as well
     */
    static Optional<String> of(QueryBuilder query, Set<String> fields) {
        return switch (query) {
            case MultiMatchQueryBuilder typed when meansAll(typed.fields().keySet()) && !isPhrase(typed.type()) ->
                words(String.valueOf(typed.value()));
            case QueryStringQueryBuilder typed when meansAll(typed.fields().keySet()) && meansAll(typed.defaultField()) ->
                words(typed.queryString()).filter(text -> typed.escape() || isPlain(text));
            case SimpleQueryStringBuilder typed when meansAll(typed.fields().keySet()) ->
                words(typed.value()).filter(text -> !SIMPLE_SYNTAX.matcher(text).find());
            case MatchQueryBuilder typed when fields.contains(typed.fieldName()) -> words(String.valueOf(typed.value()));
            default -> Optional.empty();
        };
    }

    /** Whether a text that Lucene's query syntax would read holds nothing but words. */
    private static boolean isPlain(String text) {
        if (SYNTAX.matcher(text).find() || OPERATOR.matcher(text).find()) return false;
        // "why does it not start?" is a question; "star?" is a pattern.
        String sentence = SEVERAL_WORDS.matcher(text).find() ? END.matcher(text).replaceFirst("") : text;
        return !ONE_CHARACTER.matcher(sentence).find();
    }

    private static Optional<String> words(String text) {
        return text.isBlank() || text.length() > SemanticQueryParser.MAX_CHARACTERS
                ? Optional.empty()
                : Optional.of(text.strip());
    }

    private static boolean meansAll(Collection<String> fields) {
        return fields.isEmpty() || fields.equals(ALL_FIELDS);
    }

    private static boolean meansAll(String field) {
        return field == null || field.equals("*");
    }

    private static boolean isPhrase(MultiMatchQueryBuilder.Type type) {
        return switch (type) {
            case PHRASE, PHRASE_PREFIX, BOOL_PREFIX -> true;
            case BEST_FIELDS, MOST_FIELDS, CROSS_FIELDS -> false;
        };
    }
}
