package io.semanticsearch.ingest;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.Similarity;
import io.semanticsearch.fuzz.Mutations;
import io.semanticsearch.fuzz.Trials;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.opensearch.ExceptionsHelper;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.test.OpenSearchTestCase;

/** Processors and documents that are almost right: vectors are written, or the pipeline or the document is a bad request; never anything else. */
public class FuzzedProcessorsTests extends OpenSearchTestCase {

    private static final int INPUTS = 10_000;

    private static final List<FieldConfig> MAPPED = List.of(
            Documents.field("meaning", WordModels.ENGLISH),
            Documents.field("sens", WordModels.FRENCH),
            Documents.field("comments.meaning", WordModels.ENGLISH),
            new FieldConfig("own", Optional.empty(), "own", 8, List.of(), Similarity.COSINE));

    private static final List<String> CONFIGS = List.of("""
            {"model": "english", "fields": {"meaning": ["title", "body"], "vector": "title"}, "ignore_missing": true}""",
            """
                    {"fields": {"comments.meaning": ["comments.text"], "own": {"source": ["body"], "type": "text"}}, "ignore_missing": false}""",
            """
                    {"model": "french", "fields": {"sens": "_index", "_id": {"source": "photo", "type": "image"}}}""", """
                    {"model": "anglais", "fields": {"a.b.c": ["title"], "meaning": "body"}}""");

    private static final List<String> DOCUMENTS = List.of(
            """
                    {"title": "flat tyre", "body": ["mending", {"how": "with glue"}, 3.5, null, true], "meaning": [1, 2, 3, 4, 5, 6, 7, 8]}""",
            """
                    {"title": "unspeakable", "body": "mending", "photo": "Z2xhZA==", "comments": [{"text": "good"}, {"text": "bad", "meaning": "AACAPw=="}]}""",
            """
                    {"a": {"b": {"d": 1}}, "title": "glue", "body": "x", "sens": null, "meaning": "%s"}""".formatted(
                    Documents.made(WordModels.ENGLISH, "flat")),
            """
                    {"a.b": 1, "comments.text": "dotted", "title": 7, "body": [["nested"], []]}""");

    /** A processor and what it is given. */
    private record Input(String config, String document) {}

    private static boolean isBadRequest(Throwable e) {
        int status = ExceptionsHelper.status(e).getStatus();
        return e instanceof Exception && status >= 400 && status < 500;
    }

    private static Supplier<Input> inputs() {
        Mutations mutations = new Mutations(91);
        return () -> {
            String config = mutations.of(CONFIGS);
            String document = mutations.of(DOCUMENTS);
            // The one or the other, so that many get as far as the document.
            return mutations.of(List.of(true, false))
                    ? new Input(mutations.ofJson(config), document)
                    : new Input(config, mutations.ofJson(document));
        };
    }

    public void testPipelinesAndDocumentsAreReadOrRefused() {
        new Trials().run(INPUTS, inputs(), FuzzedProcessorsTests::isBadRequest, input -> {
            WordModels models = new WordModels();
            EmbedProcessor processor = new EmbedProcessor.Factory(models, models, new EmbeddingCounts(),
                    Documents.nothingFormer(),
                    index -> index.equals("books") ? MAPPED : List.of())
                    .create(Map.of(), null, null, Documents.source(input.config));
            IngestDocument document = Documents.document(input.document);
            AtomicReference<Exception> failure = new AtomicReference<>();
            processor.execute(document, (embedded, failed) -> failure.set(failed));
            if (failure.get() != null) throw failure.get();
            Object id = document.getSourceAndMetadata().get("_id");
            assertTrue("the id of the document is [" + id + "]", id instanceof String);
        });
    }

    /** Takes every source for one name or a list of names. */
    public void testAPlantedMistakeIsFound() {
        AssertionError found = expectThrows(AssertionError.class,
                () -> new Trials().run(INPUTS, inputs(), FuzzedProcessorsTests::isBadRequest, input -> {
                    Object fields = Documents.source(input.config).get("fields");
                    if (!(fields instanceof Map<?, ?> map)) throw new IllegalArgumentException("no fields");
                    for (Object source : map.values()) {
                        if (source instanceof List<?> list) list.forEach(name -> ((String) name).length());
                    }
                }));
        assertTrue(found.getCause().toString(), found.getCause() instanceof ClassCastException
                || found.getCause() instanceof NullPointerException);
    }
}
