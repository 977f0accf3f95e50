package io.semanticsearch.ingest;

import static io.semanticsearch.ingest.Documents.brought;
import static io.semanticsearch.ingest.Documents.field;
import static io.semanticsearch.ingest.Documents.made;
import static io.semanticsearch.ingest.Documents.source;
import static io.semanticsearch.ingest.WordModels.ENGLISH;
import static io.semanticsearch.ingest.WordModels.FRENCH;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.FieldGeneration;
import io.semanticsearch.field.Generations;
import io.semanticsearch.field.SourceText;
import io.semanticsearch.field.VectorBytes;
import io.semanticsearch.ingest.Target.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.test.OpenSearchTestCase;

/** What a field decides about the vector that stands in a document before any model is asked. */
public class TargetTests extends OpenSearchTestCase {

    private static final Target MEANING = Target.of(field("meaning", ENGLISH, "title", "body"));
    private static final float[] OWN = {1, 0, 0, 0, 0, 0, 0, 2};

    private static List<String> texts(List<Task> tasks) {
        return tasks.stream().map(Task::text).toList();
    }

    private static void writeAll(List<Task> tasks) {
        for (Task task : tasks) task.write(WordModels.vector(ENGLISH, task.text()));
    }

    /** Checks what is to be embedded and what the document holds before that. */
    private static void settles(Target target, String document, List<String> texts, String settled) {
        Map<String, Object> source = source(document);
        assertEquals(texts, texts(target.settle(source, new EmbeddingCounts())));
        assertEquals(source(settled), source);
    }

    private static void keeps(Target target, String document) {
        settles(target, document, List.of(), document);
    }

    public void testATextWithoutAVectorIsEmbedded() {
        Map<String, Object> document = source("""
                {"title": "flat tyre", "body": "mending", "views": 3}""");
        List<Task> tasks = MEANING.settle(document, new EmbeddingCounts());
        assertEquals(List.of("flat tyre mending"), texts(tasks));
        writeAll(tasks);
        assertEquals(
                source("""
                        {"title": "flat tyre", "body": "mending", "views": 3, "meaning": "%s"}"""
                        .formatted(made(ENGLISH, "flat tyre mending"))),
                document);
    }

    public void testAFreshVectorIsKept() {
        keeps(MEANING, """
                {"title": "flat tyre", "meaning": "%s"}""".formatted(made(ENGLISH, "flat tyre")));
    }

    public void testAVectorOfAnotherTextIsMadeAnew() {
        Map<String, Object> document = source("""
                {"title": "flat tyre", "meaning": "%s"}""".formatted(made(ENGLISH, "old tyre")));
        List<Task> tasks = MEANING.settle(document, new EmbeddingCounts());
        assertEquals(List.of("flat tyre"), texts(tasks));
        writeAll(tasks);
        assertEquals(made(ENGLISH, "flat tyre"), document.get("meaning"));
    }

    public void testAVectorOfAnotherSpaceIsMadeAnew() {
        Map<String, Object> document = source("""
                {"title": "flat tyre", "meaning": "%s"}""".formatted(made(FRENCH, "flat tyre")));
        assertEquals(List.of("flat tyre"), texts(MEANING.settle(document, new EmbeddingCounts())));
    }

    public void testABroughtVectorIsKeptAndMarked() {
        String marked = """
                {"title": "flat tyre", "meaning": "%s"}""".formatted(brought(ENGLISH, "flat tyre", OWN));
        settles(MEANING, """
                {"title": "flat tyre", "meaning": [1, 0, 0, 0, 0, 0, 0, 2]}""", List.of(), marked);
        settles(MEANING, """
                {"title": "flat tyre", "meaning": "%s"}""".formatted(VectorBytes.encode(OWN)), List.of(), marked);
        keeps(MEANING, marked);
    }

    public void testABroughtVectorWinsUntilTheTextChanges() {
        Map<String, Object> document = source("""
                {"title": "mending", "meaning": "%s"}""".formatted(brought(ENGLISH, "flat tyre", OWN)));
        assertEquals(List.of("mending"), texts(MEANING.settle(document, new EmbeddingCounts())));
    }

    public void testABroughtVectorNeedsNoText() {
        settles(MEANING, """
                {"meaning": [1, 0, 0, 0, 0, 0, 0, 2]}""", List.of(), """
                {"meaning": "%s"}""".formatted(brought(ENGLISH, "", OWN)));
    }

    public void testWhatIsNoVectorIsLeftToTheMapper() {
        keeps(MEANING, """
                {"title": "flat tyre", "meaning": [1, 2, 3]}""");
        keeps(MEANING, """
                {"title": "flat tyre", "meaning": "a text"}""");
        keeps(MEANING, """
                {"title": "flat tyre", "meaning": {"x": 1}}""");
    }

    public void testWhereTheTextIsGoneSoIsTheVector() {
        String vector = made(ENGLISH, "flat tyre");
        settles(MEANING, """
                {"meaning": "%s", "views": 1}""".formatted(vector), List.of(), """
                {"views": 1}""");
        settles(MEANING, """
                {"title": " ", "body": [], "meaning": "%s"}""".formatted(vector), List.of(), """
                {"title": " ", "body": []}""");
        settles(MEANING, """
                {"title": null, "meaning": null}""", List.of(), """
                {"title": null}""");
    }

    public void testADocumentWithNeitherFieldNorSourcesIsLeftAlone() {
        keeps(MEANING, """
                {"views": 1}""");
        keeps(MEANING, "{}");
    }

    public void testNullAsksForAVector() {
        assertEquals(List.of("flat tyre"), texts(MEANING.settle(source("""
                {"title": "flat tyre", "meaning": null}"""), new EmbeddingCounts())));
    }

    public void testEachObjectOfAnArrayHasItsOwnVector() {
        Target comments = Target.of(field("comments.meaning", ENGLISH, "comments.text"));
        Map<String, Object> document = source("""
                {"comments": [{"text": "flat tyre"}, {"likes": 1}, {"text": "mending", "meaning": "%s"}, {"text": "baking"}]}"""
                .formatted(made(ENGLISH, "mending")));
        List<Task> tasks = comments.settle(document, new EmbeddingCounts());
        assertEquals(List.of("flat tyre", "baking"), texts(tasks));
        writeAll(tasks);
        assertEquals(source("""
                {"comments": [{"text": "flat tyre", "meaning": "%s"}, {"likes": 1}, {"text": "mending", "meaning": "%s"},
                              {"text": "baking", "meaning": "%s"}]}"""
                .formatted(made(ENGLISH, "flat tyre"), made(ENGLISH, "mending"), made(ENGLISH, "baking"))), document);
    }

    public void testObjectsOnTheWayAreMade() {
        Target notes = Target.of(field("notes.inner.meaning", ENGLISH, "title"));
        Map<String, Object> document = source("""
                {"title": "flat tyre"}""");
        writeAll(notes.settle(document, new EmbeddingCounts()));
        assertEquals(source("""
                {"title": "flat tyre", "notes": {"inner": {"meaning": "%s"}}}""".formatted(made(ENGLISH, "flat tyre"))),
                document);
    }

    public void testATextThatMeansNothingLeavesNoVector() {
        Map<String, Object> document = source("""
                {"title": "42", "meaning": "%s"}""".formatted(made(ENGLISH, "flat tyre")));
        MEANING.settle(document, new EmbeddingCounts()).forEach(Task::writeNothing);
        assertEquals(source("""
                {"title": "42"}"""), document);
    }

    public void testAFieldThatIsNotMappedTakesNumbers() {
        Target unmapped = new Target("vector", new SourceText("vector", List.of("title")), SourceType.TEXT, "english",
                Optional.empty(), 0);
        Map<String, Object> document = source("""
                {"title": "flat tyre"}""");
        writeAll(unmapped.settle(document, new EmbeddingCounts()));
        assertEquals(Documents.numbers(ENGLISH, "flat tyre"), document.get("vector"));
    }

    public void testNumbersDoNotTellTheirTextAndAreMadeAnew() {
        Target unmapped = new Target("vector", new SourceText("vector", List.of("title")), SourceType.TEXT, "english",
                Optional.empty(), 0);
        assertEquals(List.of("flat tyre"), texts(unmapped.settle(source("""
                {"title": "flat tyre", "vector": [1, 2, 3]}"""), new EmbeddingCounts())));
        settles(unmapped, """
                {"title": "", "vector": [1, 2, 3]}""", List.of(), """
                {"title": ""}""");
    }

    public void testAFieldWithoutAModelTakesAnyModel() {
        SourceText text = new SourceText("meaning", List.of("title"));
        assertEquals(Optional.empty(),
                new Target("meaning", text, SourceType.TEXT, "english", Optional.of("own"), 8).modelSpace());
        assertEquals(Optional.empty(), new Target("meaning", text, SourceType.TEXT, "english", Optional.empty(), 0).modelSpace());
        assertEquals(Optional.of("aaaaaaaaaaaaaaaa"), MEANING.modelSpace());
    }

    private static List<Target> moving() {
        FieldConfig field = field("meaning", ENGLISH, "title");
        FieldGeneration next = new FieldGeneration(FRENCH.id(), FRENCH.space(), FRENCH.dimension());
        return Target
                .generationsOf(new FieldConfig("meaning", field.model(), field.space(), field.dimension(), field.sourceFields(),
                        field.similarity(), field.passages(), new Generations(Optional.of(next), List.of()), false));
    }

    private static String both(String text) {
        return made(ENGLISH, text) + "|" + made(FRENCH, text);
    }

    /** Settles and writes for each generation, as models answer, and says what was embedded by which. */
    private static List<String> write(List<Target> targets, Map<String, Object> document) {
        List<Task> tasks = targets.stream().flatMap(target -> target.settle(document, new EmbeddingCounts()).stream()).toList();
        for (Task task : tasks) {
            task.write(WordModels.vector(task.target().model().equals(FRENCH.id()) ? FRENCH : ENGLISH, task.text()));
        }
        return tasks.stream().map(task -> task.target().model() + ":" + task.text()).toList();
    }

    public void testAFieldThatMovesGetsTheVectorsOfBothModels() {
        Map<String, Object> document = source("{\"title\": \"tyre\"}");
        assertEquals(List.of("english:tyre", "french:tyre"), write(moving(), document));
        assertEquals(both("tyre"), document.get("meaning"));
        assertEquals("nothing is embedded twice", List.of(), write(moving(), document));
        document.put("title", "bread");
        assertEquals(List.of("english:bread", "french:bread"), write(moving(), document));
        assertEquals(both("bread"), document.get("meaning"));
    }

    public void testWhatIsThereOfOneModelIsKept() {
        Map<String, Object> document = source("{\"title\": \"tyre\", \"meaning\": \"" + made(ENGLISH, "tyre") + "\"}");
        assertEquals(List.of("french:tyre"), write(moving(), document));
        assertEquals(both("tyre"), document.get("meaning"));
        Map<String, Object> brought = source("{\"title\": \"tyre\", \"meaning\": \"" + brought(ENGLISH, "tyre", OWN) + "\"}");
        assertEquals(List.of("french:tyre"), write(moving(), brought));
        assertEquals(brought(ENGLISH, "tyre", OWN) + "|" + made(FRENCH, "tyre"), brought.get("meaning"));
    }

    public void testAModelThatFailsTakesNothingFromTheOther() {
        Map<String, Object> document = source("{\"title\": \"tyre\", \"meaning\": \"" + both("bread") + "\"}");
        List<Task> tasks = moving().stream().flatMap(target -> target.settle(document, new EmbeddingCounts()).stream()).toList();
        tasks.getFirst().write(WordModels.vector(ENGLISH, "tyre"));
        tasks.getLast().writeNothing();
        assertEquals(made(ENGLISH, "tyre"), document.get("meaning"));
    }

    public void testAfterTheMoveTheOldVectorsAreLeftBehind() {
        settles(MEANING, "{\"title\": \"tyre\", \"meaning\": \"" + made(FRENCH, "tyre") + "|" + made(ENGLISH, "tyre") + "\"}",
                List.of(),
                "{\"title\": \"tyre\", \"meaning\": \"" + made(ENGLISH, "tyre") + "\"}");
    }

    public void testABroughtVectorWithoutATextStaysWhileItMoves() {
        Map<String, Object> document = source("{\"meaning\": [1, 0, 0, 0, 0, 0, 0, 2]}");
        assertEquals(List.of(), write(moving(), document));
        assertEquals(brought(ENGLISH, "", OWN), document.get("meaning"));
    }
}
