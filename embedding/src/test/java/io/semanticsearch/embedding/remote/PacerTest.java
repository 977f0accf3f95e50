package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.RemoteModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacerTest {

    private static final Duration MOST = Duration.ofHours(1);

    private final SteppedTimers timers = new SteppedTimers();

    @Test
    void no_minute_has_more_than_may_be_wherever_it_begins() {
        Pacer pacer = pacer(5, 100);
        Random random = new Random(11);
        List<Long> starts = new ArrayList<>();
        List<Integer> amounts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int amount = 1 + random.nextInt(60);
            starts.add(timers.nanoTime() + pacer.reserve(amount, MOST).orElseThrow().toNanos());
            amounts.add(amount);
            timers.advance(Duration.ofMillis(random.nextInt(20_000)));
        }
        long minute = Duration.ofMinutes(1).toNanos();
        boolean callsFull = false;
        for (int first = 0; first < starts.size(); first++) {
            int calls = 0;
            int tokens = 0;
            for (int i = first; i < starts.size() && starts.get(i) - starts.get(first) < minute; i++) {
                assertTrue(i == 0 || starts.get(i) >= starts.get(i - 1), "calls keep their order");
                calls++;
                tokens += amounts.get(i);
            }
            assertTrue(calls <= 5 && tokens <= 100, calls + " calls, " + tokens + " tokens");
            callsFull |= calls >= 3;
        }
        assertTrue(callsFull, "what may be is used");
    }

    @Test
    void a_call_larger_than_a_minute_gets_one_of_its_own() {
        Pacer pacer = pacer(100, 10);
        assertEquals(Optional.of(Duration.ZERO), pacer.reserve(1000, MOST));
        assertEquals(Optional.of(Duration.ofMinutes(1)), pacer.reserve(1, MOST));
    }

    @Test
    void a_place_that_comes_too_late_is_not_taken() {
        Pacer pacer = pacer(1, 10);
        pacer.reserve(1, MOST);
        assertEquals(Optional.empty(), pacer.reserve(1, Duration.ofSeconds(59)));
        assertEquals(Optional.of(Duration.ofMinutes(1)), pacer.reserve(1, MOST));
    }

    private Pacer pacer(int requests, int tokens) {
        return new Pacer(
                (RemoteModel) ModelDefinition.of("m", Map.of("provider", "openai", "model", "m", "requests_per_minute", requests,
                        "tokens_per_minute", tokens)),
                timers);
    }
}
