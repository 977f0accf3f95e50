package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.FunctionLease;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/** One model of this node, in memory or not. A model that is let go while calls use it is closed by the last of them. */
final class ModelSlot {

    private final Model model;
    private final Supplier<EmbeddingFunction> open;
    private EmbeddingFunction function;
    private int users;
    private boolean unloadWhenUnused;
    private long lastUsed;
    private long loadNanos;

    ModelSlot(Model model, Supplier<EmbeddingFunction> open) {
        this.model = model;
        this.open = open;
    }

    /** Loads the model if need be and calls it; calls run side by side. */
    <T> T use(Function<EmbeddingFunction, T> call) {
        EmbeddingFunction used = acquire();
        try {
            return call.apply(used);
        } finally {
            release();
        }
    }

    /** Loads the model if need be and lends it. */
    FunctionLease lease() {
        EmbeddingFunction lent = acquire();
        AtomicBoolean back = new AtomicBoolean();
        return new FunctionLease() {
            @Override
            public EmbeddingFunction function() {
                return lent;
            }

            @Override
            public void close() {
                if (back.compareAndSet(false, true)) release();
            }
        };
    }

    private synchronized EmbeddingFunction acquire() {
        if (function == null) {
            long start = System.nanoTime();
            EmbeddingFunction opened = open.get();
            if (!opened.space().id().equals(model.facts().space())) {
                opened.close();
                throw new EmbeddingException.BrokenModel(
                        "model [" + model.id() + "]: its files on this node are not those that it was defined"
                                + " with (space [" + opened.space().id() + "] in place of [" + model.facts().space()
                                + "]); put the original files back, or define another model with the new ones");
            }
            function = opened;
            loadNanos = System.nanoTime() - start;
        }
        unloadWhenUnused = false;
        users++;
        lastUsed = System.nanoTime();
        return function;
    }

    private synchronized void release() {
        users--;
        lastUsed = System.nanoTime();
        if (unloadWhenUnused && users == 0) close();
    }

    synchronized boolean unload() {
        if (function == null) return false;
        if (users == 0) {
            close();
        } else {
            unloadWhenUnused = true;
        }
        return true;
    }

    synchronized void unloadIfIdle() {
        Duration keepAlive = model.definition().keepAlive();
        if (function == null || users > 0 || keepAlive.isNegative()) return;
        if (System.nanoTime() - lastUsed > keepAlive.toNanos()) close();
    }

    synchronized boolean isLoaded() {
        return function != null;
    }

    synchronized Optional<Map<String, Object>> stats() {
        if (function == null) return Optional.empty();
        return Optional.of(Map.of("memory_bytes", function.memoryBytes(), "load_ms", loadNanos / 1_000_000, "running", users));
    }

    private void close() {
        function.close();
        function = null;
        unloadWhenUnused = false;
    }
}
