package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.common.unit.TimeValue;

/** A line for each request that took long to embed: what it was and what it waited for; never a text, nor a key. */
public final class SlowLog {

    public static final String LOGGER = "plugins.semantic.slowlog";

    private static final Logger logger = LogManager.getLogger(LOGGER);

    private volatile Map<Role, Threshold> thresholds;

    /**
     * From when on a request is written.
     *
     * @param warn as a warning; negative for never
     * @param info as information; negative for never
     */
    public record Threshold(TimeValue warn, TimeValue info) {

        public static final Threshold NEVER = new Threshold(TimeValue.MINUS_ONE, TimeValue.MINUS_ONE);

        private Optional<Level> level(long nanos) {
            if (warn.nanos() >= 0 && nanos >= warn.nanos()) return Optional.of(Level.WARN);
            if (info.nanos() >= 0 && nanos >= info.nanos()) return Optional.of(Level.INFO);
            return Optional.empty();
        }
    }

    public SlowLog(Threshold query, Threshold document) {
        set(query, document);
    }

    public void set(Threshold query, Threshold document) {
        thresholds = Map.of(Role.QUERY, query, Role.DOCUMENT, document);
    }

    /** @param opaqueId what the client calls its request, in the header X-Opaque-Id */
    void ended(Model model,
            EmbeddingRequest request,
            RequestTiming timing,
            long nanos,
            List<Embedding> rows,
            Throwable failure,
            Optional<String> opaqueId) {
        Optional<Level> level = thresholds.get(request.role()).level(nanos);
        if (level.isEmpty() || !logger.isEnabled(level.get())) return;
        logger.log(level.get(),
                "took[{}], took_millis[{}], model[{}], role[{}], texts[{}], images[{}], tokens[{}], waited_millis[{}], load_millis[{}],"
                        + " source[{}], failed[{}], id[{}]",
                TimeValue.timeValueNanos(nanos), millis(nanos), model.id(), request.role().wireName(), request.texts().size(),
                request.images().size(), rows == null ? 0 : tokens(rows),
                isHere(model, timing) ? millis(timing.waitedNanos()) : 0,
                millis(timing.loadingNanos()), source(model, timing, nanos),
                failure == null ? "" : ModelUse.Failure.of(failure).wireName(), opaqueId.orElse(""));
    }

    /** What took most of the time. */
    private static String source(Model model, RequestTiming timing, long nanos) {
        if (!isHere(model, timing)) return "server";
        long waited = Math.min(nanos, timing.waitedNanos());
        long loading = timing.loadingNanos();
        long run = nanos - waited - loading;
        if (waited >= loading && waited >= run) return "queue";
        return loading >= run ? "load" : "run";
    }

    private static boolean isHere(Model model, RequestTiming timing) {
        return model.definition() instanceof LocalModel || timing.wasLent();
    }

    private static long tokens(List<Embedding> rows) {
        long tokens = 0;
        for (Embedding row : rows) {
            if (row instanceof Embedding.Vector vector) tokens += vector.tokens();
            if (row instanceof Embedding.Passages all) {
                for (Embedding.Passage passage : all.passages())
                    tokens += passage.vector().map(Embedding.Vector::tokens).orElse(0);
            }
        }
        return tokens;
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
