package io.semanticsearch.ingest;

import static io.semanticsearch.ingest.Documents.brought;
import static io.semanticsearch.ingest.Documents.document;
import static io.semanticsearch.ingest.Documents.field;
import static io.semanticsearch.ingest.Documents.made;
import static io.semanticsearch.ingest.WordModels.ENGLISH;
import static io.semanticsearch.ingest.WordModels.FRENCH;

import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.FieldGeneration;
import io.semanticsearch.field.Generations;
import io.semanticsearch.field.PassageRule;
import io.semanticsearch.field.StoredForm;
import io.semanticsearch.field.StoredPassages;
import io.semanticsearch.field.StoredVector;
import io.semanticsearch.field.TextHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.index.VersionType;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.test.OpenSearchTestCase;

/** Whole documents written over others: which vectors of the others serve them, and that looking for these never does harm. */
public class ReuseTests extends OpenSearchTestCase {

    private static final Target MEANING = Target.of(field("meaning", ENGLISH, "title"));
    private static final Target COMMENTS = Target.of(field("comments.meaning", ENGLISH, "comments.text"));
    private static final PassageRule RULE = new PassageRule(8, 2);

    private final WordModels models = new WordModels();
    private final EmbeddingCounts counts = new EmbeddingCounts();
    private StoredDocuments stored;
    private volatile boolean worthwhile = true;
    private TimeValue patience = TimeValue.timeValueSeconds(30);

    @Override
    public void setUp() throws Exception {
        super.setUp();
        stored = new StoredDocuments(getTestName());
    }

    @Override
    public void tearDown() throws Exception {
        stored.close();
        super.tearDown();
    }

    private CompletableFuture<List<Optional<Exception>>> start(List<IngestDocument> documents, List<Target> targets) {
        FormerDocuments former = new FormerDocuments(() -> stored, Optional::of, model -> worthwhile, patience);
        return new DocumentEmbedding(models, counts, former, () -> false).embed(documents, ignored -> targets);
    }

    private void embed(List<IngestDocument> documents, Target... targets) throws Exception {
        for (Optional<Exception> failure : start(documents, List.of(targets)).get(30, TimeUnit.SECONDS))
            assertEquals(Optional.empty(), failure);
    }

    private IngestDocument embed(String json, Target... targets) throws Exception {
        IngestDocument document = document(json);
        embed(List.of(document), targets);
        return document;
    }

    private static Object meaning(IngestDocument document) {
        return document.getSourceAndMetadata().get("meaning");
    }

    private long reused() {
        return (Long) counts.toMap().get("reused");
    }

    /** Texts that the model was given. */
    private List<String> texts() {
        return models.requests().stream().flatMap(request -> request.texts().stream()).toList();
    }

    /** A vector in the form of one that the model made, which it does not make: so that where it came from can be told. */
    private static String marked(String space, String text, float... vector) {
        return new StoredVector(space, StoredVector.Origin.MADE, TextHash.of(text), vector).encode();
    }

    private static String marked(String text) {
        return marked(ENGLISH.space(), text, 0, 0, 0, 1, 0, 0, 0, 0);
    }

    private static String passages(PassageRule rule, String text, String... passages) {
        List<StoredPassages.Passage> all = new ArrayList<>();
        for (int i = 0; i < passages.length; i++)
            all.add(new StoredPassages.Passage(i, i + 1, passages[i], new float[]{i, 1, 0, 0, 0, 0, 0, 0}));
        return new StoredPassages(ENGLISH.space(), rule, TextHash.of(text), all).encode();
    }

    public void testATextThatStaysIsNotEmbeddedAgain() throws Exception {
        stored.put("1", Map.of("title", "flat tyre", "secret", "of old", "meaning", marked("flat tyre")));
        IngestDocument document = embed("{\"title\": \"flat tyre\"}", MEANING);
        assertEquals(marked("flat tyre"), meaning(document));
        assertEquals(List.of(), texts());
        assertEquals(1, reused());
        assertFalse("nothing else of it comes along", document.getSourceAndMetadata().containsKey("secret"));
        assertEquals("nothing else of it is read", List.of(Set.of("meaning")), stored.fieldsAsked());
    }

    public void testATextThatChangedIsEmbedded() throws Exception {
        stored.put("1", Map.of("meaning", marked("flat tyre")));
        assertEquals(made(ENGLISH, "bread"), meaning(embed("{\"title\": \"bread\"}", MEANING)));
        assertEquals(List.of("bread"), texts());
        assertEquals(0, reused());
    }

    public void testADocumentThatReplacesNoneIsEmbedded() throws Exception {
        assertEquals(made(ENGLISH, "flat tyre"), meaning(embed("{\"title\": \"flat tyre\"}", MEANING)));
        assertEquals(1, stored.requests());
    }

    public void testAVectorThatWasBroughtGoesWithItsDocument() throws Exception {
        stored.put("1", Map.of("meaning", brought(ENGLISH, "flat tyre", 0, 0, 0, 1, 0, 0, 0, 0)));
        assertEquals(made(ENGLISH, "flat tyre"), meaning(embed("{\"title\": \"flat tyre\"}", MEANING)));
    }

    public void testAVectorOfAnotherSpaceOrLengthServesNobody() throws Exception {
        stored.put("1", Map.of("meaning", marked(FRENCH.space(), "flat tyre", 0, 0, 0, 1, 0, 0, 0, 0)));
        stored.put("2", Map.of("meaning", marked(ENGLISH.space(), "flat tyre", 1, 2)));
        stored.put("3", Map.of("meaning", marked("flat tyre").replace("=", "!")));
        stored.put("4", Map.of("meaning", "sv1:"));
        stored.put("5", Map.of("meaning", List.of(1, 2, 3)));
        for (String id : List.of("1", "2", "3", "4", "5")) {
            IngestDocument document = document("{\"title\": \"flat tyre\"}", id);
            embed(List.of(document), MEANING);
            assertEquals(id, made(ENGLISH, "flat tyre"), meaning(document));
        }
    }

    public void testObjectsAreFoundByTheirTexts() throws Exception {
        stored.put("1", Map.of("comments", List.of(Map.of("meaning", marked("mending")), Map.of(),
                Map.of("meaning", marked("baking")))));
        IngestDocument document = embed("""
                {"comments": [{"text": "baking"}, {"text": "sleeping"}, {"text": "mending"}]}""", COMMENTS);
        assertEquals(List.of("sleeping"), texts());
        assertEquals(marked("baking"), document.getFieldValue("comments.0.meaning", String.class));
        assertEquals(made(ENGLISH, "sleeping"), document.getFieldValue("comments.1.meaning", String.class));
        assertEquals(marked("mending"), document.getFieldValue("comments.2.meaning", String.class));
        assertEquals(2, reused());
    }

    public void testEachGenerationHasItsOwn() throws Exception {
        FieldConfig field = field("meaning", ENGLISH, "title");
        FieldGeneration next = new FieldGeneration("french", FRENCH.space(), FRENCH.dimension());
        Target[] both = Target.generationsOf(new FieldConfig("meaning", field.model(), field.space(), field.dimension(),
                field.sourceFields(), field.similarity(), field.passages(), new Generations(Optional.of(next), List.of()), false))
                .toArray(Target[]::new);
        String english = marked("flat tyre");
        String french = marked(FRENCH.space(), "flat tyre", new float[16]);
        stored.put("1", Map.of("meaning", StoredForm.join(List.of(english, french))));
        assertEquals(StoredForm.join(List.of(english, french)), meaning(embed("{\"title\": \"flat tyre\"}", both)));
        assertEquals(List.of(), models.requests());

        stored.put("1", Map.of("meaning", english));
        assertEquals(StoredForm.join(List.of(english, made(FRENCH, "flat tyre"))),
                meaning(embed("{\"title\": \"flat tyre\"}", both)));
        assertEquals(List.of("french"), models.requests().stream().map(EmbeddingRequest::model).toList());
    }

    public void testPassagesThatStayAreKnown() throws Exception {
        Target passages = new Target("meaning", MEANING.sourceText(), SourceType.TEXT, "english", Optional.of(ENGLISH.space()), 8,
                Optional.of(RULE));
        String first = TextHash.of("flat");
        String second = TextHash.of("tyre");
        stored.put("1", Map.of("meaning", passages(RULE, "flat tyre", first, second)));
        embed("{\"title\": \"flat\"}", passages);
        assertEquals(List.of(Set.of(first, second)), models.requests().getFirst().passages().orElseThrow().known());

        assertEquals(passages(RULE, "flat tyre", first, second), meaning(embed("{\"title\": \"flat tyre\"}", passages)));
        assertEquals("the same text, cut alike", 1, models.requests().size());

        stored.put("1", Map.of("meaning", passages(new PassageRule(16, 2), "flat tyre", first)));
        embed("{\"title\": \"flat tyre\"}", passages);
        assertEquals("the same text, cut otherwise", 2, models.requests().size());
        assertEquals(List.of(Set.of(first)), models.requests().getLast().passages().orElseThrow().known());
    }

    public void testWhatNeedNotBeLookedForIsNot() throws Exception {
        stored.put("1", Map.of("meaning", marked("flat tyre")));
        embed(List
                .of(new IngestDocument("books", null, null, null, VersionType.INTERNAL, Documents.source("{\"title\": \"a\"}"))),
                MEANING);
        embed("{\"title\": \"bread\", \"meaning\": \"" + made(ENGLISH, "flat tyre") + "\"}", MEANING);
        embed("{\"title\": \"flat tyre\", \"meaning\": [1, 0, 0, 0, 0, 0, 0, 0]}", MEANING);
        embed("{\"title\": \"\"}", MEANING);
        embed("{\"views\": 1}", MEANING);
        embed("{\"title\": \"flat tyre\"}",
                new Target("vector", MEANING.sourceText(), SourceType.TEXT, "english", Optional.empty(), 0));
        embed("{\"title\": \"flat tyre\"}",
                new Target("vector", MEANING.sourceText(), SourceType.TEXT, "english", Optional.of(StoredVector.OWN), 8));
        worthwhile = false;
        embed("{\"title\": \"flat tyre\"}", MEANING);
        assertEquals(0, stored.requests());
    }

    public void testIfTheDocumentsCannotBeReadTheyAreEmbedded() throws Exception {
        stored.put("1", Map.of("meaning", marked("flat tyre")));
        patience = TimeValue.timeValueMillis(200);
        for (StoredDocuments.Fault fault : StoredDocuments.Fault.values()) {
            stored.fail(fault);
            IngestDocument document = embed("{\"title\": \"flat tyre\"}", MEANING);
            assertEquals(fault.toString(), made(ENGLISH, "flat tyre"), meaning(document));
        }
        assertEquals(StoredDocuments.Fault.values().length, stored.requests());
    }

    public void testTheyAreReadInBatchesOneAfterTheOther() throws Exception {
        List<IngestDocument> documents = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            stored.put("d" + i, Map.of("meaning", marked("text " + i)));
            documents.add(document("{\"title\": \"text " + i + "\"}", "d" + i));
        }
        embed(documents, MEANING);
        assertEquals(500, reused());
        assertEquals(List.of(16, 128, 128, 128, 100), stored.batches());
        assertEquals(1, stored.mostAtATime());
    }

    public void testBatchesOfLargeDocumentsAreSmall() throws Exception {
        List<IngestDocument> documents = new ArrayList<>();
        float[] large = new float[200_000];
        for (int i = 0; i < 20; i++) {
            stored.put("d" + i, Map.of("meaning", marked(ENGLISH.space(), "text", large)));
            documents.add(document("{\"title\": \"text\"}", "d" + i));
        }
        embed(documents, MEANING);
        assertEquals("a megabyte each", List.of(16, 3, 1), stored.batches());
    }

    /** The security plugin knows the user by the thread context. */
    public void testTheyAreReadForThePluginItself() throws Exception {
        ThreadContext context = stored.threadPool().getThreadContext();
        stored.put("1", Map.of("meaning", marked("flat tyre")));
        String[] after = new String[1];
        CompletableFuture<?> done;
        try (ThreadContext.StoredContext _ = context.stashContext()) {
            context.putHeader("user", "writer");
            done = start(List.of(document("{\"title\": \"flat tyre\"}")), List.of(MEANING))
                    .thenRun(() -> after[0] = context.getHeader("user"));
            assertEquals("writer", context.getHeader("user"));
        }
        done.get(30, TimeUnit.SECONDS);
        assertEquals(List.of(Optional.empty()), stored.users());
        assertEquals("writer", after[0]);
    }
}
