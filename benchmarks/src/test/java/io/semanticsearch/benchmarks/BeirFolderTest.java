package io.semanticsearch.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semanticsearch.benchmarks.EvaluationSet.Document;
import io.semanticsearch.benchmarks.EvaluationSet.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BeirFolderTest {
    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("corpus.jsonl"), """
                {"_id": "d1", "title": "Tyres", "text": "Patch the hole."}

                {"_id": 2, "text": "No title.", "metadata": {}}
                """);
        Files.writeString(folder.resolve("queries.jsonl"), """
                {"_id": "q1", "text": "flat tyre"}
                {"_id": "q2", "text": "judged, but nothing is relevant"}
                {"_id": "q3", "text": "of another split"}
                """);
        Files.writeString(folder.resolve("qrels.tsv"), "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\t2\t0\nq2\td1\t0\n");
    }

    @Test
    void reads_documents_and_the_questions_that_have_something_to_find() throws IOException {
        EvaluationSet set = new BeirFolder(folder).read();
        assertEquals(List.of(new Document("d1", "Tyres", "Patch the hole."), new Document("2", "", "No title.")),
                set.documents());
        assertEquals(List.of(new Question("q1", "flat tyre", Map.of("d1", 2, "2", 0))), set.questions());
        assertEquals(folder.getFileName().toString(), set.name());
    }

    @Test
    void judgements_may_lie_in_a_folder_of_splits_and_have_no_header() throws IOException {
        Files.delete(folder.resolve("qrels.tsv"));
        Files.createDirectory(folder.resolve("qrels"));
        Files.writeString(folder.resolve("qrels/test.tsv"), "q3\td1\t1\n");
        assertEquals(List.of("q3"), new BeirFolder(folder).read().questions().stream().map(Question::id).toList());
    }

    @Test
    void a_document_embeds_its_title_and_its_text() {
        assertEquals("Tyres Patch the hole.", new Document("d1", "Tyres", "Patch the hole.").embedded());
        assertEquals("No title.", new Document("2", "", "No title.").embedded());
        assertEquals("Only a title", new Document("3", "Only a title", "").embedded());
    }

    @Test
    void what_is_missing_or_broken_is_named() throws IOException {
        Files.writeString(folder.resolve("qrels.tsv"), "query-id\tcorpus-id\tscore\nq1 d1 1\n");
        assertEquals(
                "qrels.tsv line 2 is [q1 d1 1]; expected a question's id, a document's id and a whole number, separated by tabs",
                failure());
        Files.delete(folder.resolve("qrels.tsv"));
        assertEquals("[" + folder
                + "] holds no judgements; expected one of [qrels.tsv, qrels/test.tsv, qrels/dev.tsv], as in the layout"
                + " of BEIR", failure());
        Files.writeString(folder.resolve("corpus.jsonl"), "{\"_id\": \"d1\"}\n");
        assertEquals("corpus.jsonl line 1 has no [text]", failure());
        Files.delete(folder.resolve("corpus.jsonl"));
        assertEquals("[" + folder + "] holds no [corpus.jsonl]; expected a folder in the layout of BEIR", failure());
    }

    private String failure() {
        return assertThrows(BenchmarkException.class, () -> new BeirFolder(folder).read()).getMessage();
    }
}
