package io.semanticsearch.ingest;

import io.semanticsearch.embedding.AsyncEmbedding;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.PassageCut;
import io.semanticsearch.embedding.PassageOrder;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.field.PassageRule;
import io.semanticsearch.embedding.image.Base64Image;
import io.semanticsearch.ingest.Target.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.opensearch.ingest.IngestDocument;

/**
 * Embeds the texts and images of many documents as one piece of work: each model is asked once for all of its texts and once for all of
 * its images, equal ones once, and every vector is written where its source was. What goes wrong with one of them fails the document that holds it and no other.
 */
final class DocumentEmbedding {

    private final AsyncEmbedding embedding;
    private final EmbeddingCounts counts;
    private final Reuse reuse;
    private final BooleanSupplier strict;

    /** @param strict whether a document must be refused even where its mapping lets it go on without its vector */
    DocumentEmbedding(AsyncEmbedding embedding, EmbeddingCounts counts, FormerDocuments former, BooleanSupplier strict) {
        this.embedding = embedding;
        this.counts = counts;
        this.reuse = new Reuse(former, counts);
        this.strict = strict;
    }

    /**
     * Fills in the vectors of all documents.
     *
     * @param documents changed in place
     * @param targets the fields of one document; what it throws is that document's failure
     * @return for each document its failure, or empty; completes only normally, on whatever thread embeds
     */
    CompletableFuture<List<Optional<Exception>>> embed(
            List<IngestDocument> documents,
            Function<IngestDocument, List<Target>> targets) {
        Outcome outcome = new Outcome(new Exception[documents.size()], counts, strict.getAsBoolean());
        List<List<Task>> tasks = new ArrayList<>(documents.size());
        for (int i = 0; i < documents.size(); i++) {
            List<Task> settled = new ArrayList<>();
            try {
                IngestDocument document = documents.get(i);
                for (Target target : targets.apply(document))
                    settled.addAll(target.settle(document.getSourceAndMetadata(), counts));
                tasks.add(settled);
            } catch (RuntimeException e) {
                outcome.failures[i] = e;
                tasks.add(List.of());
            }
        }
        return reuse.spare(documents, tasks).thenCompose(ignored -> embed(tasks, outcome)).thenApply(ignored -> {
            List<Optional<Exception>> results = new ArrayList<>(outcome.failures.length);
            for (Exception failure : outcome.failures) results.add(Optional.ofNullable(failure));
            return results;
        });
    }

    private CompletableFuture<Void> embed(List<List<Task>> tasks, Outcome outcome) {
        Map<Asked, Sources> byModel = new LinkedHashMap<>();
        for (int i = 0; i < tasks.size(); i++) {
            try {
                for (Task task : tasks.get(i)) {
                    Asked asked = new Asked(task.target().model(), task.target().modelSpace(), task.target().type(),
                            task.target().passages());
                    byModel.computeIfAbsent(asked, ignored -> new Sources()).add(i, task);
                }
            } catch (RuntimeException e) {
                outcome.failures[i] = e;
            }
        }
        return CompletableFuture.allOf(byModel.entrySet().stream()
                .map(entry -> embed(entry.getKey(), entry.getValue(), outcome))
                .toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<Void> embed(Asked asked, Sources texts, Outcome outcome) {
        EmbeddingRequest request = switch (asked.type) {
            case TEXT -> asked.passages.isPresent()
                    ? EmbeddingRequest.ofPassages(asked.model, asked.space, texts.distinct(), texts.order(asked.passages.get()))
                    : new EmbeddingRequest(asked.model, asked.space, Role.DOCUMENT, texts.distinct());
            case IMAGE -> EmbeddingRequest.ofImages(asked.model, asked.space, Role.DOCUMENT, texts.images());
        };
        return embedding.embed(request).handle((rows, failure) -> {
            // Documents of several models share the array; each slot is written by whichever fails first.
            synchronized (outcome) {
                if (failure != null) {
                    texts.fail(cause(failure), outcome);
                } else if (rows.size() != request.size()) {
                    texts.fail(
                            new IllegalStateException(
                                    "model [" + asked.model + "] returned [" + rows.size() + "] embeddings for ["
                                            + request.size() + "] " + asked.type.wireName() + "s"),
                            outcome);
                } else {
                    texts.write(rows, outcome);
                }
            }
            return null;
        });
    }

    private static Exception cause(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Exception exception ? exception : new IllegalStateException(cause);
    }

    private record Asked(String model, Optional<String> space, SourceType type, Optional<PassageRule> passages) {}

    /** What goes wrong with each document. */
    private record Outcome(Exception[] failures, EmbeddingCounts counts, boolean strict) {

        void fail(int document, Target target, Exception failure) {
            if (target.optional() && !strict) {
                counts.ignored();
            } else {
                counts.failed();
                failures[document] = failure;
            }
        }
    }

    private record Slot(int document, Task task) {

        void take(Embedding result, Outcome outcome) {
            switch (result) {
                case Embedding.Vector vector -> task.write(vector.values());
                case Embedding.Passages passages -> task.write(passages);
                case Embedding.Nothing nothing -> task.writeNothing();
                case Embedding.Refused refused -> throw new IllegalArgumentException(
                        "[" + task.target().path() + "] cannot be embedded: " + refused.reason());
            }
            outcome.counts.embedded();
        }

        void fail(Exception failure, Outcome outcome) {
            // With [ignore_failure] the document goes on as it is here, and a vector of an older text must not.
            task.writeNothing();
            outcome.fail(document, task.target(), failure);
        }
    }

    /** The texts or images for one model, each with every place that it stands at. */
    private static final class Sources {

        private final Map<String, List<Slot>> slots = new LinkedHashMap<>();
        private final List<byte[]> images = new ArrayList<>();

        /** What it throws is the document's failure. */
        void add(int document, Task task) {
            if (task.target().type() == SourceType.IMAGE && !slots.containsKey(task.text())) images.add(image(task));
            slots.computeIfAbsent(task.text(), ignored -> new ArrayList<>(1)).add(new Slot(document, task));
        }

        private static byte[] image(Task task) {
            try {
                return Base64Image.decode(task.text());
            } catch (IllegalArgumentException e) {
                // With [ignore_failure] the document goes on as it is here, and a vector of an older image must not.
                task.writeNothing();
                throw new IllegalArgumentException("[" + task.target().path() + "] cannot be embedded: " + e.getMessage(), e);
            }
        }

        /** In the order of {@link #distinct}. */
        List<byte[]> images() {
            return images;
        }

        List<String> distinct() {
            return List.copyOf(slots.keySet());
        }

        /** A text that stands in several documents is embedded for all of them, whatever one of them has of it already. */
        PassageOrder order(PassageRule rule) {
            List<Set<String>> known = new ArrayList<>(slots.size());
            for (List<Slot> places : slots.values()) {
                known.add(places.size() == 1 ? places.getFirst().task.known().keySet() : Set.of());
            }
            return new PassageOrder(new PassageCut(rule.maxTokens(), rule.overlapTokens()), known);
        }

        void write(List<Embedding> rows, Outcome outcome) {
            int row = 0;
            for (List<Slot> places : slots.values()) {
                Embedding result = rows.get(row++);
                for (Slot slot : places) {
                    try {
                        slot.take(result, outcome);
                    } catch (RuntimeException e) {
                        slot.fail(e, outcome);
                    }
                }
            }
        }

        void fail(Exception failure, Outcome outcome) {
            for (List<Slot> places : slots.values()) {
                for (Slot slot : places) slot.fail(failure, outcome);
            }
        }
    }
}
