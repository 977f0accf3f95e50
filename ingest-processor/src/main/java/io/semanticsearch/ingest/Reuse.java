package io.semanticsearch.ingest;

import io.semanticsearch.ingest.FormerDocuments.Wanted;
import io.semanticsearch.ingest.Target.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.opensearch.ingest.IngestDocument;

/** Spares a model the texts of a bulk that it embedded before, for the documents that those of the bulk are about to replace. */
final class Reuse {

    /** Characters of old passages that a bulk keeps while its texts are embedded; the passages of further documents are embedded anew. */
    private static final long MOST_KEPT = 32 << 20;

    private final FormerDocuments documents;
    private final EmbeddingCounts counts;

    Reuse(FormerDocuments documents, EmbeddingCounts counts) {
        this.documents = documents;
        this.counts = counts;
    }

    /**
     * Takes out the tasks whose vectors are there already, and writes these.
     *
     * @param bulk the documents
     * @param tasks those of each document; changed in place until what is returned has completed, which it does only normally
     */
    CompletableFuture<Void> spare(List<IngestDocument> bulk, List<List<Task>> tasks) {
        Map<String, Boolean> worthwhile = new HashMap<>();
        List<Wanted> wanted = new ArrayList<>();
        Kept kept = new Kept();
        for (int i = 0; i < bulk.size(); i++) {
            // Before any is taken: of a place with two generations of vectors the first one that is written hides that it was empty.
            Set<Task> open = Collections.newSetFromMap(new IdentityHashMap<>());
            Set<String> paths = new HashSet<>();
            for (Task task : tasks.get(i)) {
                if (!task.mayReuse()) continue;
                open.add(task);
                if (worthwhile.computeIfAbsent(task.target().model(), documents::isWorthwhile)) paths.add(task.target().path());
            }
            if (paths.isEmpty()) continue;
            int document = i;
            documents.addressOf(bulk.get(i)).ifPresent(address -> wanted.add(new Wanted(address, paths,
                    source -> tasks.set(document, left(tasks.get(document), open, paths, source, kept)))));
        }
        return wanted.isEmpty() ? CompletableFuture.completedFuture(null) : documents.read(wanted);
    }

    /** The tasks of a document that are left once its former self is known. */
    private List<Task> left(List<Task> tasks, Set<Task> open, Set<String> paths, Map<String, Object> source, Kept kept) {
        Map<String, FormerVectors> former = new HashMap<>();
        for (String path : paths) former.put(path, FormerVectors.of(path, source));
        List<Task> left = new ArrayList<>();
        for (Task task : tasks) {
            FormerVectors vectors = former.get(task.target().path());
            if (vectors == null || !open.contains(task)) {
                left.add(task);
            } else if (task.take(vectors)) {
                counts.reused();
            } else {
                left.add(task.with(kept.passages(vectors, task)));
            }
        }
        return left;
    }

    /** What of the old documents stays in memory; one batch of answers after the other adds to it. */
    private static final class Kept {

        private long characters;

        FormerVectors passages(FormerVectors former, Task task) {
            if (task.target().passages().isEmpty()) return FormerVectors.NONE;
            FormerVectors passages = former.passagesOf(task.target().space().orElseThrow());
            if (characters + passages.size() > MOST_KEPT) return FormerVectors.NONE;
            characters += passages.size();
            return passages;
        }
    }
}
