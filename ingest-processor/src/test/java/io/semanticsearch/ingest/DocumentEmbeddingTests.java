package io.semanticsearch.ingest;

import static io.semanticsearch.ingest.Documents.document;
import static io.semanticsearch.ingest.Documents.field;
import static io.semanticsearch.ingest.Documents.made;
import static io.semanticsearch.ingest.WordModels.ENGLISH;
import static io.semanticsearch.ingest.WordModels.FRENCH;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.field.SourceText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.test.OpenSearchTestCase;

/** Many documents embedded as one piece of work, and what goes wrong with some of them. */
public class DocumentEmbeddingTests extends OpenSearchTestCase {

    private static final Target MEANING = Target.of(field("meaning", ENGLISH, "title"));
    private static final Target SENS = Target.of(field("sens", FRENCH, "titre"));
    private static final Target COMMENTS = Target.of(field("comments.meaning", ENGLISH, "comments.text"));

    private final WordModels models = new WordModels();

    private static List<IngestDocument> documents(String... sources) {
        return Arrays.stream(sources).map(Documents::document).toList();
    }

    /** The messages of the failures; null where a document did not fail. */
    private List<String> embed(List<IngestDocument> documents, Target... targets) {
        CompletableFuture<List<Optional<Exception>>> failures = new DocumentEmbedding(models, new EmbeddingCounts(),
                Documents.nothingFormer(), () -> false)
                .embed(documents,
                        ignored -> List.of(targets));
        List<String> messages = new ArrayList<>();
        for (Optional<Exception> failure : failures.join()) messages.add(failure.map(Throwable::getMessage).orElse(null));
        return messages;
    }

    private static EmbeddingRequest asked(String model, String space, String... texts) {
        return new EmbeddingRequest(model, Optional.ofNullable(space), Role.DOCUMENT, List.of(texts));
    }

    private static List<String> noFailure(int documents) {
        return Arrays.asList(new String[documents]);
    }

    private static Object at(IngestDocument document, String field) {
        return document.getSourceAndMetadata().get(field);
    }

    public void testEachModelIsAskedOnceForAllTexts() {
        List<IngestDocument> documents = documents("""
                {"title": "flat tyre", "titre": "pneu", "comments": [{"text": "mending"}, {"text": "baking"}]}""", """
                {"title": "wheel", "titre": "roue"}""");
        assertEquals(noFailure(2), embed(documents, MEANING, SENS, COMMENTS));
        assertEquals(List.of(
                asked("english", ENGLISH.space(), "flat tyre", "mending", "baking", "wheel"),
                asked("french", FRENCH.space(), "pneu", "roue")), models.requests());
        assertEquals(made(ENGLISH, "flat tyre"), at(documents.get(0), "meaning"));
        assertEquals(made(FRENCH, "pneu"), at(documents.get(0), "sens"));
        assertEquals(made(ENGLISH, "baking"), documents.get(0).getFieldValue("comments.1.meaning", String.class));
        assertEquals(made(ENGLISH, "wheel"), at(documents.get(1), "meaning"));
        assertEquals(made(FRENCH, "roue"), at(documents.get(1), "sens"));
    }

    public void testEqualTextsAreEmbeddedOnce() {
        List<IngestDocument> documents = documents("""
                {"title": "flat tyre", "comments": [{"text": "flat tyre"}]}""", """
                {"title": "wheel"}""", """
                {"title": "flat tyre"}""");
        assertEquals(noFailure(3), embed(documents, MEANING, COMMENTS));
        assertEquals(List.of(asked("english", ENGLISH.space(), "flat tyre", "wheel")), models.requests());
        assertEquals(made(ENGLISH, "flat tyre"), at(documents.get(0), "meaning"));
        assertEquals(made(ENGLISH, "flat tyre"), documents.get(0).getFieldValue("comments.0.meaning", String.class));
        assertEquals(made(ENGLISH, "flat tyre"), at(documents.get(2), "meaning"));
    }

    public void testWhatIsFreshAsksNoModel() {
        assertEquals(noFailure(2), embed(documents("""
                {"title": "flat tyre", "meaning": "%s"}""".formatted(made(ENGLISH, "flat tyre")), """
                {"views": 1}"""), MEANING));
        assertEquals(noFailure(0), embed(List.of(), MEANING));
        assertEquals(List.of(), models.requests());
    }

    public void testARefusedTextFailsItsDocumentAlone() {
        List<IngestDocument> documents = documents("""
                {"title": "flat tyre"}""", """
                {"title": "unspeakable", "titre": "roue"}""", """
                {"title": "wheel"}""");
        assertEquals(Arrays.asList(null, "[meaning] cannot be embedded: it holds the word [unspeakable]", null),
                embed(documents, MEANING, SENS));
        assertEquals(made(ENGLISH, "flat tyre"), at(documents.get(0), "meaning"));
        assertEquals(made(ENGLISH, "wheel"), at(documents.get(2), "meaning"));
    }

    public void testAModelThatFailsFailsTheDocumentsThatNeedIt() {
        Target klingon = new Target("tlh", new SourceText("tlh", List.of("title")), SourceType.TEXT, "klingon", Optional.empty(),
                0);
        List<IngestDocument> documents = documents("""
                {"title": "flat tyre"}""", """
                {"titre": "pneu"}""", """
                {"views": 1}""");
        assertEquals(Arrays.asList("unknown model [klingon]", null, null), embed(documents, klingon, SENS));
        assertEquals(made(FRENCH, "pneu"), at(documents.get(1), "sens"));
    }

    public void testTheFailureOfAModelComesOutOfItsWrapper() {
        Target klingon = new Target("tlh", new SourceText("tlh", List.of("title")), SourceType.TEXT, "klingon", Optional.empty(),
                0);
        Exception failure = new DocumentEmbedding(models, new EmbeddingCounts(), Documents.nothingFormer(), () -> false)
                .embed(documents("""
                        {"title": "flat tyre"}"""), ignored -> List.of(klingon)).join().getFirst().orElseThrow();
        assertEquals(EmbeddingException.BadRequest.class, failure.getClass());
    }

    public void testADocumentThatFailsKeepsNoVectorOfAnOlderText() {
        String stale = made(ENGLISH, "wheel");
        List<IngestDocument> documents = documents("""
                {"title": "unspeakable", "meaning": "%s"}""".formatted(stale));
        embed(documents, MEANING);
        assertFalse(documents.getFirst().hasField("meaning"));
        Target klingon = new Target("meaning", new SourceText("meaning", List.of("title")), SourceType.TEXT, "klingon",
                Optional.of("own"), 8);
        documents = documents("""
                {"title": "flat tyre", "meaning": "%s"}""".formatted(stale));
        embed(documents, klingon);
        assertFalse(documents.getFirst().hasField("meaning"));
    }

    public void testADocumentWhoseFieldsCannotBeToldFailsAlone() {
        List<IngestDocument> documents = documents("""
                {"title": "flat tyre"}""", """
                {"title": "wheel"}""");
        List<Optional<Exception>> failures = new DocumentEmbedding(models, new EmbeddingCounts(), Documents.nothingFormer(),
                () -> false)
                .embed(documents, document -> {
                    if ("wheel".equals(at(document, "title"))) throw new IllegalArgumentException("not this one");
                    return List.of(MEANING);
                }).join();
        assertEquals(Optional.empty(), failures.get(0));
        assertEquals("not this one", failures.get(1).orElseThrow().getMessage());
        assertEquals(made(ENGLISH, "flat tyre"), at(documents.get(0), "meaning"));
    }

    public void testADocumentThatCannotTakeItsVectorFailsAlone() {
        Target within = Target.of(field("meaning.inner", ENGLISH, "text"));
        List<IngestDocument> documents = documents("""
                {"title": "flat tyre", "text": "mending"}""", """
                {"title": "wheel"}""");
        List<String> failures = embed(documents, MEANING, within);
        assertNotNull(failures.get(0));
        assertNull(failures.get(1));
        assertEquals(made(ENGLISH, "wheel"), at(documents.get(1), "meaning"));
    }

    public void testATextThatMeansNothingIsNoFailure() {
        List<IngestDocument> documents = documents("""
                {"title": "42", "meaning": "%s"}""".formatted(made(ENGLISH, "wheel")));
        assertEquals(noFailure(1), embed(documents, MEANING));
        assertFalse(documents.getFirst().hasField("meaning"));
    }

    public void testAFieldWithoutAModelIsFilledByAnyModel() {
        Target own = new Target("meaning", new SourceText("meaning", List.of("title")), SourceType.TEXT, "english",
                Optional.of("own"), 8);
        List<IngestDocument> documents = documents("""
                {"title": "flat tyre"}""");
        assertEquals(noFailure(1), embed(documents, own));
        assertEquals(List.of(asked("english", null, "flat tyre")), models.requests());
        assertEquals(made(ENGLISH, "flat tyre").replace(ENGLISH.space(), "own"), at(documents.getFirst(), "meaning"));
    }

    public void testAShortAnswerFailsWhatWasAsked() {
        List<Optional<Exception>> failures = new DocumentEmbedding(
                request -> CompletableFuture.completedFuture(List.of()), new EmbeddingCounts(), Documents.nothingFormer(),
                () -> false)
                .embed(List.of(document("""
                        {"title": "flat tyre"}"""), document("{}")), ignored -> List.of(MEANING)).join();
        assertEquals("model [english] returned [0] embeddings for [1] texts", failures.get(0).orElseThrow().getMessage());
        assertEquals(Optional.empty(), failures.get(1));
    }

    public void testItIsDoneWhenAllModelsAre() {
        Queue<Runnable> work = new ArrayDeque<>();
        CompletableFuture<List<Optional<Exception>>> done = new DocumentEmbedding(new WordModels(work::add),
                new EmbeddingCounts(), Documents.nothingFormer(), () -> false)
                .embed(List.of(document("""
                        {"title": "flat tyre", "titre": "pneu"}""")), ignored -> List.of(MEANING, SENS));
        work.remove().run();
        assertFalse(done.isDone());
        work.remove().run();
        assertEquals(List.of(Optional.empty()), done.join());
    }
}
