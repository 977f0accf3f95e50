package io.semanticsearch.plugin.models;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long requests took, from a microsecond to an hour, to two digits: as many bytes for a billion of them as for one. Recording neither
 * locks nor allocates.
 */
final class LatencyHistogram {

    private static final long MOST_MICROS = TimeUnit.HOURS.toMicros(1);
    private static final int DIGITS = 2;
    private static final double MICROS_A_MILLI = 1_000;

    private final ConcurrentHistogram micros = new ConcurrentHistogram(1, MOST_MICROS, DIGITS);
    private final LongAdder sum = new LongAdder();

    void record(long nanos) {
        long value = Math.clamp(nanos / 1_000, 1, MOST_MICROS);
        micros.recordValue(value);
        sum.add(value);
    }

    /** Milliseconds. */
    Map<String, Object> toMap() {
        Histogram now = micros.copy();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("count", now.getTotalCount());
        map.put("sum_ms", sum.sum() / MICROS_A_MILLI);
        map.put("p50_ms", now.getValueAtPercentile(50) / MICROS_A_MILLI);
        map.put("p90_ms", now.getValueAtPercentile(90) / MICROS_A_MILLI);
        map.put("p99_ms", now.getValueAtPercentile(99) / MICROS_A_MILLI);
        map.put("max_ms", now.getMaxValue() / MICROS_A_MILLI);
        return map;
    }
}
