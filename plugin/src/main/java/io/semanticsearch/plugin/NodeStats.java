package io.semanticsearch.plugin;

import io.semanticsearch.embedding.EmbeddingWorkers;
import io.semanticsearch.embedding.QueryCache;
import io.semanticsearch.ingest.EmbeddingCounts;
import io.semanticsearch.plugin.models.NodeModels;
import io.semanticsearch.plugin.models.NodeEmbedding;
import io.semanticsearch.plugin.models.RequestWatch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What one node counts, as {@code GET /_plugins/_semantic/stats} shows it. */
final class NodeStats {

    private NodeStats() {}

    static Map<String, Object> of(NodeEmbedding embedding,
            EmbeddingCounts counts,
            EmbeddingWorkers workers,
            Optional<NodeModels> loaded,
            RequestWatch watch) {
        Map<String, Object> stats = new LinkedHashMap<>();
        stats.put("models", loaded.map(NodeModels::stats).orElse(Map.of()));
        loaded.ifPresent(models -> stats.put("memory", models.memory()));
        stats.put("requests", watch.stats());
        stats.put("embedding", Map.of("calls", embedding.calls(), "texts", embedding.texts(), "failures", embedding.failures()));
        stats.put("documents", counts.toMap());
        stats.put("queue", queue(workers.stats()));
        stats.put("query_cache", cache(embedding.queryCache().stats()));
        return stats;
    }

    private static Map<String, Object> queue(EmbeddingWorkers.Stats stats) {
        return Map.of("queries", lane(stats.queries()), "documents", lane(stats.documents()));
    }

    private static Map<String, Object> lane(EmbeddingWorkers.Stats.Lane lane) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("waiting", lane.waiting());
        map.put("waiting_bytes", lane.queuedBytes());
        map.put("waiting_texts", lane.waitingRows());
        map.put("waiting_tokens", lane.waitingTokens());
        map.put("running", lane.running());
        map.put("completed", lane.completed());
        map.put("failed", lane.failed());
        map.put("rejected", lane.rejected());
        map.put("passes", lane.passes());
        map.put("texts_a_pass", rounded(lane.rows(), lane.passes()));
        map.put("tokens", lane.tokens());
        map.put("padded_tokens", lane.paddedTokens());
        map.put("padding_share", rounded(lane.paddedTokens() - lane.tokens(), lane.paddedTokens()));
        return map;
    }

    /** A quotient to three digits behind the point; 0 of nothing. */
    private static double rounded(long part, long whole) {
        return whole == 0 ? 0 : Math.round(1_000.0 * part / whole) / 1_000.0;
    }

    private static Map<String, Object> cache(QueryCache.Stats stats) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("hits", stats.hits());
        map.put("misses", stats.misses());
        map.put("shared", stats.shared());
        map.put("entries", stats.entries());
        map.put("bytes", stats.bytes());
        return map;
    }
}
