package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When to try again: what a server asks for, in all the ways that servers do, or growing distances. */
final class RetryDelay {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST_SPOKEN_OF = Duration.ofDays(365);
    // More than any server says; a pattern that repeats groups takes stack for each of them.
    private static final int MAX_LENGTH = 100;
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(?:\\.\\d{1,9})?");
    private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|us|µs|ns|s|m|h)");
    private static final Pattern PARTS = Pattern.compile("(?:" + PART + ")+");

    private RetryDelay() {}

    /** What a server asks for: [retry-after-ms], else [Retry-After], else Google's [retryDelay]. */
    static Optional<Duration> asked(WireError error, Instant now) {
        return error.headers().get("retry-after-ms").flatMap(text -> seconds(text, 1000))
                .or(() -> error.headers().get("retry-after").flatMap(text -> seconds(text, 1).or(() -> until(text, now))))
                .or(() -> google(error.body()));
    }

    /** The pause before the nth try again, counted from 0: 1 s, doubled up to {@code most}, of which at least half. */
    static Duration own(int retry, double random, Duration most) {
        Duration whole = FIRST.multipliedBy(1L << Math.min(retry, 20));
        if (whole.compareTo(most) > 0) whole = most;
        return Duration.ofNanos((long) (whole.toNanos() * (0.5 + random / 2)));
    }

    /** A duration as Go writes it, such as {@code 6m0s} or {@code 12ms}, or in seconds. */
    static Optional<Duration> span(String text) {
        String value = text.strip();
        if (value.length() > MAX_LENGTH) return Optional.empty();
        if (SECONDS.matcher(value).matches()) return seconds(value, 1);
        if (!PARTS.matcher(value).matches()) return Optional.empty();
        double nanos = 0;
        Matcher part = PART.matcher(value);
        while (part.find()) {
            nanos += Double.parseDouble(part.group(1)) * switch (part.group(2)) {
                case "h" -> 3600e9;
                case "m" -> 60e9;
                case "s" -> 1e9;
                case "ms" -> 1e6;
                case "ns" -> 1;
                default -> 1e3;
            };
        }
        return Optional.of(Duration.ofNanos((long) Math.min(nanos, LONGEST_SPOKEN_OF.toNanos())));
    }

    private static Optional<Duration> seconds(String text, int parts) {
        String value = text.strip();
        if (!SECONDS.matcher(value).matches()) return Optional.empty();
        return Optional
                .of(Duration.ofNanos((long) Math.min(Double.parseDouble(value) * 1e9 / parts, LONGEST_SPOKEN_OF.toNanos())));
    }

    private static Optional<Duration> until(String text, Instant now) {
        try {
            Duration duration = Duration.between(now,
                    ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
            return Optional.of(duration.isNegative() ? Duration.ZERO : duration);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> google(JsonNode body) {
        for (JsonNode detail : body.at("/error/details")) {
            Optional<Duration> delay = span(detail.path("retryDelay").asText(""));
            if (delay.isPresent()) return delay;
        }
        return Optional.empty();
    }
}
