package io.semanticsearch.ingest;

import static io.semanticsearch.ingest.Documents.document;
import static io.semanticsearch.ingest.Documents.field;
import static io.semanticsearch.ingest.Documents.made;
import static io.semanticsearch.ingest.Documents.numbers;
import static io.semanticsearch.ingest.Documents.source;
import static io.semanticsearch.ingest.WordModels.ENGLISH;
import static io.semanticsearch.ingest.WordModels.FRENCH;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.Similarity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.opensearch.index.VersionType;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.test.OpenSearchTestCase;

/** What the {@code embed} processor writes, given how its targets are mapped. */
public class EmbedProcessorTests extends OpenSearchTestCase {

    /** The mapping of the index [books]; no other index exists. */
    private static final List<FieldConfig> MAPPED = List.of(
            field("meaning", ENGLISH),
            field("sens", FRENCH),
            field("comments.meaning", ENGLISH),
            new FieldConfig("own", Optional.empty(), "own", 8, List.of(), Similarity.COSINE));

    private final WordModels models = new WordModels();

    private Exception failure(IngestDocument document, String config) {
        EmbedProcessor processor = new EmbedProcessor.Factory(models, models, new EmbeddingCounts(), Documents.nothingFormer(),
                index -> index.equals("books") ? MAPPED : List.of())
                .create(Map.of(), null, null, source(config));
        AtomicReference<Exception> result = new AtomicReference<>();
        processor.execute(document, (embedded, failure) -> result.set(failure));
        return result.get();
    }

    private Map<String, Object> embed(String json, String config) {
        IngestDocument document = document(json);
        assertNull(failure(document, config));
        return document.getSourceAndMetadata();
    }

    public void testAMappedTargetTakesTheStoredForm() {
        assertEquals(made(ENGLISH, "flat tyre mending"), embed("""
                {"title": "flat tyre", "body": "mending"}""", """
                {"fields": {"meaning": ["title", "body"]}}""").get("meaning"));
    }

    public void testATargetThatIsNotMappedTakesNumbers() {
        assertEquals(numbers(ENGLISH, "flat tyre"), embed("""
                {"title": "flat tyre"}""", """
                {"fields": {"vector": "title"}}""").get("vector"));
    }

    public void testInAnIndexThatIsNotThereNothingIsMapped() {
        IngestDocument document = new IngestDocument("new", "1", null, null, VersionType.INTERNAL, source("""
                {"title": "flat tyre"}"""));
        assertNull(failure(document, """
                {"fields": {"meaning": "title"}}"""));
        assertEquals(numbers(ENGLISH, "flat tyre"), document.getSourceAndMetadata().get("meaning"));
    }

    public void testATargetWithoutAModelTakesTheStoredFormOfAnyModel() {
        assertEquals(made(ENGLISH, "flat tyre").replace(ENGLISH.space(), "own"), embed("""
                {"title": "flat tyre"}""", """
                {"fields": {"own": "title"}}""").get("own"));
    }

    public void testSeveralTargetsAreFilled() {
        Map<String, Object> document = embed("""
                {"title": "flat tyre", "comments": [{"text": "mending"}, {"text": "baking"}]}""", """
                {"fields": {"meaning": "title", "comments.meaning": "comments.text"}}""");
        assertEquals(made(ENGLISH, "flat tyre"), document.get("meaning"));
        assertEquals(List.of(
                Map.of("text", "mending", "meaning", made(ENGLISH, "mending")),
                Map.of("text", "baking", "meaning", made(ENGLISH, "baking"))), document.get("comments"));
    }

    public void testAnAliasIsAsGoodAsItsModel() {
        assertEquals(made(ENGLISH, "flat tyre"), embed("""
                {"title": "flat tyre"}""", """
                {"model": "anglais", "fields": {"meaning": "title"}}""").get("meaning"));
    }

    public void testATargetOfAnotherSpaceIsRefused() {
        Exception refused = failure(document("""
                {"title": "flat tyre"}"""), """
                {"model": "anglais", "fields": {"sens": "title"}}""");
        assertEquals(
                "model [anglais] makes vectors of the space [aaaaaaaaaaaaaaaa], field [sens] takes those of [bbbbbbbbbbbbbbbb], which"
                        + " model [french] makes",
                refused.getMessage());
        assertEquals(List.of(), models.requests());
    }

    public void testImagesAreDecodedAndAskedForApartFromTexts() {
        String photo = base64("wheel");
        Map<String, Object> document = embed("""
                {"title": "flat tyre", "photo": "data:image/png;base64,%s", "comments": [{"photo": "%s"}, {"photo": ""}]}"""
                .formatted(photo, photo), """
                        {"fields": {"vector": "title", "meaning": {"source": "photo", "type": "image"},
                          "comments.meaning": {"source": "comments.photo", "type": "image"}}}""");
        assertEquals(numbers(ENGLISH, "flat tyre"), document.get("vector"));
        assertEquals(made(ENGLISH, "data:image/png;base64," + photo).substring(0, 40),
                document.get("meaning").toString().substring(0, 40));
        assertArrayEquals(WordModels.vector(ENGLISH, "wheel"),
                io.semanticsearch.field.StoredVector.decode(document.get("meaning").toString()).vector(), 0);
        List<?> comments = (List<?>) document.get("comments");
        assertTrue(((Map<?, ?>) comments.getFirst()).containsKey("meaning"));
        assertFalse("an empty image is none", ((Map<?, ?>) comments.getLast()).containsKey("meaning"));
        assertEquals("texts, and images in the spaces of their fields", List.of(1, 0, 2),
                List.of(models.requests().getFirst().texts().size(), models.requests().getFirst().images().size(),
                        models.requests().stream().mapToInt(request -> request.images().size()).sum()));
    }

    public void testWhatIsNoBase64FailsAndLeavesNoOldVector() {
        IngestDocument document = document("""
                {"photo": "no picture", "vector": [1, 2]}""");
        Exception refused = failure(document, """
                {"fields": {"vector": {"source": "photo", "type": "image"}}}""");
        assertTrue(refused.getMessage(),
                refused.getMessage().startsWith("[vector] cannot be embedded: the image is no base64: [no picture], "));
        assertFalse(document.getSourceAndMetadata().containsKey("vector"));
    }

    private static String base64(String words) {
        return java.util.Base64.getEncoder().encodeToString(words.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    public void testMissingSourcesAreRefused() {
        Exception refused = failure(document("""
                {"views": 1}"""), """
                {"fields": {"meaning": ["title", "body"]}}""");
        assertEquals(
                "the document has none of the fields [title, body] to embed into [meaning]; say [ignore_missing]: true where they may"
                        + " be missing",
                refused.getMessage());
    }

    public void testMissingSourcesCanBeIgnored() {
        Map<String, Object> document = embed("""
                {"title": "flat tyre"}""", """
                {"fields": {"meaning": "title", "vector": "absent"}, "ignore_missing": true}""");
        assertEquals(made(ENGLISH, "flat tyre"), document.get("meaning"));
        assertFalse(document.containsKey("vector"));
    }

    public void testAnEmptySourceIsNotMissing() {
        assertFalse(embed("""
                {"title": ""}""", """
                {"fields": {"meaning": "title"}}""").containsKey("meaning"));
    }

    public void testTheRestOfTheDocumentStaysAsItIs() {
        IngestDocument document = document("""
                {"title": "flat tyre", "a.b": 1, "c": {"d": [1, null]}, "meaning": null}""");
        assertNull(failure(document, """
                {"fields": {"vector": "title"}}"""));
        document.removeField("vector");
        assertEquals(document("""
                {"title": "flat tyre", "a.b": 1, "c": {"d": [1, null]}, "meaning": null}""").getSourceAndMetadata(),
                document.getSourceAndMetadata());
    }
}
