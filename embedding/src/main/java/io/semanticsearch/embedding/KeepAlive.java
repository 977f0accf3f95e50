package io.semanticsearch.embedding;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a model stays loaded after its last use, as users write it: {@code "5m"}, {@code "500ms"}, {@code 0} for not at all, {@code -1}
 * for ever. A number without a unit is seconds, as Ollama reads it.
 */
public final class KeepAlive {

    /** The model is never unloaded. Any negative duration means the same. */
    public static final Duration NEVER_UNLOAD = Duration.ofSeconds(-1);

    /** What a definition that says nothing gets. */
    public static final Duration DEFAULT = Duration.ofMinutes(5);

    private static final String NEVER_TEXT = "-1";
    private static final String AT_ONCE_TEXT = "0";
    // Nine digits of days still fit into milliseconds as a long.
    private static final Pattern TEXT = Pattern.compile("(-?\\d{1,9})(ms|s|m|h|d)");
    private static final double MAX_SECONDS = 999_999_999d * 86_400;
    private static final Map<String, Duration> UNITS = units();

    private KeepAlive() {}

    /** Reads a value of JSON, a text or a number of seconds; an {@link EmbeddingException.BadRequest} says how it is written. */
    public static Duration of(Object value) {
        return switch (value) {
            case String text -> parse(text);
            case Number seconds when Math.abs(seconds.doubleValue()) <= MAX_SECONDS -> Duration
                    .ofMillis(Math.round(seconds.doubleValue() * 1000));
            case null, default -> throw unreadable(value);
        };
    }

    /** Reads what a user wrote; an {@link EmbeddingException.BadRequest} says how it is written. */
    public static Duration parse(String text) {
        if (text.equals(NEVER_TEXT)) return NEVER_UNLOAD;
        if (text.equals(AT_ONCE_TEXT)) return Duration.ZERO;
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) throw unreadable(text);
        return UNITS.get(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1)));
    }

    private static EmbeddingException.BadRequest unreadable(Object value) {
        return new EmbeddingException.BadRequest("[" + DefinitionFields.KEEP_ALIVE + "] is [" + value
                + "], expected a whole number and one of the units [ms, s, m, h, d], such as [5m], a number of seconds, ["
                + AT_ONCE_TEXT + "] to unload the model after each call, or [" + NEVER_TEXT + "] to keep it loaded");
    }

    /** Writes it in the largest unit that it is a whole number of, so that {@link #parse} reads the same again; below 1 ms is cut off. */
    public static String format(Duration keepAlive) {
        if (keepAlive.isNegative()) return NEVER_TEXT;
        if (keepAlive.isZero()) return AT_ONCE_TEXT;
        for (Map.Entry<String, Duration> unit : UNITS.entrySet()) {
            long count = keepAlive.dividedBy(unit.getValue());
            if (count > 0 && unit.getValue().multipliedBy(count).equals(keepAlive)) return count + unit.getKey();
        }
        return keepAlive.toMillis() + "ms";
    }

    private static Map<String, Duration> units() {
        Map<String, Duration> largestFirst = new LinkedHashMap<>();
        largestFirst.put("d", Duration.ofDays(1));
        largestFirst.put("h", Duration.ofHours(1));
        largestFirst.put("m", Duration.ofMinutes(1));
        largestFirst.put("s", Duration.ofSeconds(1));
        largestFirst.put("ms", Duration.ofMillis(1));
        return largestFirst;
    }
}
