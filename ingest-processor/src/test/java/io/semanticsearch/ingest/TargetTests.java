package io.semanticsearch.ingest;

import static io.semanticsearch.ingest.Documents.brought;
import static io.semanticsearch.ingest.Documents.field;
import static io.semanticsearch.ingest.Documents.made;
import static io.semanticsearch.ingest.Documents.source;
import static io.semanticsearch.ingest.WordModels.ENGLISH;
import static io.semanticsearch.ingest.WordModels.FRENCH;

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
        assertEquals(texts, texts(target.settle(source)));
        assertEquals(source(settled), source);
    }

    private static void keeps(Target target, String document) {
        settles(target, document, List.of(), document);
    }

    public void testATextWithoutAVectorIsEmbedded() {
        Map<String, Object> document = source("""
                {"title": "flat tyre", "body": "mending", "views": 3}""");
        List<Task> tasks = MEANING.settle(document);
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
        List<Task> tasks = MEANING.settle(document);
        assertEquals(List.of("flat tyre"), texts(tasks));
        writeAll(tasks);
        assertEquals(made(ENGLISH, "flat tyre"), document.get("meaning"));
    }

    public void testAVectorOfAnotherSpaceIsMadeAnew() {
        Map<String, Object> document = source("""
                {"title": "flat tyre", "meaning": "%s"}""".formatted(made(FRENCH, "flat tyre")));
        assertEquals(List.of("flat tyre"), texts(MEANING.settle(document)));
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
        assertEquals(List.of("mending"), texts(MEANING.settle(document)));
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
                {"title": "flat tyre", "meaning": null}"""))));
    }

    public void testEachObjectOfAnArrayHasItsOwnVector() {
        Target comments = Target.of(field("comments.meaning", ENGLISH, "comments.text"));
        Map<String, Object> document = source("""
                {"comments": [{"text": "flat tyre"}, {"likes": 1}, {"text": "mending", "meaning": "%s"}, {"text": "baking"}]}"""
                .formatted(made(ENGLISH, "mending")));
        List<Task> tasks = comments.settle(document);
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
        writeAll(notes.settle(document));
        assertEquals(source("""
                {"title": "flat tyre", "notes": {"inner": {"meaning": "%s"}}}""".formatted(made(ENGLISH, "flat tyre"))),
                document);
    }

    public void testATextThatMeansNothingLeavesNoVector() {
        Map<String, Object> document = source("""
                {"title": "42", "meaning": "%s"}""".formatted(made(ENGLISH, "flat tyre")));
        MEANING.settle(document).forEach(Task::writeNothing);
        assertEquals(source("""
                {"title": "42"}"""), document);
    }

    public void testAFieldThatIsNotMappedTakesNumbers() {
        Target unmapped = new Target("vector", new SourceText("vector", List.of("title")), SourceType.TEXT, "english",
                Optional.empty(), 0);
        Map<String, Object> document = source("""
                {"title": "flat tyre"}""");
        writeAll(unmapped.settle(document));
        assertEquals(Documents.numbers(ENGLISH, "flat tyre"), document.get("vector"));
    }

    public void testNumbersDoNotTellTheirTextAndAreMadeAnew() {
        Target unmapped = new Target("vector", new SourceText("vector", List.of("title")), SourceType.TEXT, "english",
                Optional.empty(), 0);
        assertEquals(List.of("flat tyre"), texts(unmapped.settle(source("""
                {"title": "flat tyre", "vector": [1, 2, 3]}"""))));
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
}
