package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryDelayTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void all_ways_of_asking_are_understood_in_their_order() {
        String google = """
                [{"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED", "details": [
                  {"@type": "type.googleapis.com/google.rpc.QuotaFailure"},
                  {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "47s"}]}}]""";
        assertEquals(Optional.of(Duration.ofSeconds(47)), asked(google, Map.of()));
        assertEquals(Optional.of(Duration.ofSeconds(9)), asked(google, Map.of("retry-after", "9")));
        assertEquals(Optional.of(Duration.ofMillis(20)), asked(google, Map.of("retry-after", "9", "retry-after-ms", "20")));
        assertEquals(Optional.of(Duration.ofSeconds(30)), asked("", Map.of("retry-after", "Thu, 01 Jan 2026 00:00:30 GMT")));
        assertEquals(Optional.of(Duration.ZERO), asked("", Map.of("retry-after", "Wed, 31 Dec 2025 00:00:30 GMT")));
        assertEquals(Optional.empty(), asked("not JSON", Map.of("retry-after", "soon")));
    }

    @ParameterizedTest
    @CsvSource({"12ms, 12", "1s, 1000", "6m0s, 360000", "1.5s, 1500", "1h2m3s, 3723000", "2, 2000"})
    void spans_of_go_are_read(String text, long millis) {
        assertEquals(Optional.of(Duration.ofMillis(millis)), RetryDelay.span(text));
    }

    /** A pattern that repeats a group once took the stack of the thread for it. */
    @Test
    void a_span_of_any_length_takes_no_stack() {
        assertEquals(Optional.empty(), RetryDelay.span("1s".repeat(100_000)));
        assertEquals(Optional.empty(), asked("""
                {"error": {"details": [{"retryDelay": "%s"}]}}""".formatted("1s".repeat(100_000)), Map.of()));
    }

    @Test
    void own_pauses_double_up_to_the_longest() {
        Duration most = Duration.ofSeconds(60);
        assertEquals(Duration.ofMillis(500), RetryDelay.own(0, 0, most));
        assertEquals(Duration.ofSeconds(4), RetryDelay.own(2, 1, most));
        assertEquals(most, RetryDelay.own(30, 1, most));
    }

    private static Optional<Duration> asked(String body, Map<String, String> headers) {
        return RetryDelay.asked(WireError.of(429, name -> Optional.ofNullable(headers.get(name)), body), NOW);
    }
}
