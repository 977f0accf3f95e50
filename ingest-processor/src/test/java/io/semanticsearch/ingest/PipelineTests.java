package io.semanticsearch.ingest;

import static io.semanticsearch.ingest.Documents.document;
import static io.semanticsearch.ingest.Documents.field;
import static io.semanticsearch.ingest.Documents.made;
import static io.semanticsearch.ingest.Documents.source;
import static io.semanticsearch.ingest.WordModels.ENGLISH;
import static io.semanticsearch.ingest.WordModels.UNSPEAKABLE;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.opensearch.ingest.AbstractProcessor;
import org.opensearch.ingest.CompoundProcessor;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;
import org.opensearch.ingest.Pipeline;
import org.opensearch.ingest.Processor;
import org.opensearch.test.OpenSearchTestCase;

/** The processor in OpenSearch's own pipelines, which count the documents that come back. */
public class PipelineTests extends OpenSearchTestCase {

    private final WordModels models = new WordModels();

    private static EmbedProcessor processor(WordModels models) {
        return new EmbedProcessor.Factory(models, models, new EmbeddingCounts(), Documents.nothingFormer(),
                index -> List.of(field("meaning", ENGLISH)))
                .create(Map.of(), "tag", null, source("""
                        {"fields": {"meaning": "title"}}"""));
    }

    /** Leaves a mark on every document that gets this far. */
    private static final class Mark extends AbstractProcessor {

        Mark() {
            super(null, null);
        }

        @Override
        public IngestDocument execute(IngestDocument document) {
            document.setFieldValue("marked", true);
            return document;
        }

        @Override
        public String getType() {
            return "mark";
        }
    }

    private static Pipeline pipeline(Processor... processors) {
        return new Pipeline("p", null, null, new CompoundProcessor(processors));
    }

    private static CompoundProcessor ignoringFailure(Processor processor) {
        return new CompoundProcessor(true, List.of(processor), List.of());
    }

    private static List<IngestDocument> documents(String... titles) {
        return Arrays.stream(titles).map(title -> document("{\"title\": \"" + title + "\"}")).toList();
    }

    /** What comes back of a batch, by slot; each slot exactly once. */
    private static List<IngestDocumentWrapper> run(Pipeline pipeline, List<IngestDocument> documents) {
        List<IngestDocumentWrapper> back = new ArrayList<>();
        pipeline.getCompoundProcessor().batchExecute(Documents.wrapped(documents), back::addAll);
        back.sort(Comparator.comparing(IngestDocumentWrapper::getSlot));
        for (int slot = 0; slot < documents.size(); slot++) assertEquals(slot, back.get(slot).getSlot());
        assertEquals(documents.size(), back.size());
        return back;
    }

    private static void embedded(String title, IngestDocumentWrapper back) {
        assertNull(back.getException());
        assertEquals(made(ENGLISH, title), back.getIngestDocument().getSourceAndMetadata().get("meaning"));
        assertEquals(true, back.getIngestDocument().getSourceAndMetadata().get("marked"));
    }

    public void testAWholeBatchIsOnePieceOfWork() {
        List<IngestDocumentWrapper> back = run(pipeline(processor(models), new Mark()),
                documents("flat tyre", "wheel", "mending"));
        embedded("flat tyre", back.get(0));
        embedded("wheel", back.get(1));
        embedded("mending", back.get(2));
        assertEquals(List.of("flat tyre", "wheel", "mending"), models.requests().getFirst().texts());
        assertEquals(1, models.requests().size());
    }

    public void testADocumentThatFailsComesBackWithItsFailure() {
        List<IngestDocumentWrapper> back = run(
                pipeline(processor(models), new Mark()), documents("flat tyre", UNSPEAKABLE, "wheel"));
        embedded("flat tyre", back.get(0));
        embedded("wheel", back.get(2));
        assertEquals("java.lang.IllegalArgumentException: [meaning] cannot be embedded: it holds the word [unspeakable]",
                back.get(1).getException().getMessage());
        assertFalse("it goes no further", back.get(1).getIngestDocument().hasField("marked"));
    }

    public void testWithIgnoreFailureADocumentThatFailsGoesOnWithoutAVector() {
        List<IngestDocumentWrapper> back = run(
                pipeline(ignoringFailure(processor(models)), new Mark()), documents("flat tyre", UNSPEAKABLE));
        embedded("flat tyre", back.get(0));
        assertNull(back.get(1).getException());
        assertTrue(back.get(1).getIngestDocument().hasField("marked"));
        assertFalse(back.get(1).getIngestDocument().hasField("meaning"));
    }

    public void testOnFailureRunsForADocumentThatFails() {
        CompoundProcessor rescue = new CompoundProcessor(false, List.of(processor(models)), List.of(new Mark()));
        List<IngestDocumentWrapper> back = run(pipeline(rescue), documents("flat tyre", UNSPEAKABLE));
        assertFalse(back.get(0).getIngestDocument().hasField("marked"));
        assertTrue(back.get(1).getIngestDocument().hasField("marked"));
        assertNull(back.get(1).getException());
    }

    public void testABatchOfNothingButFailuresComesBack() {
        List<IngestDocumentWrapper> back = run(pipeline(processor(models)), documents(UNSPEAKABLE, UNSPEAKABLE));
        for (IngestDocumentWrapper wrapper : back) assertNotNull(wrapper.getException());
        assertEquals("equal texts are asked for once", 1, models.requests().getFirst().texts().size());
    }

    public void testABatchComesBackWhenItIsEmbedded() {
        Queue<Runnable> work = new ArrayDeque<>();
        List<IngestDocumentWrapper> back = new ArrayList<>();
        pipeline(processor(new WordModels(work::add))).getCompoundProcessor()
                .batchExecute(Documents.wrapped(documents("flat tyre", "wheel")), back::addAll);
        assertEquals(List.of(), back);
        work.remove().run();
        assertEquals(2, back.size());
    }

    public void testOneDocumentIsHandedToItsHandlerOnce() {
        AtomicInteger calls = new AtomicInteger();
        pipeline(processor(models), new Mark()).getCompoundProcessor().execute(documents("flat tyre").getFirst(),
                (document, failure) -> {
                    calls.incrementAndGet();
                    assertNull(failure);
                    assertEquals(made(ENGLISH, "flat tyre"), document.getSourceAndMetadata().get("meaning"));
                    assertTrue(document.hasField("marked"));
                });
        assertEquals(1, calls.get());
    }

    public void testOneDocumentThatFailsIsHandedToItsHandlerOnce() {
        AtomicInteger calls = new AtomicInteger();
        processor(models).execute(documents(UNSPEAKABLE).getFirst(), (document, failure) -> {
            calls.incrementAndGet();
            assertNull(document);
            assertEquals("[meaning] cannot be embedded: it holds the word [unspeakable]", failure.getMessage());
        });
        assertEquals(1, calls.get());
    }

    public void testOneDocumentThatFailsGoesOnWithIgnoreFailure() {
        AtomicInteger calls = new AtomicInteger();
        pipeline(ignoringFailure(processor(models)), new Mark()).getCompoundProcessor()
                .execute(documents(UNSPEAKABLE).getFirst(), (document, failure) -> {
                    calls.incrementAndGet();
                    assertNull(failure);
                    assertTrue(document.hasField("marked"));
                    assertFalse(document.hasField("meaning"));
                });
        assertEquals(1, calls.get());
    }

    public void testEmbeddingWhileTheCallerWaitsIsRefused() {
        UnsupportedOperationException refused = expectThrows(UnsupportedOperationException.class,
                () -> processor(models).execute(documents("flat tyre").getFirst()));
        assertEquals("[embed] works asynchronously; call execute with a handler", refused.getMessage());
    }
}
