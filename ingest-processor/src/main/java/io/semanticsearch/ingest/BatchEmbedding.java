package io.semanticsearch.ingest;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;

/** Embeds the documents of a pipeline's batch and hands each of them back exactly once, as OpenSearch counts them. */
final class BatchEmbedding {

    private final DocumentEmbedding embedding;

    BatchEmbedding(DocumentEmbedding embedding) {
        this.embedding = embedding;
    }

    void execute(
            List<IngestDocumentWrapper> wrappers,
            Function<IngestDocument, List<Target>> targets,
            Consumer<List<IngestDocumentWrapper>> handler) {
        List<IngestDocument> documents = wrappers.stream().map(IngestDocumentWrapper::getIngestDocument).toList();
        embedding.embed(documents, targets)
                .whenComplete((failures, broken) -> handler.accept(IntStream.range(0, wrappers.size())
                        .mapToObj(i -> result(wrappers.get(i),
                                broken == null ? failures.get(i) : Optional.of(new IllegalStateException(broken))))
                        .toList()));
    }

    void execute(IngestDocument document,
            Function<IngestDocument, List<Target>> targets,
            BiConsumer<IngestDocument, Exception> handler) {
        embedding.embed(List.of(document), targets).whenComplete((failures, broken) -> {
            Exception failure = broken == null ? failures.getFirst().orElse(null) : new IllegalStateException(broken);
            handler.accept(failure == null ? document : null, failure);
        });
    }

    /** A failure comes in a wrapper of its own: with [ignore_failure] OpenSearch goes on with the one that it handed in. */
    private static IngestDocumentWrapper result(IngestDocumentWrapper wrapper, Optional<Exception> failure) {
        if (failure.isEmpty()) return wrapper;
        return new IngestDocumentWrapper(wrapper.getSlot(), wrapper.getChildSlot(), wrapper.getIngestDocument(), failure.get());
    }
}
