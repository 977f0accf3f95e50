package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.local.LocalModels;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Loads one model within the memory of the node. One load at a time. */
final class ModelLoader {

    private static final Logger logger = LogManager.getLogger(ModelLoader.class);

    private final Model model;
    private final LocalModels local;
    private final MemoryBudget budget;
    // Once known it is better than the size of the files: what turned out too large is not read again to find that out.
    private long knownBytes = -1;

    ModelLoader(Model model, LocalModels local, MemoryBudget budget) {
        this.model = model;
        this.local = local;
        this.budget = budget;
    }

    /**
     * Blocks while files are read.
     *
     * @throws EmbeddingException.Overloaded when the memory of the node does not suffice
     * @throws EmbeddingException.BrokenModel when its files are damaged or are not those that it was defined with
     */
    InMemory load() {
        long start = System.nanoTime();
        LocalModel definition = (LocalModel) model.definition();
        long bytes = knownBytes >= 0 ? knownBytes : local.bytesOnDisk(definition);
        MemoryBudget.Reservation memory = budget.reserve("model [" + model.id() + "]", bytes);
        EmbeddingFunction function = null;
        InMemory loaded = null;
        try {
            function = local.open(definition);
            checkSpace(function);
            knownBytes = function.memoryBytes();
            memory.resize(knownBytes);
            loaded = new InMemory(function, memory, (System.nanoTime() - start) / 1_000_000);
            return loaded;
        } finally {
            if (loaded == null) {
                try {
                    if (function != null) function.close();
                } finally {
                    memory.close();
                }
            }
        }
    }

    private void checkSpace(EmbeddingFunction function) {
        String space = function.space().id();
        if (space.equals(model.facts().space())) return;
        throw new EmbeddingException.BrokenModel(
                "model [" + model.id() + "]: its files on this node are not those that it was defined with (space [" + space
                        + "] in place of [" + model.facts().space()
                        + "]); put the original files back, or define another model with the new ones");
    }

    /**
     * Why it could not be loaded, for those who wait for it. It was proved to work when it was defined, so that what is wrong is wrong with
     * this node: its files, its library.
     */
    EmbeddingException told(Throwable e) {
        if (e instanceof EmbeddingException.Overloaded full) return full;
        EmbeddingException told = e instanceof EmbeddingException known
                ? new EmbeddingException.Unavailable(known.getMessage(), known.getCause())
                : new EmbeddingException.Unavailable("model [" + model.id() + "] cannot be loaded on this node: [" + e + "]", e);
        logger.warn(told.getMessage(), e);
        return told;
    }
}
