package io.semanticsearch.embedding.remote;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** Counts for {@link RemoteStats}. */
final class Usage {

    final LongAdder calls = new LongAdder();
    final LongAdder retries = new LongAdder();
    final LongAdder splits = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder texts = new LongAdder();
    final LongAdder truncated = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder tokens = new LongAdder();

    RemoteStats stats(CircuitBreaker breaker) {
        return new RemoteStats(calls.sum(), retries.sum(), splits.sum(), failures.sum(), texts.sum(), truncated.sum(),
                refused.sum(),
                tokens.sum(), breaker.state().name().toLowerCase(Locale.ROOT));
    }
}
