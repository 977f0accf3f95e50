package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.Role;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;

/** What one model was asked for on this node, and what became of it, since it was first used. Counting neither locks nor waits. */
final class ModelUse {

    /** Why a request failed as a whole. */
    enum Failure {

        BAD_REQUEST, OVERLOADED, UNAVAILABLE, TIMEOUT, BROKEN_MODEL, CANCELLED, OTHER;

        static Failure of(Throwable failure) {
            Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            return switch (cause) {
                case EmbeddingException.BadRequest e -> BAD_REQUEST;
                case EmbeddingException.Overloaded e -> OVERLOADED;
                case EmbeddingException.Unavailable e -> UNAVAILABLE;
                case EmbeddingException.DeadlineExceeded e -> TIMEOUT;
                case EmbeddingException.BrokenModel e -> BROKEN_MODEL;
                case CancellationException e -> CANCELLED;
                default -> OTHER;
            };
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final LongAdder requests = new LongAdder();
    private final LongAdder texts = new LongAdder();
    private final LongAdder images = new LongAdder();
    private final LongAdder tokens = new LongAdder();
    private final LongAdder truncated = new LongAdder();
    private final LongAdder empty = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder cached = new LongAdder();
    private final Map<Failure, LongAdder> failures = new EnumMap<>(Failure.class);
    private final Map<Role, LatencyHistogram> took = new EnumMap<>(Role.class);

    ModelUse() {
        Arrays.stream(Failure.values()).forEach(failure -> failures.put(failure, new LongAdder()));
        Arrays.stream(Role.values()).forEach(role -> took.put(role, new LatencyHistogram()));
    }

    /** A query whose vector was kept, or under way for somebody else already. */
    void cached() {
        cached.increment();
    }

    void ended(EmbeddingRequest request, List<Embedding> rows, Throwable failure, long nanos) {
        requests.increment();
        texts.add(request.texts().size());
        images.add(request.images().size());
        took.get(request.role()).record(nanos);
        if (failure != null) {
            failures.get(Failure.of(failure)).increment();
        } else {
            rows.forEach(this::count);
        }
    }

    private void count(Embedding row) {
        switch (row) {
            case Embedding.Vector vector -> count(vector);
            case Embedding.Nothing nothing -> empty.increment();
            case Embedding.Refused reason -> refused.increment();
            case Embedding.Passages passages ->
                passages.passages().forEach(passage -> passage.vector().ifPresent(this::count));
        }
    }

    private void count(Embedding.Vector vector) {
        tokens.add(vector.tokens());
        if (vector.truncated()) truncated.increment();
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("requests", requests.sum());
        map.put("texts", texts.sum());
        map.put("images", images.sum());
        map.put("tokens", tokens.sum());
        map.put("truncated", truncated.sum());
        map.put("empty", empty.sum());
        map.put("refused", refused.sum());
        map.put("cached", cached.sum());
        Map<String, Object> failed = new LinkedHashMap<>();
        failures.forEach((failure, count) -> failed.put(failure.wireName(), count.sum()));
        map.put("failed", failed);
        Map<String, Object> latency = new LinkedHashMap<>();
        took.forEach((role, histogram) -> latency.put(role.wireName(), histogram.toMap()));
        map.put("latency", latency);
        return map;
    }
}
