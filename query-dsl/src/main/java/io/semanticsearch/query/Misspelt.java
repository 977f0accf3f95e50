package io.semanticsearch.query;

import java.util.List;
import org.opensearch.common.xcontent.SuggestingErrorOnUnknown;

/** What to say of a parameter that a clause does not have. */
final class Misspelt {

    private Misspelt() {}

    /** @param known the parameters that the clause has */
    static String parameter(String clause, String key, List<String> known) {
        return "[" + clause + "] has no parameter [" + key + "]" + suggestion(key, known) + "; known are " + known;
    }

    /** @param known what [method] or the like may be */
    static String value(String clause, String key, String value, List<String> known) {
        return "[" + clause + "] has [" + key + "] [" + value + "]" + suggestion(value, known) + "; expected one of " + known;
    }

    /** Like {@code , did you mean [k]?}; nothing where nothing is near. */
    private static String suggestion(String word, List<String> known) {
        String suggestion = SuggestingErrorOnUnknown.suggest(word, known);
        return suggestion.isEmpty() ? "" : "," + suggestion;
    }
}
