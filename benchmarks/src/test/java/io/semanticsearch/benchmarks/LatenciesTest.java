package io.semanticsearch.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void percentiles_are_durations_that_were_measured() {
        Latencies latencies = new Latencies(IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray());
        assertEquals(1, latencies.percentile(1));
        assertEquals(50, latencies.median());
        assertEquals(95, latencies.percentile(95));
        assertEquals(100, latencies.percentile(100));
        assertEquals(50.5, latencies.mean());
    }

    @Test
    void one_duration_is_every_percentile() {
        Latencies latencies = new Latencies(new double[]{7});
        assertEquals(7, latencies.percentile(1));
        assertEquals(7, latencies.percentile(100));
    }

    @Test
    void an_odd_number_has_its_middle() {
        assertEquals(2, new Latencies(new double[]{3, 1, 2}).median());
    }

    @Test
    void no_durations_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> new Latencies(new double[0]));
    }
}
