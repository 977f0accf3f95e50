package io.semanticsearch.ingest;

import static io.semanticsearch.ingest.Documents.document;
import static io.semanticsearch.ingest.Documents.made;
import static io.semanticsearch.ingest.Documents.source;
import static io.semanticsearch.ingest.WordModels.ENGLISH;
import static io.semanticsearch.ingest.WordModels.FRENCH;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.opensearch.ingest.AbstractBatchingSystemProcessor;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;
import org.opensearch.ingest.Pipeline;
import org.opensearch.plugins.IngestPlugin.SystemIngestPipelineConfigKeys;
import org.opensearch.test.OpenSearchTestCase;

/** The processor that the mapping of an index, or its templates, bring with them. */
public class MappedFieldsProcessorTests extends OpenSearchTestCase {

    private static final String BOOKS = """
            {"properties": {"title": {"type": "text"},
                            "meaning": {"type": "embedding", "model": "english", "source_fields": ["title"]}}}""";

    private final WordModels models = new WordModels();
    private final MappedFieldsProcessor.Factory factory = new MappedFieldsProcessor.Factory(models, models, new EmbeddingCounts(),
            Documents.nothingFormer(),
            () -> false);

    private static Map<String, Object> index(String mapping) {
        return Map.of(SystemIngestPipelineConfigKeys.INDEX_MAPPINGS, source(mapping));
    }

    private static Map<String, Object> templates(String... mappings) {
        return Map.of(SystemIngestPipelineConfigKeys.INDEX_TEMPLATE_MAPPINGS,
                Stream.of(mappings).map(Documents::source).toList());
    }

    private AbstractBatchingSystemProcessor processor(Map<String, Object> config) throws Exception {
        return factory.create(Map.of(), null, null, config);
    }

    private Map<String, Object> embedded(Map<String, Object> config, String json) throws Exception {
        IngestDocument document = document(json);
        processor(config).execute(document, (same, failure) -> {
            assertNull(failure);
            assertSame(document, same);
        });
        return document.getSourceAndMetadata();
    }

    public void testAnIndexWithNothingToEmbedNeedsNone() throws Exception {
        assertNull(processor(Map.of()));
        assertNull(processor(index("{}")));
        assertNull(processor(index("""
                {"properties": {"title": {"type": "text"}, "position": {"type": "embedding", "dimension": 3}}}""")));
        assertNull(processor(templates("{}")));
    }

    public void testAMappingFillsItsFields() throws Exception {
        assertEquals(made(ENGLISH, "flat tyre"), embedded(index(BOOKS), """
                {"title": "flat tyre"}""").get("meaning"));
        assertEquals("within its type", made(ENGLISH, "flat tyre"), embedded(index("{\"_doc\": " + BOOKS + "}"), """
                {"title": "flat tyre"}""").get("meaning"));
    }

    public void testFieldsThatOnlyTakeVectorsAreLeftAlone() throws Exception {
        Map<String, Object> document = embedded(index("""
                {"properties": {"position": {"type": "embedding", "dimension": 3},
                                "meaning": {"type": "embedding", "source_fields": "title"}}}"""), """
                {"title": "flat tyre", "position": [1, 2, 3]}""");
        assertEquals(List.of(1, 2, 3), document.get("position"));
        assertEquals("the default model", made(ENGLISH, "flat tyre"), document.get("meaning"));
    }

    public void testTemplatesFillTheFieldsOfAnIndexToBe() throws Exception {
        Map<String, Object> document = embedded(templates(BOOKS, """
                {"properties": {"sens": {"type": "embedding", "model": "french", "source_fields": "title"}}}"""), """
                {"title": "pneu"}""");
        assertEquals(made(ENGLISH, "pneu"), document.get("meaning"));
        assertEquals(made(FRENCH, "pneu"), document.get("sens"));
    }

    public void testALaterTemplateWins() throws Exception {
        Map<String, Object> document = embedded(templates(BOOKS, """
                {"properties": {"meaning": {"type": "embedding", "model": "french", "source_fields": "body"}}}"""), """
                {"title": "flat tyre", "body": "mending"}""");
        assertEquals(made(FRENCH, "mending"), document.get("meaning"));
        assertNull("a field without sources has nothing to embed", processor(templates(BOOKS, """
                {"properties": {"meaning": {"type": "embedding", "dimension": 3}}}""")));
    }

    public void testOpenSearchMakesAPipelineOfIt() {
        Pipeline pipeline = Pipeline.createSystemIngestPipeline(
                "books", Map.of(MappedFieldsProcessor.TYPE, factory), new HashMap<>(index(BOOKS)));
        List<IngestDocumentWrapper> back = new ArrayList<>();
        pipeline.getCompoundProcessor().batchExecute(Documents.wrapped(List.of(document("""
                {"title": "flat tyre"}"""), document("""
                {"title": "unspeakable"}"""), document("""
                {"views": 1}"""))), back::addAll);
        assertEquals(3, back.size());
        assertEquals("a bulk is one piece of work", 1, models.requests().size());
        assertEquals(List.of("flat tyre", "unspeakable"), models.requests().getFirst().texts());
        assertEquals(List.of("java.lang.IllegalArgumentException: [meaning] cannot be embedded: it holds the word [unspeakable]"),
                back.stream().filter(wrapper -> wrapper.getException() != null)
                        .map(wrapper -> wrapper.getException().getMessage()).toList());
    }

    public void testAnIndexWithNothingToEmbedHasAnEmptyPipeline() {
        Pipeline pipeline = Pipeline.createSystemIngestPipeline(
                "plain", Map.of(MappedFieldsProcessor.TYPE, factory), new HashMap<>(index("{}")));
        assertEquals(List.of(), pipeline.getProcessors());
    }

    public void testItSaysWhatItIs() throws Exception {
        AbstractBatchingSystemProcessor processor = processor(index(BOOKS));
        assertEquals("embedding_fields", processor.getType());
        assertTrue(processor.isSystemGenerated());
        UnsupportedOperationException refused = expectThrows(UnsupportedOperationException.class,
                () -> processor.execute(document("{}")));
        assertEquals("[embedding_fields] works asynchronously; call execute with a handler", refused.getMessage());
    }
}
