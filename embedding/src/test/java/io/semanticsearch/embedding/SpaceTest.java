package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpaceTest {

    /** Computed apart, by Python's hashlib over the documented form: mappings and stored vectors hold such ids. */
    @Test
    void the_id_is_the_documented_one() {
        Space space = new Space("local", "file:é", "abc", new Prompts("passage: ", "query: "), "mean", 256);
        assertEquals("b3b60ed3ff46cb48", space.id());
    }

    @Test
    void every_field_makes_another_space() {
        Space space = new Space("local", "m", "r", new Prompts("d", "q"), "mean", 2);
        List<Space> others = List.of(space, new Space("x", "m", "r", new Prompts("d", "q"), "mean", 2),
                new Space("local", "x", "r", new Prompts("d", "q"), "mean", 2),
                new Space("local", "m", "x", new Prompts("d", "q"), "mean", 2),
                new Space("local", "m", "r", new Prompts("x", "q"), "mean", 2),
                new Space("local", "m", "r", new Prompts("d", "x"), "mean", 2),
                new Space("local", "m", "r", new Prompts("d", "q"), "x", 2),
                new Space("local", "m", "r", new Prompts("d", "q"), "mean", 3));
        Set<String> ids = new HashSet<>(others.stream().map(Space::id).toList());
        assertEquals(others.size(), ids.size());
    }

    @Test
    void text_that_moves_to_the_next_field_makes_another_space() {
        Space one = new Space("local", "ab", "c", Prompts.NONE, "", 1);
        Space other = new Space("local", "a", "bc", Prompts.NONE, "", 1);
        assertFalse(one.id().equals(other.id()));
    }

    @Test
    void ids_are_recognised() {
        assertTrue(Space.isId(new Space("local", "m", "", Prompts.NONE, "", 1).id()));
        assertFalse(Space.isId("0123456789ABCDEF"));
        assertFalse(Space.isId("0123456789abcde"));
        assertFalse(Space.isId("0123456789abcdef\n"));
    }

    @Test
    void a_space_without_dimensions_is_refused() {
        Exception e = assertThrows(IllegalArgumentException.class, () -> new Space("local", "m", "", Prompts.NONE, "", 0));
        assertEquals("[dimension] of space [m] is [0], expected 1 or more", e.getMessage());
    }
}
