package io.semanticsearch.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the clients of a soak saw. Safe for many threads. */
final class SoakCounts {
    private static final int SHOWN = 160;

    final LongAdder sent = new LongAdder();
    final LongAdder acknowledged = new LongAdder();
    final LongAdder searches = new LongAdder();
    final LongAdder searchesFailed = new LongAdder();
    final Pulse any = new Pulse();
    final Pulse writes = new Pulse();
    final Pulse searching = new Pulse();

    private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();

    void wrote(int items) {
        if (items == 0) return;
        acknowledged.add(items);
        writes.beat();
        any.beat();
    }

    void searched() {
        searches.increment();
        searching.beat();
        any.beat();
    }

    /** What goes well from now on does not end a pause. */
    void end() {
        for (Pulse pulse : List.of(any, writes, searching)) pulse.end();
    }

    /** Numbers and names are left out, so that like is counted with like. */
    void failed(String what, int status, String reason) {
        String short_ = reason.replaceAll("[0-9][0-9A-Za-z_.:-]*", "…").replaceAll("\\s+", " ");
        String shown = what + " " + status + " " + short_.substring(0, Math.min(SHOWN, short_.length()));
        reasons.computeIfAbsent(shown, x -> new LongAdder()).increment();
    }

    /** The reasons that came most often, the first one first. */
    List<Map.Entry<String, Long>> reasons(int most) {
        return reasons.entrySet().stream().map(entry -> Map.entry(entry.getKey(), entry.getValue().sum()))
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed()).limit(most).toList();
    }
}
