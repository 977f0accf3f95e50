package io.semanticsearch.ingest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of the texts of documents since the node started. Safe for many threads. */
public final class EmbeddingCounts {

    private final LongAdder embedded = new LongAdder();
    private final LongAdder reused = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder ignored = new LongAdder();

    /** A text got its vector from a model. */
    void embedded() {
        embedded.increment();
    }

    /** A document held the vector of its text already, or the one that it replaces did. */
    void reused() {
        reused.increment();
    }

    /** A text could not be embedded, and its document was refused. */
    void failed() {
        failed.increment();
    }

    /** A text could not be embedded, and its document went on without. */
    void ignored() {
        ignored.increment();
    }

    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("embedded", embedded.sum());
        map.put("reused", reused.sum());
        map.put("failed", failed.sum());
        map.put("ignored_failures", ignored.sum());
        return map;
    }
}
