package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessorLoadTest {

    private long nanos = 1_000;
    private double share;
    private final ProcessorLoad load = new ProcessorLoad(2, () -> share, () -> nanos);

    private void after(int millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void less_than_half_is_idle() {
        share = 0.49;
        after(300);
        assertTrue(load.areIdle());
    }

    @Test
    void half_is_busy() {
        share = 0.5;
        after(300);
        assertFalse(load.areIdle());
    }

    @Test
    void what_passes_that_ran_alone_took_is_not_counted() {
        share = 0.7;
        after(300);
        // Of 600 milliseconds of two processors.
        load.passTook(TimeUnit.MILLISECONDS.toNanos(100));
        load.passTook(TimeUnit.MILLISECONDS.toNanos(30));
        assertTrue(load.areIdle());
    }

    @Test
    void beside_them_others_are_counted() {
        share = 0.7;
        after(300);
        load.passTook(TimeUnit.MILLISECONDS.toNanos(110));
        assertFalse(load.areIdle());
    }

    @Test
    void passes_of_one_time_say_nothing_of_the_next() {
        share = 0.7;
        load.passTook(TimeUnit.MILLISECONDS.toNanos(500));
        after(300);
        assertTrue(load.areIdle());
        after(300);
        assertFalse(load.areIdle());
    }

    @Test
    void a_load_that_is_not_known_is_not_idle() {
        share = -1;
        after(300);
        assertFalse(load.areIdle());
    }

    @Test
    void it_is_looked_at_again_after_a_while() {
        share = 0.9;
        after(150);
        assertTrue(load.areIdle());
        after(150);
        assertFalse(load.areIdle());
    }

    @Test
    void this_machine_tells_its_load() throws InterruptedException {
        ProcessorLoad here = new ProcessorLoad();
        // More than there is to take: whatever else runs, nothing is left of it.
        here.passTook(TimeUnit.DAYS.toNanos(1));
        Thread.sleep(250);
        assertTrue(here.areIdle());
    }
}
