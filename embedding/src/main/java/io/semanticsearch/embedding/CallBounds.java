package io.semanticsearch.embedding;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one model on a server may be called by a node.
 *
 * @param requestsPerMinute how many calls may start in a minute
 * @param tokensPerMinute how many tokens, as far as they can be foretold, may be sent in a minute
 * @param batchSize texts in one call at most, in place of what its provider is known to take
 * @param concurrentCalls calls at the same time; no more than may be with its credential in any case
 * @param timeout for one request, over all its calls; empty for the defaults of the node
 * @param callTimeout for one call, after which it is given up and tried again; empty for what the provider needs
 */
public record CallBounds(OptionalInt requestsPerMinute,
        OptionalInt tokensPerMinute,
        OptionalInt batchSize,
        OptionalInt concurrentCalls,
        Optional<Duration> timeout,
        Optional<Duration> callTimeout) {

    /** Those of the provider and the node alone. */
    public static final CallBounds NONE = new CallBounds(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(),
            OptionalInt.empty(), Optional.empty(), Optional.empty());

    private static final String REQUESTS_PER_MINUTE = "requests_per_minute";
    private static final String TOKENS_PER_MINUTE = "tokens_per_minute";
    private static final String BATCH_SIZE = "batch_size";
    private static final String CONCURRENT_CALLS = "concurrent_calls";
    private static final String TIMEOUT = "timeout";
    private static final String CALL_TIMEOUT = "call_timeout";

    public CallBounds {
        Objects.requireNonNull(requestsPerMinute, REQUESTS_PER_MINUTE);
        Objects.requireNonNull(tokensPerMinute, TOKENS_PER_MINUTE);
        Objects.requireNonNull(batchSize, BATCH_SIZE);
        Objects.requireNonNull(concurrentCalls, CONCURRENT_CALLS);
        Objects.requireNonNull(timeout, TIMEOUT);
        Objects.requireNonNull(callTimeout, CALL_TIMEOUT);
    }

    static CallBounds read(DefinitionFields fields) {
        return new CallBounds(fields.count(REQUESTS_PER_MINUTE), fields.count(TOKENS_PER_MINUTE), fields.count(BATCH_SIZE),
                fields.count(CONCURRENT_CALLS), fields.duration(TIMEOUT), fields.duration(CALL_TIMEOUT));
    }

    void addTo(Map<String, Object> map) {
        requestsPerMinute.ifPresent(count -> map.put(REQUESTS_PER_MINUTE, count));
        tokensPerMinute.ifPresent(count -> map.put(TOKENS_PER_MINUTE, count));
        batchSize.ifPresent(count -> map.put(BATCH_SIZE, count));
        concurrentCalls.ifPresent(count -> map.put(CONCURRENT_CALLS, count));
        timeout.ifPresent(duration -> map.put(TIMEOUT, KeepAlive.format(duration)));
        callTimeout.ifPresent(duration -> map.put(CALL_TIMEOUT, KeepAlive.format(duration)));
    }
}
