package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semanticsearch.embedding.TextBatches.Batch;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextBatchesTest {

    @Test
    void a_batch_ends_at_the_number_of_texts() {
        assertEquals(List.of(new Batch(0, List.of("a", "b")), new Batch(2, List.of("c", "d")), new Batch(4, List.of("e"))),
                new TextBatches(2, 100).split(List.of("a", "b", "c", "d", "e")));
    }

    @Test
    void a_batch_ends_before_the_number_of_characters_is_passed() {
        assertEquals(List.of(new Batch(0, List.of("aa", "bbb")), new Batch(2, List.of("c"))),
                new TextBatches(10, 5).split(List.of("aa", "bbb", "c")));
    }

    @Test
    void a_longer_text_has_a_batch_of_its_own() {
        assertEquals(List.of(new Batch(0, List.of("a")), new Batch(1, List.of("long text")), new Batch(2, List.of("b"))),
                new TextBatches(10, 3).split(List.of("a", "long text", "b")));
    }

    @Test
    void empty_texts_keep_their_positions() {
        assertEquals(List.of(new Batch(0, List.of("", "")), new Batch(2, List.of(""))),
                new TextBatches(2, 1).split(List.of("", "", "")));
    }

    @Test
    void no_texts_make_no_batch() {
        assertEquals(List.of(), new TextBatches(2, 1).split(List.of()));
    }

    @Test
    void a_batch_knows_its_characters() {
        assertEquals(5, new Batch(0, List.of("ab", "", "cde")).characters());
    }

    @Test
    void a_bound_of_nothing_is_refused() {
        Exception e = assertThrows(IllegalArgumentException.class, () -> new TextBatches(0, 1));
        assertEquals("[maxTexts] is [0], expected 1 or more", e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> new TextBatches(1, 0));
        assertEquals("[maxCharacters] is [0], expected 1 or more", e.getMessage());
    }
}
