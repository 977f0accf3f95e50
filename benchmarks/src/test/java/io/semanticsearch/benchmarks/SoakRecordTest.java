package io.semanticsearch.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.benchmarks.SoakWrite.Kind;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SoakRecordTest {
    private final SoakRecord document = new SoakRecord("k", "books", Optional.empty());

    @Test
    void what_was_acknowledged_is_what_must_be_there() {
        acknowledge(Kind.INDEX, "a", 1);
        assertTrue(document.isThere());
        acknowledge(Kind.PART, "b", 2);
        assertPossible(Set.of(state("title a", "body b", 2)));
        acknowledge(Kind.UNTOUCHED, "c", 3);
        assertPossible(Set.of(state("title a", "body b", 3)));
        acknowledge(Kind.UPSERT, "d", 4);
        assertPossible(Set.of(state("title a", "body d", 4)));
        acknowledge(Kind.DOC_AS_UPSERT, "e", 5);
        assertPossible(Set.of(state("title e", "body e", 5)));
        acknowledge(Kind.SCRIPT, "f", 6);
        assertPossible(Set.of(state("title e", "body f", 6)));
        assertEquals(Optional.of("made"), document.id());
        acknowledge(Kind.DELETE, "g", 7);
        assertPossible(Set.of(Optional.empty()));
        assertFalse(document.isThere());
    }

    @Test
    void without_an_answer_both_are_possible_and_nothing_more_is_written() {
        acknowledge(Kind.INDEX, "a", 1);
        document.unknown(write(Kind.PART, "b", 2));
        assertPossible(Set.of(state("title a", "body a", 1), state("title a", "body b", 2)));
        assertFalse(document.isCertain());
        assertFalse(document.isThere());
    }

    @Test
    void an_update_that_was_acknowledged_shows_that_the_document_was_there() {
        document.unknown(write(Kind.INDEX, "a", 1));
        assertPossible(Set.of(Optional.empty(), state("title a", "body a", 1)));
        acknowledge(Kind.PART, "b", 2);
        assertPossible(Set.of(state("title a", "body b", 2)));
    }

    @Test
    void a_deletion_of_nothing_leaves_nothing() {
        document.unknown(write(Kind.DELETE, "a", 1));
        assertPossible(Set.of(Optional.empty()));
    }

    @Test
    void lines_of_a_bulk() {
        assertEquals("""
                {"index":{"_index":"books"}}
                {"body":"body a","revision":1,"key":"k","title":"title a"}
                """, write(Kind.INDEX, "a", 1).lines("books"));
        assertEquals("""
                {"delete":{"_index":"books","_id":"7"}}
                """, new SoakWrite(Kind.DELETE, "k", Optional.of("7"), new SoakDocument("", "", 1)).lines("books"));
        assertEquals("""
                {"update":{"_index":"books"}}
                {"doc":{"body":"body a","revision":1},"upsert":{"body":"body a","revision":1,"key":"k","title":"title a"}}
                """, write(Kind.UPSERT, "a", 1).lines("books"));
    }

    private void acknowledge(Kind kind, String word, long revision) {
        document.acknowledged(write(kind, word, revision), "made");
    }

    private void assertPossible(Set<Optional<SoakDocument>> states) {
        assertEquals(states, document.possible());
    }

    private static SoakWrite write(Kind kind, String word, long revision) {
        return new SoakWrite(kind, "k", Optional.empty(), new SoakDocument("title " + word, "body " + word, revision));
    }

    private static Optional<SoakDocument> state(String title, String body, long revision) {
        return Optional.of(new SoakDocument(title, body, revision));
    }
}
