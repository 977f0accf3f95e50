package io.semanticsearch.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** On a clock that the works themselves move. */
class TurnsTest {
    private final AtomicLong clock = new AtomicLong();

    private Turns.Work takes(long... millis) {
        List<Long> left = new ArrayList<>();
        for (long time : millis) left.add(time);
        return () -> clock.addAndGet(left.removeFirst() * 1_000_000);
    }

    @Test
    void one_lucky_turn_decides_nothing() throws Exception {
        // The first of each warms up.
        Turns turns = new Turns(clock::get).add("ours", takes(50, 20, 10, 20, 20)).add("peer", takes(50, 30, 30, 30, 5)).run(4,
                0);
        assertEquals(1.5, turns.speedup("ours", "peer"), 1e-9);
        assertEquals(0.010, turns.seconds("ours"), 1e-9);
        assertEquals(0.005, turns.seconds("peer"), 1e-9);
    }

    @Test
    void works_are_compared_within_their_round() throws Exception {
        // A machine that takes twice as long in two of three rounds.
        Turns turns = new Turns(clock::get).add("ours", takes(1, 10, 20, 20)).add("peer", takes(1, 12, 24, 24)).run(3, 0);
        assertEquals(1.2, turns.speedup("ours", "peer"), 1e-9);
        assertEquals(1 / 1.2, turns.speedup("peer", "ours"), 1e-9);
    }

    @Test
    void a_turn_repeats_the_work_for_as_long_as_it_should_last() throws Exception {
        Turns turns = new Turns(clock::get).add("short", takes(1, 1, 1, 1, 1, 1, 1, 1)).run(1, 4);
        assertEquals(0.001, turns.seconds("short"), 1e-9);
    }

    @Test
    void rounds_go_on_for_as_long_as_they_should_last() throws Exception {
        AtomicLong rounds = new AtomicLong();
        long start = System.nanoTime();
        Turns.onTheWall().add("short", () -> {
            rounds.incrementAndGet();
            Thread.sleep(10);
        }).run(1, 0, 1);
        assertTrue(System.nanoTime() - start >= 1_000_000_000L);
        assertTrue(rounds.get() > 2, rounds + " rounds");
    }
}
