package io.semanticsearch.query;

import java.util.List;
import org.opensearch.common.xcontent.SuggestingErrorOnUnknown;

/** What to say of a parameter that a clause does not have. */
final class Misspelt {

    private static final int MOST_FIELDS = 10;

    private Misspelt() {}

    /** @param known the parameters that the clause has */
    static String parameter(String clause, String key, List<String> known) {
        return "[" + clause + "] has no parameter [" + key + "]" + suggestion(key, known) + "; known are " + known;
    }

    /** @param known what [method] or the like may be */
    static String value(String clause, String key, String value, List<String> known) {
        return "[" + clause + "] has [" + key + "] [" + value + "]" + suggestion(value, known) + "; expected one of " + known;
    }

    /** Like {@code , did you mean [meaning]?}, or all that there are; nothing where there is none. */
    static String field(String field, List<String> known) {
        String suggestion = suggestion(field, known);
        if (!suggestion.isEmpty() || known.isEmpty()) return suggestion;
        return ", there are " + known.subList(0, Math.min(known.size(), MOST_FIELDS));
    }

    /** Like {@code , did you mean [k]?}; nothing where nothing is near. */
    static String suggestion(String word, List<String> known) {
        String suggestion = SuggestingErrorOnUnknown.suggest(word, known);
        return suggestion.isEmpty() ? "" : "," + suggestion;
    }
}
